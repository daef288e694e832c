#include "tally/learning/combine.h"

#include <algorithm>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "tally/reading/registration.h"

namespace kiemphieu::learning {
namespace {

constexpr int kInk = 110;
constexpr double kMinShared = 0.90;  // of the print's cores, found within 0.26 mm in the other scan
constexpr int kGrain = 14;           // of 255: paper texture that a reference need not keep

imaging::Image gray_of(const cv::Mat& darkness) {
  auto image = imaging::Image::blank(darkness.cols, darkness.rows, imaging::PixelFormat::kGray8, 200);
  cv::Mat gray(darkness.rows, darkness.cols, CV_8UC1, image.pixels.data());
  cv::bitwise_not(darkness, gray);
  return image;
}

/// `page` laid onto the form. Empty: it is not that form.
cv::Mat laid_onto(const StraightPage& page, const reading::PrintModel& model) {
  const imaging::Image image = gray_of(page.darkness);
  const auto view = reading::PageView::of(image.view(), model.form.page_width_mm);
  const auto ink = reading::page_ink(view);
  for (const reading::Pose& pose : reading::find_poses(view, ink, model)) {
    const auto found = reading::register_form(view, model, pose);
    if (!found || found->upside_down) continue;
    const auto& map = found->form_to_page;  // form mm to page px; the result is at kPxPerMm
    const cv::Mat warp = (cv::Mat_<double>(2, 3) << map.a / kPxPerMm, map.b / kPxPerMm, map.tx, map.c / kPxPerMm,
                          map.d / kPxPerMm, map.ty);
    cv::Mat laid;
    cv::warpAffine(page.darkness, laid, warp, page.darkness.size(), cv::INTER_CUBIC | cv::WARP_INVERSE_MAP,
                   cv::BORDER_CONSTANT, 0);
    return laid;
  }
  return {};
}

cv::Mat grown(const cv::Mat& darkness) {
  cv::Mat result;
  cv::dilate(darkness, result, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5}));
  return result;
}

/// Share of a's print that b has too.
double shared(const cv::Mat& a, const cv::Mat& b) {
  const cv::Mat ink = a > kInk;
  return static_cast<double>(cv::countNonZero(ink & (grown(b) > kInk * 2 / 3))) / std::max(1, cv::countNonZero(ink));
}

cv::Mat median_of(const std::vector<cv::Mat>& layers) {
  if (layers.size() == 1) return layers[0];
  cv::Mat result(layers[0].size(), CV_8UC1);
  if (layers.size() == 2) {  // what one has and the other has not near by is dirt
    cv::addWeighted(cv::min(layers[0], grown(layers[1])), 0.5, cv::min(layers[1], grown(layers[0])), 0.5, 0, result);
    return result;
  }
  std::vector<std::uint8_t> values(layers.size());
  for (int y = 0; y < result.rows; ++y)
    for (int x = 0; x < result.cols; ++x) {
      for (std::size_t i = 0; i < layers.size(); ++i) values[i] = layers[i].at<std::uint8_t>(y, x);
      std::sort(values.begin(), values.end());
      const std::size_t middle = values.size() / 2;
      result.at<std::uint8_t>(y, x) =
          values.size() % 2 == 1 ? values[middle]
                                 : static_cast<std::uint8_t>((values[middle - 1] + values[middle]) / 2);
    }
  return result;
}

}  // namespace

Result<StraightPage> combine(const std::vector<StraightPage>& pages, const forms::Template& form) {
  KP_TRY(const auto model, reading::PrintModel::of(form));
  std::vector<cv::Mat> layers{pages[0].darkness};
  for (std::size_t i = 1; i < pages.size(); ++i) {
    const cv::Mat laid = laid_onto(pages[i], model);
    if (laid.empty()) return fail(ErrorCode::kLearnScansDiffer, fmt::format("scan {} cannot be laid onto scan 1", i + 1));
    const double both = std::min(shared(layers[0], laid), shared(laid, layers[0]));
    if (both < kMinShared)
      return fail(ErrorCode::kLearnScansDiffer,
                  fmt::format("scan {} shares {:.0f} % of the print with scan 1", i + 1, 100 * both));
    layers.push_back(laid);
  }
  StraightPage result = pages[0];
  result.darkness = median_of(layers);
  result.coloured.release();  // each scan's was looked at already
  return result;
}

imaging::Image as_reference(const StraightPage& page, int ink_level) {
  auto image = imaging::Image::blank(page.darkness.cols, page.darkness.rows, imaging::PixelFormat::kGray8, 200);
  for (int y = 0; y < page.darkness.rows; ++y)
    for (int x = 0; x < page.darkness.cols; ++x) {
      const int dark = std::max(0, page.darkness.at<std::uint8_t>(y, x) - kGrain);
      const int full = std::min(255, dark * 240 / std::max(1, ink_level - kGrain));
      image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width_px) +
                   static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(255 - full);
    }
  return image;
}

}  // namespace kiemphieu::learning

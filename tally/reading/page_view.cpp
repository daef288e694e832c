#include "tally/reading/page_view.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {
namespace {

constexpr double kMmPerInch = 25.4;
constexpr double kCoarsePxPerMm = 2.0;  // 50 dpi: a 0.5 mm pen line is one pixel
constexpr int kClosingPx = 7;           // 3.5 mm: wider than any letter stroke, seal ring or pen line
constexpr double kMinDpi = 72, kMaxDpi = 1300;

/// A stated resolution counts only when it gives the page a believable width:
/// files often carry 72 or 96 dpi that nobody measured.
bool believable(double dpi, int width_px, double form_width_mm) {
  if (dpi < kMinDpi || dpi > kMaxDpi) return false;
  const double width_mm = width_px / dpi * kMmPerInch;
  return width_mm > 0.8 * form_width_mm && width_mm < 2.2 * form_width_mm;
}

}  // namespace

int coarse_step(double px_per_mm) {
  return std::max(1, static_cast<int>(std::lround(px_per_mm / kCoarsePxPerMm)));
}

cv::Mat coarse_ink(const cv::Mat& coarse) {
  cv::Mat closed;
  const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_RECT, {kClosingPx, kClosingPx});
  cv::morphologyEx(coarse, closed, cv::MORPH_CLOSE, kernel);
  cv::Mat ink(coarse.size(), CV_8UC1);
  const int channels = coarse.channels();
  for (int y = 0; y < coarse.rows; ++y) {
    const auto* p = coarse.ptr<std::uint8_t>(y);
    const auto* q = closed.ptr<std::uint8_t>(y);
    auto* out = ink.ptr<std::uint8_t>(y);
    for (int x = 0; x < coarse.cols; ++x) {
      int darkest = 0;
      for (int c = 0; c < channels; ++c, ++p, ++q) {
        const int paper = std::max<int>(*q, 40);  // black borders have no paper to be darker than
        darkest = std::max(darkest, 255 * (*q - *p) / paper);
      }
      out[x] = static_cast<std::uint8_t>(std::min(darkest, 255));
    }
  }
  return ink;
}

PageView PageView::of(const imaging::ImageView& image, double form_width_mm) {
  PageView view;
  view.colour = image.format == imaging::PixelFormat::kRgb8;
  // OpenCV has no const Mat header over foreign memory; nothing here writes to it.
  view.pixels = cv::Mat(image.height_px, image.width_px, view.colour ? CV_8UC3 : CV_8UC1,
                        const_cast<std::uint8_t*>(image.data), image.stride_bytes);  // NOLINT
  view.resolution_stated = believable(image.dpi, image.width_px, form_width_mm);
  view.px_per_mm = view.resolution_stated ? image.dpi / kMmPerInch : image.width_px / form_width_mm;
  view.step = coarse_step(view.px_per_mm);
  const cv::Size coarse_size(image.width_px / view.step, image.height_px / view.step);
  if (coarse_size.width < kClosingPx || coarse_size.height < kClosingPx) return view;
  cv::Mat coarse;
  const cv::Rect whole_steps(0, 0, coarse_size.width * view.step, coarse_size.height * view.step);
  cv::resize(view.pixels(whole_steps), coarse, coarse_size, 0, 0, cv::INTER_AREA);
  view.ink = coarse_ink(coarse);
  return view;
}

}  // namespace kiemphieu::reading

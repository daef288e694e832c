#include "tests/unit/config/qr/photograph.h"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>

#include "config/imaging/codec.h"

namespace kiemphieu::photo {
namespace {

/// Where the page's corners lie in the picture: turned, tilted, with a margin of table around.
std::vector<cv::Point2f> corners(cv::Size picture, const Shot& shot, std::mt19937& random) {
  std::uniform_real_distribution<float> off{-1, 1};
  const auto tilt = static_cast<float>(shot.tilt);
  const float inset = 0.03F + tilt / 2;
  const double angle = shot.turn_degrees * CV_PI / 180;
  std::vector<cv::Point2f> points;
  for (const cv::Point2f unit : {cv::Point2f{0, 0}, {1, 0}, {1, 1}, {0, 1}}) {
    const float x = inset + unit.x * (1 - 2 * inset) + off(random) * tilt / 2;
    const float y = inset + unit.y * (1 - 2 * inset) + off(random) * tilt / 2;
    const double dx = (x - 0.5) * picture.width, dy = (y - 0.5) * picture.height;
    const double shrink = 1 / (1 + 0.7 * std::abs(std::sin(angle)));
    points.emplace_back(static_cast<float>(picture.width / 2.0 + shrink * (dx * std::cos(angle) - dy * std::sin(angle))),
                        static_cast<float>(picture.height / 2.0 + shrink * (dx * std::sin(angle) + dy * std::cos(angle))));
  }
  return points;
}

void light_and_noise(cv::Mat& picture, const Shot& shot, std::mt19937& random) {
  std::normal_distribution<double> grain{0, shot.noise};
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      const double across = (static_cast<double>(x) / picture.cols + static_cast<double>(y) / picture.rows) / 2;
      const double light = 1 - shot.shade * across;
      auto& pixel = picture.at<std::uint8_t>(y, x);
      pixel = cv::saturate_cast<std::uint8_t>(20 + pixel * 0.85 * light + grain(random));
    }
}

}  // namespace

imaging::Image take(const imaging::Image& page, const Shot& shot) {
  std::mt19937 random{shot.seed};
  const cv::Mat paper(page.height_px, page.width_px, CV_8UC1, const_cast<std::uint8_t*>(page.pixels.data()));  // NOLINT: never written to
  const double scale = static_cast<double>(shot.long_side_px) / std::max(page.width_px, page.height_px);
  const cv::Size size(static_cast<int>(page.width_px * scale), static_cast<int>(page.height_px * scale));
  // Warped from paper of about the picture's own resolution: a lens does not skip pixels.
  cv::Mat small;
  cv::resize(paper, small, {}, std::min(1.0, 1.5 * scale), std::min(1.0, 1.5 * scale), cv::INTER_AREA);
  const auto w = static_cast<float>(small.cols), h = static_cast<float>(small.rows);
  const std::vector<cv::Point2f> from = {{0, 0}, {w, 0}, {w, h}, {0, h}};
  cv::Mat picture;
  cv::warpPerspective(small, picture, cv::getPerspectiveTransform(from, corners(size, shot, random)), size, cv::INTER_LINEAR,
                      cv::BORDER_CONSTANT, cv::Scalar(70));
  cv::GaussianBlur(picture, picture, {0, 0}, shot.blur_px);
  light_and_noise(picture, shot, random);
  for (int i = 0; i < shot.quarter_turns; ++i) cv::rotate(picture, picture, cv::ROTATE_90_CLOCKWISE);
  imaging::Image taken = imaging::Image::blank(picture.cols, picture.rows, imaging::PixelFormat::kGray8, 0);
  for (int y = 0; y < picture.rows; ++y)
    std::copy_n(picture.ptr(y), picture.cols, taken.pixels.begin() + static_cast<std::ptrdiff_t>(y) * picture.cols);
  if (shot.jpeg_quality == 0) return taken;
  return *imaging::decode(*imaging::encode_jpeg(taken.view(), shot.jpeg_quality));
}

}  // namespace kiemphieu::photo

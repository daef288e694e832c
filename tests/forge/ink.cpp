#include "tests/forge/ink.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace kiemphieu::forge {
namespace {

constexpr int kFine = 3;          // the crop is drawn this much finer, then averaged
constexpr int kFractionBits = 4;  // of cv::line's coordinates

struct Extent {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
};

Extent extent_of(const std::vector<Path>& paths) {
  Extent e;
  for (const Path& path : paths)
    for (const PointMm& point : path) {
      e.left = std::min(e.left, point.x_mm);
      e.right = std::max(e.right, point.x_mm);
      e.top = std::min(e.top, point.y_mm);
      e.bottom = std::max(e.bottom, point.y_mm);
    }
  return e;
}

/// Draws one path into the fine crop; pressure swells and fades along it.
void draw_path(cv::Mat& fine, const Path& path, cv::Point2d origin_px, double px_per_mm, const Pen& pen,
               Rng& rng) {
  const double scale = px_per_mm * kFine;
  double pressure = rng.between(0.85, 1.05);
  int dry = 0;
  for (std::size_t i = 1; i < path.size(); ++i) {
    pressure = std::clamp(pressure + rng.normal(0, 0.03), 0.75, 1.1);
    if (dry > 0)
      --dry;
    else if (rng.chance(pen.skips * 0.5))
      dry = 1 + rng.below(3);
    // The pen lands and lifts lightly.
    const bool end = i == 1 || i + 1 == path.size();
    const double ink = std::min(1.0, pressure * (end ? 0.75 : 1.0)) * (dry > 0 ? 0.25 : 1.0);
    const auto at = [&](const PointMm& p) {
      return cv::Point(cvRound((p.x_mm * scale - origin_px.x) * (1 << kFractionBits)),
                       cvRound((p.y_mm * scale - origin_px.y) * (1 << kFractionBits)));
    };
    const int thickness = std::max(1, cvRound(pen.width_mm * scale * pressure));
    cv::line(fine, at(path[i - 1]), at(path[i]), cv::Scalar(255 * ink), thickness, cv::LINE_8, kFractionBits);
  }
}

/// What the paper does with the ink: it creeps, or the grain's valleys stay bare.
void spread(cv::Mat& fine, const Pen& pen, double px_per_mm, Rng& rng) {
  if (pen.bleed_mm > 0) cv::GaussianBlur(fine, fine, cv::Size(0, 0), pen.bleed_mm * px_per_mm * kFine);
  if (pen.grain <= 0) return;
  const cv::Mat valleys = patches(fine.size(), std::max(2, cvRound(0.15 * px_per_mm * kFine)), rng);
  for (int y = 0; y < fine.rows; ++y) {
    const auto* valley = valleys.ptr<std::uint8_t>(y);
    auto* ink = fine.ptr<std::uint8_t>(y);
    const int grain = cvRound(pen.grain * 256);
    for (int x = 0; x < fine.cols; ++x)
      ink[x] = static_cast<std::uint8_t>(ink[x] * (255 * 256 - valley[x] * grain) / (255 * 256));
  }
}

}  // namespace

cv::Mat patches(cv::Size size, int patch_px, Rng& rng) {
  cv::Mat coarse(size.height / patch_px + 2, size.width / patch_px + 2, CV_8U);
  for (int y = 0; y < coarse.rows; ++y)
    for (int x = 0; x < coarse.cols; ++x)
      coarse.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(rng.below(256));
  cv::Mat smooth;
  cv::resize(coarse, smooth, size, 0, 0, cv::INTER_CUBIC);
  return smooth;
}

void press_mask(Canvas& canvas, const cv::Mat& mask, int left_px, int top_px,
                const std::array<std::uint8_t, 3>& rgb, double darkness) {
  std::array<int, 3> loss{};
  for (std::size_t c = 0; c < 3; ++c) loss[c] = cvRound(darkness * (255 - rgb[c]));
  const int x_end = std::min(canvas.rgb.cols, left_px + mask.cols),
            y_end = std::min(canvas.rgb.rows, top_px + mask.rows);
  for (int y = std::max(0, top_px); y < y_end; ++y) {
    const auto* ink = mask.ptr<std::uint8_t>(y - top_px);
    auto* row = canvas.rgb.ptr<std::uint8_t>(y);
    for (int x = std::max(0, left_px); x < x_end; ++x) {
      const int amount = ink[x - left_px];
      if (amount == 0) continue;
      for (std::size_t c = 0; c < 3; ++c) {
        std::uint8_t& pixel = row[static_cast<std::size_t>(x) * 3 + c];
        pixel = static_cast<std::uint8_t>(pixel * (255 * 255 - amount * loss[c]) / (255 * 255));
      }
    }
  }
}

void draw_paths(Canvas& canvas, const std::vector<Path>& paths, const Pen& pen, Rng& rng) {
  if (paths.empty()) return;
  const Extent e = extent_of(paths);
  const double margin_mm = pen.width_mm + 3 * pen.bleed_mm + 0.5;
  const int left = static_cast<int>(std::floor((e.left - margin_mm) * canvas.px_per_mm));
  const int top = static_cast<int>(std::floor((e.top - margin_mm) * canvas.px_per_mm));
  const int width = static_cast<int>(std::ceil((e.right + margin_mm) * canvas.px_per_mm)) - left;
  const int height = static_cast<int>(std::ceil((e.bottom + margin_mm) * canvas.px_per_mm)) - top;
  cv::Mat fine(height * kFine, width * kFine, CV_8U, cv::Scalar(0));
  for (const Path& path : paths)
    draw_path(fine, path, {static_cast<double>(left) * kFine, static_cast<double>(top) * kFine},
              canvas.px_per_mm, pen, rng);
  spread(fine, pen, canvas.px_per_mm, rng);
  cv::Mat mask;
  cv::resize(fine, mask, cv::Size(width, height), 0, 0, cv::INTER_AREA);
  press_mask(canvas, mask, left, top, pen.rgb, pen.darkness);
}

}  // namespace kiemphieu::forge

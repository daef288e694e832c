#include "tests/forge/paper.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace kiemphieu::forge {
namespace {

/// Light over a crease, 256 = full, at whole pixels from `-reach` to `reach`.
std::vector<int> crease_light(double depth, int reach, double px_per_mm) {
  std::vector<int> light;
  for (int d = -reach; d <= reach; ++d) {
    const double mm = d / px_per_mm;
    light.push_back(cvRound(256 * (1 - depth * std::exp(-mm * mm / 0.18) +
                                   0.25 * depth * std::exp(-(mm - 0.9) * (mm - 0.9) / 0.1))));
  }
  return light;
}

void shade(std::uint8_t* pixel, int light) {
  for (int c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(std::min(255, pixel[c] * light >> 8));
}

void crease(Canvas& canvas, const Crease& fold) {
  const int reach = cvRound(1.6 * canvas.px_per_mm);
  const std::vector<int> light = crease_light(fold.depth, reach, canvas.px_per_mm);
  cv::Mat& page = canvas.rgb;
  const int along = fold.upright ? page.rows : page.cols, across = fold.upright ? page.cols : page.rows;
  for (int i = 0; i < along; ++i) {
    const int centre = cvRound(fold.at_mm * canvas.px_per_mm + fold.tilt * (i - along / 2));
    for (int d = std::max(-reach, -centre); d <= std::min(reach, across - 1 - centre); ++d) {
      const int x = fold.upright ? centre + d : i, y = fold.upright ? i : centre + d;
      shade(page.ptr<std::uint8_t>(y) + 3 * x, light[static_cast<std::size_t>(d + reach)]);
    }
  }
}

struct CornerPlace {
  int x, y, inner_x, inner_y;
};
CornerPlace place_of(const cv::Mat& page, Corner corner, int size) {
  const int right = page.cols - 1, low = page.rows - 1;
  const bool at_right = corner == Corner::kUpperRight || corner == Corner::kLowerRight;
  const bool at_bottom = corner == Corner::kLowerLeft || corner == Corner::kLowerRight;
  return {at_right ? right : 0, at_bottom ? low : 0, at_right ? right - size : size,
          at_bottom ? low - size : size};
}

void fill(cv::Mat& page, std::vector<cv::Point> corners, const cv::Scalar& colour) {
  cv::fillPoly(page, std::vector<std::vector<cv::Point>>{std::move(corners)}, colour, cv::LINE_AA);
}

/// The flap shows the unprinted back, a little in shade.
void fold_corner(Canvas& canvas, const Paper& paper, std::uint8_t behind) {
  const CornerPlace p = place_of(canvas.rgb, *paper.dog_ear, cvRound(paper.corner_mm * canvas.px_per_mm));
  fill(canvas.rgb, {{p.inner_x, p.y}, {p.x, p.inner_y}, {p.inner_x, p.inner_y}},
       cv::Scalar(paper.rgb[0] * 0.93, paper.rgb[1] * 0.93, paper.rgb[2] * 0.93));
  fill(canvas.rgb, {{p.x, p.y}, {p.inner_x, p.y}, {p.x, p.inner_y}}, cv::Scalar::all(behind));
  cv::line(canvas.rgb, {p.inner_x, p.y}, {p.x, p.inner_y}, cv::Scalar::all(120), 1, cv::LINE_AA);
}

/// Torn off along a ragged line with a pale edge of fibres.
void tear_corner(Canvas& canvas, const Paper& paper, std::uint8_t behind, Rng& rng) {
  const double px = canvas.px_per_mm;
  const CornerPlace p = place_of(canvas.rgb, *paper.torn_corner, cvRound(paper.corner_mm * px));
  std::vector<cv::Point> edge{{p.x, p.y}};
  constexpr int kSteps = 14;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps, shake = i % kSteps == 0 ? 0 : rng.normal(0, 0.5) * px;
    edge.emplace_back(cvRound(p.inner_x + t * (p.x - p.inner_x) + shake),
                      cvRound(p.y + t * (p.inner_y - p.y) + shake));
  }
  fill(canvas.rgb, edge, cv::Scalar::all(behind));
  cv::polylines(canvas.rgb, std::vector<cv::Point>(edge.begin() + 1, edge.end()), false,
                cv::Scalar(248, 246, 242), 2, cv::LINE_AA);
}

void stain(Canvas& canvas, const Stain& s, Rng& rng) {
  const double px = canvas.px_per_mm, radius = s.radius_mm * px, edge = (s.ring ? 1.2 : 2.5) * px;
  const int reach = cvRound(radius + 3 * edge), x0 = cvRound(s.centre.x_mm * px),
            y0 = cvRound(s.centre.y_mm * px);
  const cv::Mat uneven = patches(cv::Size(2 * reach + 1, 2 * reach + 1), std::max(4, cvRound(5 * px)), rng);
  const int depth[3] = {cvRound(s.depth * 110), cvRound(s.depth * 190), cvRound(s.depth * 256)};  // brown
  for (int y = std::max(0, y0 - reach); y <= std::min(canvas.rgb.rows - 1, y0 + reach); ++y)
    for (int x = std::max(0, x0 - reach); x <= std::min(canvas.rgb.cols - 1, x0 + reach); ++x) {
      const double way = (std::hypot(x - x0, y - y0) - radius) / edge;
      if (way > 3) continue;
      const double wet =
          s.ring ? std::exp(-way * way) + (way < 0 ? 0.15 : 0.0) : (way < 0 ? 1.0 : std::exp(-way * way));
      const int amount = cvRound(wet * (128 + uneven.at<std::uint8_t>(y - y0 + reach, x - x0 + reach) / 2));
      std::uint8_t* pixel = canvas.rgb.ptr<std::uint8_t>(y) + 3 * x;
      for (int c = 0; c < 3; ++c)
        pixel[c] = static_cast<std::uint8_t>(pixel[c] * (65536 - std::min(255, amount) * depth[c]) >> 16);
    }
}

void punch(Canvas& canvas, int holes, std::uint8_t behind) {
  const double px = canvas.px_per_mm;
  for (int i = 0; i < holes; ++i) {
    const cv::Point at{cvRound(8.5 * px), cvRound((105 + 80 * (i - (holes - 1) / 2.0)) * px)};
    cv::circle(canvas.rgb, at, cvRound(3 * px), cv::Scalar::all(behind), cv::FILLED, cv::LINE_AA);
  }
}

void dirt(Canvas& canvas, int specks, Rng& rng) {
  const double width = canvas.rgb.cols / canvas.px_per_mm, height = canvas.rgb.rows / canvas.px_per_mm;
  for (int i = 0; i < specks; ++i) {
    const PointMm at{rng.between(2, width - 2), rng.between(2, height - 2)};
    const Pen speck{"dirt", {70, 66, 60}, rng.between(0.1, 0.35), rng.between(0.2, 0.6), 0};
    draw_paths(canvas, {{at, {at.x_mm + rng.normal(0, 0.2), at.y_mm + rng.normal(0, 0.2)}}}, speck, rng);
  }
}

}  // namespace

void handle_paper(Canvas& canvas, const Paper& paper, std::uint8_t behind, Rng& rng) {
  dirt(canvas, paper.specks, rng);
  if (paper.stain) stain(canvas, *paper.stain, rng);
  for (const Crease& fold : paper.creases) crease(canvas, fold);
  punch(canvas, paper.punch_holes, behind);
  if (paper.dog_ear) fold_corner(canvas, paper, behind);
  if (paper.torn_corner) tear_corner(canvas, paper, behind, rng);
}

cv::Mat print_behind(const cv::Mat& plate, double px_per_mm) {
  cv::Mat mirrored;
  cv::flip(255 - plate, mirrored, 1);
  cv::GaussianBlur(mirrored, mirrored, cv::Size(0, 0), 0.22 * px_per_mm);
  return mirrored;
}

}  // namespace kiemphieu::forge

#include "tally/reading/stamp_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "tally/reading/ramp.h"

namespace kiemphieu::reading {
namespace {

struct Circle {
  double x, y, radius;
};

/// The places a hundredth of the points from either end lie at: specks outside do not stretch it.
std::pair<int, int> trimmed(const std::vector<int>& histogram, std::size_t points) {
  const std::size_t trim = points / 100;
  std::size_t seen = 0;
  int first = 0, last = static_cast<int>(histogram.size()) - 1;
  while ((seen += static_cast<std::size_t>(histogram[static_cast<std::size_t>(first)])) <= trim) ++first;
  seen = 0;
  while ((seen += static_cast<std::size_t>(histogram[static_cast<std::size_t>(last)])) <= trim) --last;
  return {first, last};
}

cv::Rect extent_of(const std::vector<cv::Point>& points) {
  std::vector<int> xs, ys;
  for (const auto& p : points) {
    if (static_cast<std::size_t>(p.x) >= xs.size()) xs.resize(static_cast<std::size_t>(p.x) + 1, 0);
    if (static_cast<std::size_t>(p.y) >= ys.size()) ys.resize(static_cast<std::size_t>(p.y) + 1, 0);
    ++xs[static_cast<std::size_t>(p.x)], ++ys[static_cast<std::size_t>(p.y)];
  }
  const auto [x0, x1] = trimmed(xs, points.size());
  const auto [y0, y1] = trimmed(ys, points.size());
  return {x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

/// Which of `count` equal sectors about the middle a direction falls in.
std::size_t sector_of(double u, double v, int count) {
  const double turn = (std::atan2(v, u) / std::numbers::pi + 1) / 2;
  return static_cast<std::size_t>(std::min(turn * count, count - 1.0));
}

/// Share of the directions from the extent's middle in which ink lies in its outer quarter.
double around_middle(const std::vector<cv::Point>& points, const cv::Rect& extent) {
  constexpr int kSectors = 16;
  std::array<int, kSectors> sector{};
  const double rx = extent.width / 2.0, ry = extent.height / 2.0;
  const double cx = extent.x + rx - 0.5, cy = extent.y + ry - 0.5;
  for (const auto& p : points) {
    const double u = (p.x - cx) / rx, v = (p.y - cy) / ry, square = u * u + v * v;
    if (square < 0.75 * 0.75 || square > 1.1 * 1.1) continue;
    ++sector.at(sector_of(u, v, kSectors));
  }
  const auto least = static_cast<int>(0.25 * (rx + ry) * std::numbers::pi / kSectors);
  const auto filled =
      std::count_if(sector.begin(), sector.end(), [&](int n) { return n >= std::max(2, least); });
  return static_cast<double>(filled) / kSectors;
}

/// The circle with the least squared algebraic distance (Kasa 1976) to the points.
Circle fit_circle(const std::vector<cv::Point2d>& points) {
  const auto n = static_cast<double>(points.size());
  cv::Point2d mean{0, 0};
  for (const auto& p : points) mean += p;
  mean /= n;
  double uu = 0, vv = 0, uv = 0, u3 = 0, v3 = 0;
  for (const auto& p : points) {
    const double u = p.x - mean.x, v = p.y - mean.y, square = u * u + v * v;
    uu += u * u, vv += v * v, uv += u * v, u3 += u * square, v3 += v * square;
  }
  const double determinant = uu * vv - uv * uv;
  if (determinant <= 0) return {mean.x, mean.y, 0};
  const double x = (u3 * vv - v3 * uv) / (2 * determinant), y = (v3 * uu - u3 * uv) / (2 * determinant);
  return {x + mean.x, y + mean.y, std::sqrt(x * x + y * y + (uu + vv) / n)};
}

using Points = std::vector<cv::Point2d>;

Points points_near(const Points& points, const Circle& circle, double near) {
  Points on;
  for (const auto& p : points)
    if (std::abs(std::hypot(p.x - circle.x, p.y - circle.y) - circle.radius) < near) on.push_back(p);
  return on;
}

/// The furthest ink in each direction from the extent's middle.
Points furthest_ink(const std::vector<cv::Point>& points, const cv::Rect& extent) {
  constexpr int kDirections = 72;
  const cv::Point2d middle(extent.x + extent.width / 2.0, extent.y + extent.height / 2.0);
  std::array<std::pair<double, cv::Point2d>, kDirections> furthest{};
  for (const auto& p : points) {
    if (!extent.contains(p)) continue;
    const cv::Point2d from = cv::Point2d(p) - middle;
    auto& far = furthest.at(sector_of(from.x, from.y, kDirections));
    if (const double away = std::hypot(from.x, from.y); away > far.first) far = {away, cv::Point2d(p)};
  }
  Points rim;
  for (const auto& [away, p] : furthest)
    if (away > 0) rim.push_back(p);
  return rim;
}

/// The stamp's outer circle: of all through three of the furthest points, the one
/// that most others lie on. Where a part is missing they lie on letters or a cut.
Circle outer_circle(const std::vector<cv::Point>& points, const cv::Rect& extent) {
  constexpr std::size_t kLeast = 8;
  constexpr double kNear = 0.06;
  const Points rim = furthest_ink(points, extent);
  const double largest = 0.75 * std::max(extent.width, extent.height), smallest = 0.4 * std::min(extent.width, extent.height);
  Circle best{0, 0, 0};
  std::size_t most = kLeast - 1;
  for (std::size_t step = rim.size() / 9 + 1; step <= rim.size() / 3; step += 4)
    for (std::size_t i = 0; i < rim.size(); ++i) {
      const Circle circle = fit_circle({rim[i], rim[(i + step) % rim.size()], rim[(i + 2 * step) % rim.size()]});
      if (circle.radius < smallest || circle.radius > largest) continue;
      const std::size_t on = points_near(rim, circle, kNear * circle.radius).size();
      if (on > most) most = on, best = circle;
    }
  return best.radius > 0 ? fit_circle(points_near(rim, best, kNear * best.radius)) : best;
}

void measure_rim(const std::vector<cv::Point>& points, Roundness& round) {
  constexpr int kSectors = 36;
  constexpr double kInner = 0.90, kOuter = 1.06;  // the rim's two lines, not the letters within
  const Circle circle = outer_circle(points, round.extent);
  if (circle.radius <= 0) return;
  std::array<int, kSectors> sector{};
  for (const auto& p : points) {
    const double u = p.x - circle.x, v = p.y - circle.y, away = std::hypot(u, v) / circle.radius;
    if (away > kInner && away < kOuter) ++sector.at(sector_of(u, v, kSectors));
  }
  const double least = std::max(2.0, 0.25 * 2 * std::numbers::pi * circle.radius / kSectors);
  int inked = 0, gap = 0, widest = 0;
  for (std::size_t i = 0; i < 2 * sector.size(); ++i) {  // twice round: a gap may lie across the start
    const bool there = sector.at(i % sector.size()) >= least;
    inked += there && i < sector.size() ? 1 : 0;
    gap = there ? 0 : gap + 1;
    widest = std::max(widest, gap);
  }
  round.rim = static_cast<double>(inked) / kSectors;
  round.widest_gap = std::min(1.0, static_cast<double>(widest) / kSectors);
}

}  // namespace

Roundness roundness(const std::vector<cv::Point>& points, double px_per_mm) {
  Roundness round;
  if (points.size() < 40) return round;
  round.extent = extent_of(points);
  const double w = round.extent.width / px_per_mm, h = round.extent.height / px_per_mm;
  const double aspect = std::min(w, h) / std::max(w, h);
  const double size = std::min(ramp(std::min(w, h), 12, 16), ramp(std::max(w, h), 56, 48));
  round.around = around_middle(points, round.extent);
  round.shape = std::min(ramp(aspect, 0.74, 0.90), size);
  measure_rim(points, round);
  return round;
}

}  // namespace kiemphieu::reading

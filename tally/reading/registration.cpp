#include "tally/reading/registration.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/core.hpp>

namespace kiemphieu::reading {
namespace {

constexpr double kFirstRadiusMm = 1.8;  // what the pose may be wrong by, stretch included
constexpr double kSecondRadiusMm = 0.9;
constexpr double kAgreeMm = 0.6;       // feed stretch bends the page by up to half a millimetre
constexpr double kMinContrast = 0.12;  // faint toner; bare paper gives below 0.05
constexpr double kMinAgreeing = 0.5;

/// The block's points on the page for one map, as whole pixels.
struct Pixels {
  std::vector<cv::Point> ink, paper;
};

Pixels pixels_of(const PrintBlock& block, const Affine& map) {
  Pixels pixels;
  const auto put = [&](const std::vector<Point>& from, std::vector<cv::Point>& to) {
    to.reserve(from.size());
    for (const Point& p : from) {
      const Point q = map(p);
      to.emplace_back(static_cast<int>(std::floor(q.x)), static_cast<int>(std::floor(q.y)));
    }
  };
  put(block.ink, pixels.ink);
  put(block.paper, pixels.paper);
  return pixels;
}

struct Levels {
  double ink = 0, paper = 0;
  double difference() const { return paper - ink; }
};

Levels levels_at(const PageView& view, const Pixels& pixels, int dx, int dy, std::size_t every) {
  const auto mean = [&](const std::vector<cv::Point>& points) {
    int sum = 0, n = 0;
    for (std::size_t i = 0; i < points.size(); i += every, ++n)
      sum += view.bright(points[i].x + dx, points[i].y + dy);
    return n > 0 ? static_cast<double>(sum) / n : 255.0;
  };
  return {mean(pixels.ink), mean(pixels.paper)};
}

/// Where a parabola through three values has its top, -0.5 to 0.5.
double peak(double before, double at, double after) {
  const double curve = before - 2 * at + after;
  return curve < -1e-9 ? std::clamp(0.5 * (before - after) / curve, -0.5, 0.5) : 0.0;
}

struct Pair {
  Point form, page;
};

/// Least squares over the pairs marked good.
std::optional<Affine> fit_affine(const std::vector<Pair>& pairs, const std::vector<bool>& good) {
  cv::Matx33d normal = cv::Matx33d::zeros();
  cv::Vec3d right_x(0, 0, 0), right_y(0, 0, 0);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (!good[i]) continue;
    const cv::Vec3d row(pairs[i].form.x, pairs[i].form.y, 1);
    normal += row * row.t();
    right_x += row * pairs[i].page.x;
    right_y += row * pairs[i].page.y;
  }
  bool ok = false;
  const cv::Matx33d inverse = normal.inv(cv::DECOMP_CHOLESKY, &ok);
  if (!ok) return std::nullopt;
  const cv::Vec3d x = inverse * right_x, y = inverse * right_y;
  return Affine{x[0], x[1], x[2], y[0], y[1], y[2]};
}

double distance(const Affine& map, const Pair& pair) {
  const Point at = map(pair.form);
  return std::hypot(at.x - pair.page.x, at.y - pair.page.y);
}

struct Fit {
  Affine map;
  double residual_px = 0;
  std::size_t agreeing = 0;
};

/// Fits, drops what lies too far off, fits again. Starts from the pairs next to
/// the median shift, so that blocks found on a scribble have no say.
std::optional<Fit> robust_fit(const std::vector<Pair>& pairs, const Affine& start, double agree_px) {
  if (pairs.size() < 5) return std::nullopt;
  std::vector<double> dx, dy;
  for (const Pair& pair : pairs) {
    const Point at = start(pair.form);
    dx.push_back(pair.page.x - at.x);
    dy.push_back(pair.page.y - at.y);
  }
  const auto median = [](std::vector<double> v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  };
  Fit fit{start.moved(median(dx), median(dy)), 0, 0};
  double limit = 2.5 * agree_px;
  for (int round = 0; round < 4; ++round, limit = std::max(agree_px, limit / 1.6)) {
    std::vector<bool> good(pairs.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i)
      count += (good[i] = distance(fit.map, pairs[i]) < limit) ? 1U : 0U;
    if (count < 5) return std::nullopt;
    const auto map = fit_affine(pairs, good);
    if (!map) return std::nullopt;
    fit.map = *map;
  }
  std::vector<double> off;
  for (const Pair& pair : pairs)
    if (const double d = distance(fit.map, pair); d < agree_px) off.push_back(d);
  if (off.size() < 5) return std::nullopt;
  fit.agreeing = off.size();
  fit.residual_px = median(off);
  return fit;
}

std::optional<Fit> fit_blocks(const PageView& view, const PrintModel& model, const Affine& start,
                              double radius_mm) {
  std::vector<Pair> pairs;
  for (const PrintBlock& block : model.blocks) {
    const BlockFit found = find_block(view, block, start, radius_mm);
    if (found.contrast < kMinContrast) continue;
    const Point at = start(block.centre);
    pairs.push_back({block.centre, {at.x + found.dx_px, at.y + found.dy_px}});
  }
  return robust_fit(pairs, start, kAgreeMm * start.scale());
}

}  // namespace

BlockFit find_block(const PageView& view, const PrintBlock& block, const Affine& map, double radius_mm) {
  const Pixels pixels = pixels_of(block, map);
  const int radius = std::max(2, static_cast<int>(std::lround(radius_mm * map.scale())));
  const int stride =
      std::max(1, static_cast<int>(std::lround(map.scale() * 0.25)));  // a letter stroke is wider
  int best_x = 0, best_y = 0;
  double best = -1e9;
  for (int dy = -radius; dy <= radius; dy += stride)
    for (int dx = -radius; dx <= radius; dx += stride) {
      const double value = levels_at(view, pixels, dx, dy, 3).difference();
      if (value > best) best = value, best_x = dx, best_y = dy;
    }
  const auto exact = [&](int dx, int dy) { return levels_at(view, pixels, dx, dy, 1).difference(); };
  best = exact(best_x, best_y);
  const int coarse_x = best_x, coarse_y = best_y;
  for (int dy = -stride; dy <= stride; ++dy)
    for (int dx = -stride; dx <= stride; ++dx)
      if (const double value = exact(coarse_x + dx, coarse_y + dy); value > best)
        best = value, best_x = coarse_x + dx, best_y = coarse_y + dy;
  BlockFit fit;
  fit.dx_px = best_x + peak(exact(best_x - 1, best_y), best, exact(best_x + 1, best_y));
  fit.dy_px = best_y + peak(exact(best_x, best_y - 1), best, exact(best_x, best_y + 1));
  fit.contrast = best / std::max(60.0, levels_at(view, pixels, best_x, best_y, 1).paper);
  return fit;
}

std::optional<Registration> register_form(const PageView& view, const PrintModel& model, const Pose& pose) {
  const auto first = fit_blocks(view, model, pose.form_to_page, kFirstRadiusMm);
  if (!first) return std::nullopt;
  const auto second = fit_blocks(view, model, first->map, kSecondRadiusMm);
  if (!second) return std::nullopt;
  Registration found;
  found.form_to_page = second->map;
  found.upside_down = pose.upside_down;
  found.residual_px = second->residual_px;
  found.agreeing = static_cast<double>(second->agreeing) / static_cast<double>(model.blocks.size());
  found.scale = second->map.scale() / view.px_per_mm;
  double angle = second->map.angle_rad() * 180 / std::numbers::pi;
  if (pose.upside_down) angle += angle > 0 ? -180 : 180;
  found.skew_deg = angle;
  if (found.agreeing < kMinAgreeing) return std::nullopt;
  return found;
}

}  // namespace kiemphieu::reading

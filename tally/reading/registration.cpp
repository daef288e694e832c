#include "tally/reading/registration.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/core.hpp>

namespace kiemphieu::reading {
namespace {

constexpr double kFirstRadiusMm = 3.5;  // what the pose may be wrong by, stretch included; in the coarse ink
constexpr double kFirstNearMm = 1.5;    // and what it usually is
constexpr double kNearlyAll = 0.8;      // of the blocks: nothing better lies further away
constexpr double kSecondRadiusMm = 0.9;
constexpr double kFirstAgreeMm = 0.9;
constexpr double kAgreeMm = 0.6;       // feed stretch bends the page by up to half a millimetre
constexpr double kMinContrast = 0.12;  // faint toner; bare paper gives below 0.05
constexpr double kMinAgreeing = 0.5;

/// One channel of a picture, read by offset.
struct Raster {
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride = 0, pixel = 1;
  int cols = 0, rows = 0;

  static Raster of(const cv::Mat& picture, int channel) {
    return {picture.data + channel, static_cast<std::ptrdiff_t>(picture.step[0]), picture.channels(),
            picture.cols, picture.rows};
  }
};

/// A block's points in a raster for one map; only those that stay inside it
/// wherever the block is shifted.
class Points {
 public:
  Points(const Raster& raster, const PrintBlock& block, const Affine& map, int reach)
      : raster_(raster), ink_(offsets(block.ink, map, reach)), paper_(offsets(block.paper, map, reach)) {}

  bool enough(const PrintBlock& block) const {
    return 2 * ink_.size() > block.ink.size() && 2 * paper_.size() > block.paper.size();
  }
  double ink(int dx, int dy, std::size_t every = 1) const { return mean(ink_, dx, dy, every); }
  double paper(int dx, int dy, std::size_t every = 1) const { return mean(paper_, dx, dy, every); }

 private:
  std::vector<std::ptrdiff_t> offsets(const std::vector<Point>& points, const Affine& map, int reach) const {
    std::vector<std::ptrdiff_t> out;
    out.reserve(points.size());
    for (const Point& p : points) {
      const Point q = map(p);
      const int x = static_cast<int>(std::floor(q.x)), y = static_cast<int>(std::floor(q.y));
      if (x < reach || y < reach || x + reach >= raster_.cols || y + reach >= raster_.rows) continue;
      out.push_back(y * raster_.stride + x * raster_.pixel);
    }
    return out;
  }
  double mean(const std::vector<std::ptrdiff_t>& offsets, int dx, int dy, std::size_t every) const {
    const std::uint8_t* at = raster_.data + dy * raster_.stride + dx * raster_.pixel;
    int sum = 0, n = 0;
    for (std::size_t i = 0; i < offsets.size(); i += every, ++n) sum += at[offsets[i]];
    return n > 0 ? static_cast<double>(sum) / n : 0.0;
  }

  Raster raster_;
  std::vector<std::ptrdiff_t> ink_, paper_;
};

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

/// Where the block lies in the coarse ink, to a quarter of a millimetre.
BlockFit find_coarsely(const PageView& view, const PrintBlock& block, const Affine& form_to_coarse,
                       int radius) {
  BlockFit fit;
  const Points points(Raster::of(view.ink, 0), block, form_to_coarse, radius + 1);
  if (!points.enough(block)) return fit;
  const auto value = [&](int dx, int dy) { return points.ink(dx, dy, 2) - points.paper(dx, dy, 2); };
  int best_x = 0, best_y = 0;
  double best = -1e9;
  for (int dy = -radius; dy <= radius; ++dy)
    for (int dx = -radius; dx <= radius; ++dx)
      if (const double v = value(dx, dy); v > best) best = v, best_x = dx, best_y = dy;
  fit.dx_px = best_x + peak(value(best_x - 1, best_y), best, value(best_x + 1, best_y));
  fit.dy_px = best_y + peak(value(best_x, best_y - 1), best, value(best_x, best_y + 1));
  fit.contrast = best / 255;
  return fit;
}

/// `find` gives a block's shift in the frame of `start`.
template <class Find>
std::optional<Fit> fit_blocks(const PrintModel& model, const Affine& start, double agree_mm,
                              const Find& find) {
  std::vector<Pair> pairs;
  for (const PrintBlock& block : model.blocks) {
    const BlockFit found = find(block);
    if (found.contrast < kMinContrast) continue;
    const Point at = start(block.centre);
    pairs.push_back({block.centre, {at.x + found.dx_px, at.y + found.dy_px}});
  }
  return robust_fit(pairs, start, agree_mm * start.scale());
}

}  // namespace

BlockFit find_block(const PageView& view, const PrintBlock& block, const Affine& map, double radius_mm) {
  const int radius = std::max(2, static_cast<int>(std::lround(radius_mm * map.scale())));
  const int stride =
      std::max(1, static_cast<int>(std::lround(map.scale() * 0.25)));  // a letter stroke is wider
  const Points points(Raster::of(view.pixels, view.colour ? 1 : 0), block, map, radius + 2 * stride + 2);
  BlockFit fit;
  if (!points.enough(block)) return fit;
  int best_x = 0, best_y = 0;
  double best = -1e9;
  const auto look = [&](int reach) {
    for (int dy = -reach; dy <= reach; dy += stride)
      for (int dx = -reach; dx <= reach; dx += stride) {
        const double value = points.paper(dx, dy, 4) - points.ink(dx, dy, 4);
        if (value > best) best = value, best_x = dx, best_y = dy;
      }
  };
  // Most blocks lie where they are expected; one that is best at the rim lies further out.
  const int near = radius / (2 * stride) * stride;
  look(near);
  if (std::max(std::abs(best_x), std::abs(best_y)) >= near) look(radius);
  const auto exact = [&](int dx, int dy) { return points.paper(dx, dy) - points.ink(dx, dy); };
  best = exact(best_x, best_y);
  // Downhill to the neighbour: the rough search was within one stride.
  for (int step = 0, from_x = best_x, from_y = best_y; step < stride; ++step) {
    for (int dy = -1; dy <= 1; ++dy)
      for (int dx = -1; dx <= 1; ++dx)
        if (const double value = exact(from_x + dx, from_y + dy); value > best)
          best = value, best_x = from_x + dx, best_y = from_y + dy;
    if (best_x == from_x && best_y == from_y) break;
    from_x = best_x, from_y = best_y;
  }
  fit.dx_px = best_x + peak(exact(best_x - 1, best_y), best, exact(best_x + 1, best_y));
  fit.dy_px = best_y + peak(exact(best_x, best_y - 1), best, exact(best_x, best_y + 1));
  fit.contrast = best / std::max(60.0, points.paper(best_x, best_y));
  return fit;
}

std::optional<Registration> register_form(const PageView& view, const PrintModel& model, const Pose& pose) {
  const Affine coarse = pose.form_to_page.scaled(1.0 / view.step);
  const auto look = [&](double radius_mm) {
    const int radius = static_cast<int>(std::lround(radius_mm * coarse.scale()));
    return fit_blocks(model, coarse, kFirstAgreeMm, [&](const PrintBlock& block) {
      return find_coarsely(view, block, coarse, radius);
    });
  };
  auto first = look(kFirstNearMm);
  const auto nearly_all = static_cast<std::size_t>(kNearlyAll * static_cast<double>(model.blocks.size()));
  if (!first || first->agreeing < nearly_all) first = look(kFirstRadiusMm);
  if (!first) return std::nullopt;
  const Affine start = first->map.scaled(view.step);
  const auto second = fit_blocks(model, start, kAgreeMm, [&](const PrintBlock& block) {
    return find_block(view, block, start, kSecondRadiusMm);
  });
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

#include "tally/reading/pose.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <cstdint>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {
namespace {

constexpr int kInkLevel = 50;  // of 255, coarse ink
constexpr std::size_t kSkewPoints = 2500;
constexpr std::size_t kMinPoints = 150;  // a form of ours has thousands
constexpr double kSureFit = 0.30;        // forged sheets: true poses 0.2 to 0.65, others below 0.13
constexpr double kSureRoughFit = 0.20;   // before improving: wrong ones stay below 0.15
constexpr double kRadPerDeg = std::numbers::pi / 180;

constexpr int kBins = 1024;  // of 0.5 mm, centred: half a metre
using Profile = std::array<int, kBins>;

/// The row profile of the points when they are turned back by an angle.
Profile profile(const std::vector<float>& xs, const std::vector<float>& ys, double angle_rad) {
  Profile bins{};
  thread_local std::vector<int> at;
  at.resize(xs.size());
  const auto cs = static_cast<float>(2 * std::cos(angle_rad)), sn = static_cast<float>(2 * std::sin(angle_rad));
  for (std::size_t i = 0; i < xs.size(); ++i)
    at[i] = static_cast<int>(ys[i] * cs - xs[i] * sn + static_cast<float>(kBins) / 2);
  for (const int bin : at)
    if (bin >= 0 && bin < kBins) ++bins[static_cast<std::size_t>(bin)];
  return bins;
}

/// How much that profile jumps; what exceeds `highest` in a row adds nothing.
double sharpness(const std::vector<float>& xs, const std::vector<float>& ys, double angle_rad,
                 int highest = std::numeric_limits<int>::max()) {
  const Profile bins = profile(xs, ys, angle_rad);
  std::int64_t energy = 0;
  for (std::size_t i = 1; i < kBins; ++i) {
    const int d = std::min(bins[i], highest) - std::min(bins[i - 1], highest);
    energy += d * d;
  }
  return static_cast<double>(energy);
}

/// A few thousand of the points, apart by coordinate for vector code.
struct Sample {
  std::vector<float> xs, ys;

  explicit Sample(const std::vector<Point>& points) {
    for (std::size_t i = 0, every = points.size() / kSkewPoints + 1; i < points.size(); i += every)
      xs.push_back(static_cast<float>(points[i].x)), ys.push_back(static_cast<float>(points[i].y));
  }
};

struct Sharpest {
  double deg = 0, energy = -1;
};

Sharpest sharpest(const std::vector<float>& xs, const std::vector<float>& ys, double from_deg, double to_deg,
                  double step_deg, Sharpest best) {
  for (double deg = from_deg; deg <= to_deg + 1e-9; deg += step_deg)
    if (const double energy = sharpness(xs, ys, deg * kRadPerDeg); energy > best.energy) best = {deg, energy};
  return best;
}

double find_skew(const std::vector<Point>& points) {
  const Sample sample(points);
  const Sharpest rough = sharpest(sample.xs, sample.ys, -kMaxSkewDeg, kMaxSkewDeg, 0.5, {});
  return sharpest(sample.xs, sample.ys, rough.deg - 0.4, rough.deg + 0.4, 0.1, rough).deg * kRadPerDeg;
}

struct Match {
  double scale = 1, shift = 0, score = -1;
};

/// Slides the form's profile over the page's at `scale`; direction -1 is upside-down.
void slide(const std::vector<float>& form, const std::vector<float>& page, double scale, int direction,
           std::vector<Match>& out) {
  const int n = static_cast<int>(form.size()), m = static_cast<int>(page.size());
  std::vector<int> at(form.size());
  for (int k = 0; k < n; ++k)
    at[static_cast<std::size_t>(k)] = static_cast<int>(std::lround(scale * (direction > 0 ? k : n - 1 - k)));
  // What is printed must lie on the page's ink, but for a sixth; blank margins may lie anywhere.
  const float blank = *std::min_element(form.begin(), form.end()) + 1e-3F;
  int first = std::max(at.front(), at.back()), last = 0;
  for (int k = 0; k < n; ++k)
    if (form[static_cast<std::size_t>(k)] > blank) {
      first = std::min(first, at[static_cast<std::size_t>(k)]);
      last = std::max(last, at[static_cast<std::size_t>(k)]);
    }
  const int reach = (last - first) / 6;
  Match best{scale, 0, -1};
  for (int t = -first - reach; t + last < m + reach; ++t) {
    float dot = 0, sum = 0, square = 0;
    for (int k = 0; k < n; ++k) {
      const int i = t + at[static_cast<std::size_t>(k)];
      const float v = i >= 0 && i < m ? page[static_cast<std::size_t>(i)] : 0.0F;
      dot += form[static_cast<std::size_t>(k)] * v;
      sum += v;
      square += v * v;
    }
    const float spread = square - sum * sum / static_cast<float>(n);
    const double score = spread > 1e-3F ? dot / std::sqrt(spread) : -1;
    if (score > best.score) best = {scale, static_cast<double>(t), score};
  }
  out.push_back(best);
}

/// The ink's profile down the upright page, and how wide the ink lies.
void measure_rows(PageInk& ink) {
  const double cs = std::cos(ink.skew_rad), sn = std::sin(ink.skew_rad);
  double top = 1e9, bottom = -1e9;
  ink.left_mm = 1e9, ink.right_mm = -1e9;
  for (const Point& p : ink.points) {
    const double u = p.x * cs + p.y * sn, v = p.y * cs - p.x * sn;
    ink.left_mm = std::min(ink.left_mm, u), ink.right_mm = std::max(ink.right_mm, u);
    top = std::min(top, v), bottom = std::max(bottom, v);
  }
  ink.top_mm = std::floor(top);
  std::vector<float> raw(static_cast<std::size_t>(bottom - ink.top_mm) + 1, 0.0F);
  for (const Point& p : ink.points) raw[static_cast<std::size_t>(p.y * cs - p.x * sn - ink.top_mm)] += 1;
  ink.rows.resize(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const float before = raw[i > 0 ? i - 1 : i], after = raw[std::min(i + 1, raw.size() - 1)];
    ink.rows[i] = std::sqrt(before + 2 * raw[i] + after);  // a thick bar counts no more than text
  }
}

/// How the form lies, about the form's centre: easier to turn and scale than a corner.
struct Placement {
  double scale = 1, angle_rad = 0;
  Point centre;  // page mm of the form's centre

  Affine map(const PrintModel& model) const {
    const Affine turn = Affine::similarity(scale, angle_rad, 0, 0);
    const Point moved = turn(model.form.page_width_mm / 2, model.form.page_height_mm / 2);
    return Affine::similarity(scale, angle_rad, centre.x - moved.x, centre.y - moved.y);
  }
};

double mean_ink(const cv::Mat& ink, const Affine& form_to_coarse, const std::vector<Point>& points,
                std::size_t every) {
  int sum = 0, seen = 0;
  for (std::size_t i = 0; i < points.size(); i += every, ++seen) {
    const Point q = form_to_coarse(points[i]);
    const int x = static_cast<int>(q.x), y = static_cast<int>(q.y);
    if (x >= 0 && y >= 0 && x < ink.cols && y < ink.rows) sum += ink.ptr<std::uint8_t>(y)[x];
  }
  return sum / 255.0 / std::max(1, seen);
}

double fit_of(const cv::Mat& ink, const PrintModel& model, const Placement& at, double coarse_per_mm,
              std::size_t every) {
  const Affine map = at.map(model).scaled(coarse_per_mm);
  return mean_ink(ink, map, model.whole.ink, every) - mean_ink(ink, map, model.whole.paper, every);
}

/// Coordinate descent, coarse steps on the blurred ink first.
double improve(const PageView& view, const PageInk& ink, const PrintModel& model, Placement& at) {
  const double per_mm = view.px_per_mm / view.step;
  double fit = 0;
  struct Step {
    double mm, deg, scale;
    bool blurred;
  };
  for (const Step& step :
       {Step{1.0, 0.3, 0.01, true}, Step{0.5, 0.15, 0.004, true}, Step{0.25, 0.08, 0.002, false}}) {
    const cv::Mat& where = step.blurred ? ink.blurred : view.ink;
    const std::size_t every = step.blurred ? 3 : 1;  // a blurred picture holds no more
    fit = fit_of(where, model, at, per_mm, every);
    for (int round = 0; round < 4; ++round) {
      const double before = fit;
      const auto attempt = [&](double dx, double dy, double deg, double scale) {
        Placement tried = at;
        tried.centre.x += dx;
        tried.centre.y += dy;
        tried.angle_rad += deg * kRadPerDeg;
        tried.scale += scale;
        const double value = fit_of(where, model, tried, per_mm, every);
        if (value > fit) fit = value, at = tried;
      };
      for (const double sign : {-1.0, 1.0}) {
        attempt(sign * step.mm, 0, 0, 0);
        attempt(0, sign * step.mm, 0, 0);
        attempt(0, 0, sign * step.deg, 0);
        attempt(0, 0, 0, sign * step.scale);
      }
      if (fit <= before) break;
    }
  }
  return fit;
}

std::vector<Match> best_matches(std::vector<Match> all, std::size_t keep) {
  std::sort(all.begin(), all.end(), [](const Match& a, const Match& b) { return a.score > b.score; });
  if (all.size() > keep) all.resize(keep);
  return all;
}

/// The rows are known: the form is slid along them over the whole page. Columns
/// have no profile worth the name, frame and scan border look alike in them.
double slide_along_rows(const PageInk& ink, const PrintModel& model, Placement& at, double coarse_per_mm) {
  constexpr std::size_t kEvery = 3;
  constexpr double kOverhangMm = 15, kStepMm = 1.5;
  const double cs = std::cos(ink.skew_rad), sn = std::sin(ink.skew_rad);
  // From the middle of the form to its first and last ink, along the page's rows.
  double before = model.form.page_width_mm / 2 - model.ink_left_mm;
  double after = model.ink_right_mm - model.form.page_width_mm / 2;
  if (std::cos(at.angle_rad - ink.skew_rad) < 0) std::swap(before, after);
  const double from = ink.left_mm + at.scale * before - kOverhangMm;
  const double to = std::max(from, ink.right_mm - at.scale * after + kOverhangMm);
  const double v = -at.centre.x * sn + at.centre.y * cs;
  at.centre = {from * cs - v * sn, from * sn + v * cs};
  const Affine map = at.map(model).scaled(coarse_per_mm);
  const auto whole = [&](const std::vector<Point>& points) {
    std::vector<cv::Point> out;
    for (std::size_t i = 0; i < points.size(); i += kEvery) {
      const Point q = map(points[i]);
      out.emplace_back(static_cast<int>(std::floor(q.x)), static_cast<int>(std::floor(q.y)));
    }
    return out;
  };
  const std::vector<cv::Point> dark = whole(model.whole.ink), light = whole(model.whole.paper);
  const auto mean = [&](const std::vector<cv::Point>& points, int dx, int dy) {
    int sum = 0;
    for (const cv::Point& p : points) {
      const int x = p.x + dx, y = p.y + dy;
      if (x >= 0 && y >= 0 && x < ink.blurred.cols && y < ink.blurred.rows)
        sum += ink.blurred.ptr<std::uint8_t>(y)[x];
    }
    return sum / 255.0 / static_cast<double>(points.size());
  };
  struct Shift {
    double fit = -1, u = 0, w = 0;
  };
  const auto better = [&](Shift best, double u, double w) {
    const int dx = static_cast<int>(std::lround((u * cs - w * sn) * coarse_per_mm)),
              dy = static_cast<int>(std::lround((u * sn + w * cs) * coarse_per_mm));
    const double fit = mean(dark, dx, dy) - mean(light, dx, dy);
    return fit > best.fit ? Shift{fit, u, w} : best;
  };
  Shift best;
  for (double u = 0; u <= to - from; u += kStepMm)
    for (const double w : {-1.0, 0.0, 1.0}) best = better(best, u, w);
  const Shift rough = best;
  for (const double du : {-0.75, 0.0, 0.75})
    for (const double dw : {-0.5, 0.0, 0.5}) best = better(best, rough.u + du, rough.w + dw);
  at.centre = {at.centre.x + best.u * cs - best.w * sn, at.centre.y + best.u * sn + best.w * cs};
  return best.fit;
}

struct Ranked {
  double fit = 0;
  Placement at;
};

struct Scales {
  double from, to;
};
constexpr Scales kAnyScale{kMinScale, kMaxScale}, kStatedScale{0.99, 1.01};

/// Placements of one direction: rows from the profiles, columns from the ink.
void propose(const PageInk& ink, const PrintModel& model, int direction, Scales scales, double coarse_per_mm,
             std::vector<Ranked>& out) {
  std::vector<Match> matches;
  for (double scale = scales.from; scale <= scales.to + 1e-9; scale += 0.01)
    slide(model.rows, ink.rows, scale, direction, matches);
  for (const Match& row : best_matches(std::move(matches), 3)) {
    // Bins hold what lies half a bin around their middle; upside-down the last bin comes first.
    const double half = direction > 0
                            ? model.form.page_height_mm / 2 - 0.5
                            : static_cast<double>(model.rows.size()) - 0.5 - model.form.page_height_mm / 2;
    const double v = ink.top_mm + row.shift + row.scale * half + 0.5;
    Ranked ranked;
    ranked.at.scale = row.scale;
    ranked.at.angle_rad = ink.skew_rad + (direction > 0 ? 0 : std::numbers::pi);
    ranked.at.centre = {-v * std::sin(ink.skew_rad), v * std::cos(ink.skew_rad)};
    ranked.fit = slide_along_rows(ink, model, ranked.at, coarse_per_mm);
    out.push_back(ranked);
  }
}

}  // namespace

TextSlant measure_slant(const std::vector<Point>& points) {
  constexpr double kWidestDeg = 30, kClearly = 1.5;
  if (points.size() < kMinPoints) return {};
  const Sample sample(points);
  const Sharpest rows = sharpest(sample.xs, sample.ys, -kWidestDeg, kWidestDeg, 0.5, {});
  const Sharpest columns = sharpest(sample.ys, sample.xs, -kWidestDeg, kWidestDeg, 0.5, {});
  // A frame's lines are sharp both ways, the long ones sharpest; only text jumps all the way down.
  constexpr int kTextRow = 20;  // of some thousand points: more is a line
  const double down = sharpness(sample.xs, sample.ys, rows.deg * kRadPerDeg, kTextRow);
  const double across = sharpness(sample.ys, sample.xs, columns.deg * kRadPerDeg, kTextRow);
  return {rows.deg, across > kClearly * down};
}

PageInk page_ink(const PageView& view) {
  PageInk ink;
  if (view.ink.empty()) return ink;
  const double mm = view.step / view.px_per_mm;
  ink.points.reserve(static_cast<std::size_t>(view.ink.total() / 8));
  for (int y = 0; y < view.ink.rows; ++y) {
    const auto* row = view.ink.ptr<std::uint8_t>(y);
    for (int x = 0; x < view.ink.cols; ++x)
      if (row[x] > kInkLevel) ink.points.push_back({(x + 0.5) * mm, (y + 0.5) * mm});
  }
  if (ink.points.size() < kMinPoints) return ink;
  ink.skew_rad = find_skew(ink.points);
  measure_rows(ink);
  cv::blur(view.ink, ink.blurred, {3, 3});
  return ink;
}

namespace {

/// Improves the best of the proposed placements; stops at one that is beyond doubt.
std::vector<Pose> improve_all(const PageView& view, const PageInk& ink, const PrintModel& model,
                              std::vector<Ranked> ranked) {
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.fit > b.fit; });
  if (ranked.size() > 4) ranked.resize(4);
  std::vector<Pose> poses;
  for (auto& [rough, at] : ranked) {
    Pose pose;
    pose.fit = improve(view, ink, model, at);
    pose.form_to_page = at.map(model).scaled(view.px_per_mm);
    pose.upside_down = std::cos(at.angle_rad) < 0;
    poses.push_back(pose);
    if (pose.fit > kSureFit) break;  // nothing else can lie there
  }
  std::stable_sort(poses.begin(), poses.end(), [](const Pose& a, const Pose& b) { return a.fit > b.fit; });
  return poses;
}

}  // namespace

std::vector<Pose> find_poses(const PageView& view, const PageInk& ink, const PrintModel& model) {
  if (ink.points.size() < kMinPoints || ink.blurred.empty()) return {};
  const double per_mm = view.px_per_mm / view.step;
  std::vector<Ranked> ranked;
  if (view.resolution_stated) {  // nearly every sheet lies upright and at its size
    propose(ink, model, 1, kStatedScale, per_mm, ranked);
    std::vector<Pose> poses = improve_all(view, ink, model, std::move(ranked));
    if (!poses.empty() && poses.front().fit > kSureFit) return {poses.front()};
    ranked.clear();
  }
  propose(ink, model, 1, kAnyScale, per_mm, ranked);
  const bool upright = std::any_of(ranked.begin(), ranked.end(),
                                   [](const Ranked& r) { return r.fit > kSureRoughFit; });
  if (!upright) propose(ink, model, -1, kAnyScale, per_mm, ranked);
  return improve_all(view, ink, model, std::move(ranked));
}

}  // namespace kiemphieu::reading

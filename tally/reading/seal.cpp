#include "tally/reading/seal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "tally/reading/field.h"
#include "tally/reading/ramp.h"
#include "tally/reading/stamp_shape.h"

namespace kiemphieu::reading {
namespace {

constexpr double kMm2PerPx = 1 / (kLookPxPerMm * kLookPxPerMm);
constexpr double kFewMm2 = 10, kEnoughMm2 = 30;
// A good stamp inks a fifth of its disc and more, a dry pad less.
constexpr double kPaleInk = 0.22, kPlainInk = 0.30;  // of the green light, taken away by the mean inked place
constexpr double kDryShare = 0.10, kInkedShare = 0.19, kInkedVioletShare = 0.17, kWellInkedShare = 0.20;  // violet stands out less

/// Scan columns that a streak covers: dirt, which tells nothing of the paper below.
std::vector<bool> streaked(const PageView& view, const std::vector<double>& streaks_mm) {
  constexpr double kHalfMm = 0.9;
  std::vector<bool> columns(static_cast<std::size_t>(view.pixels.cols), false);
  for (const double x_mm : streaks_mm) {
    const int from = static_cast<int>((x_mm - kHalfMm) * view.px_per_mm),
              to = static_cast<int>((x_mm + kHalfMm) * view.px_per_mm);
    for (int x = std::max(0, from); x <= std::min(to, view.pixels.cols - 1); ++x)
      columns[static_cast<std::size_t>(x)] = true;
  }
  return columns;
}

/// The zone at 100 dpi, one page pixel each: colour needs no smoothing here.
/// What a streak covers or lies outside the page is white.
cv::Mat sample_zone(const PageView& view, const Affine& map, const forms::BoxMm& zone,
                    const std::vector<double>& streaks_mm) {
  const std::vector<bool> covered = streaked(view, streaks_mm);
  const int w = static_cast<int>(zone.w_mm * kLookPxPerMm), h = static_cast<int>(zone.h_mm * kLookPxPerMm);
  cv::Mat out(h, w, view.pixels.type(), cv::Scalar::all(255));
  constexpr double kFixed = 65536, kHalf = 0.5 / kLookPxPerMm;
  const auto step_x = static_cast<std::int64_t>(map.a / kLookPxPerMm * kFixed),
             step_y = static_cast<std::int64_t>(map.c / kLookPxPerMm * kFixed);
  for (int y = 0; y < h; ++y) {
    const Point start = map(zone.x_mm + kHalf, zone.y_mm + kHalf + y / kLookPxPerMm);
    auto at_x = static_cast<std::int64_t>(std::floor(start.x * kFixed)),
         at_y = static_cast<std::int64_t>(std::floor(start.y * kFixed));
    auto* to = out.ptr<std::uint8_t>(y);
    for (int x = 0; x < w; ++x, at_x += step_x, at_y += step_y) {
      const auto px = static_cast<int>(at_x >> 16), py = static_cast<int>(at_y >> 16);
      if (px < 0 || py < 0 || px >= view.pixels.cols || py >= view.pixels.rows) continue;
      if (covered[static_cast<std::size_t>(px)]) continue;
      const auto* from = view.pixels.ptr<std::uint8_t>(py);
      if (view.colour)
        std::copy_n(from + static_cast<std::ptrdiff_t>(3) * px, 3, to + static_cast<std::ptrdiff_t>(3) * x);
      else
        to[x] = from[px];
    }
  }
  return out;
}

struct Inks {
  std::vector<cv::Point> seal;                ///< red or violet
  std::vector<cv::Point> dark;                ///< any foreign ink
  int other = 0;                              ///< dark without any red
  double red_missing = 0, green_missing = 0;  ///< light the seal's ink takes away, summed
};

/// The share of a channel's light that ink takes away, in thousandths, by its brightness.
std::array<int, 256> missing_light(int paper) {
  std::array<int, 256> missing{};
  for (int v = 0; v < 256; ++v) missing.at(static_cast<std::size_t>(v)) = 1000 - 1000 * v / paper;
  return missing;
}

/// Where on PrintModel::printed each column of the zone lies, or -1.
std::vector<int> printed_columns(const cv::Mat& zone, const forms::BoxMm& box, const PrintModel& model) {
  std::vector<int> columns(static_cast<std::size_t>(zone.cols));
  for (int x = 0; x < zone.cols; ++x) {
    const auto at = static_cast<int>(std::floor((box.x_mm + (x + 0.5) / kLookPxPerMm) * kPrintedPxPerMm));
    columns[static_cast<std::size_t>(x)] = at < model.printed.cols ? at : -1;
  }
  return columns;
}

Inks sort_inks(const cv::Mat& zone, const forms::BoxMm& box, const PrintModel& model, bool colour) {
  Inks inks;
  const cv::Vec3i paper = paper_level(zone);
  const std::array missing{missing_light(paper[0]), missing_light(paper[1]), missing_light(paper[2])};
  const std::vector<int> columns = printed_columns(zone, box, model);
  std::int64_t red_missing = 0, green_missing = 0;
  for (int y = 0; y < zone.rows; ++y) {
    const int form_y =
        static_cast<int>(std::floor((box.y_mm + (y + 0.5) / kLookPxPerMm) * kPrintedPxPerMm));
    if (form_y < 0 || form_y >= model.printed.rows) continue;
    const auto* printed = model.printed.ptr<std::uint8_t>(form_y);
    const auto* p = zone.ptr<std::uint8_t>(y);
    for (int x = 0; x < zone.cols; ++x, p += zone.channels()) {
      const int green = missing[colour ? 1 : 0][p[colour ? 1 : 0]];
      const int red = colour ? missing[0][p[0]] : green, blue = colour ? missing[2][p[2]] : green;
      if (std::max({red, green, blue}) <= 150) continue;  // paper
      const int form_x = columns[static_cast<std::size_t>(x)];
      if (form_x < 0 || printed[form_x] != 0) continue;
      if (!colour) {
        if (green > 220) inks.dark.emplace_back(x, y);
        continue;
      }
      if (green > 150 && green - red > 90) {
        inks.seal.emplace_back(x, y);
        red_missing += std::max(0, red);
        green_missing += green;
      } else if (std::max({red, green, blue}) > 300 && green - red < 40)
        ++inks.other;
      if (green > 250) inks.dark.emplace_back(x, y);
    }
  }
  inks.red_missing = static_cast<double>(red_missing) / 1000;
  inks.green_missing = static_cast<double>(green_missing) / 1000;
  return inks;
}

bool is_ring(const Roundness& round) { return round.shape > 0.5 && round.around > 0.75; }

}  // namespace

SealLook look_for_seal(const PageView& view, const Affine& form_to_page, const PrintModel& model,
                       const std::vector<double>& streaks_mm) {
  SealLook look;
  if (!model.form.seal) return look;
  const forms::BoxMm zone{model.form.seal->x_mm - kSealReachMm, model.form.seal->y_mm - kSealReachMm,
                          model.form.seal->w_mm + 2 * kSealReachMm, model.form.seal->h_mm + 2 * kSealReachMm};
  const cv::Mat pixels = sample_zone(view, form_to_page, zone, streaks_mm);
  look.zone = pixels, look.paper = paper_level(pixels);
  const Inks inks = sort_inks(pixels, zone, model, view.colour);
  const std::vector<cv::Point>& ink = view.colour ? inks.seal : inks.dark;
  const auto area_px = static_cast<double>(ink.size());
  const double area_mm2 = area_px * kMm2PerPx;
  const Roundness round = roundness(ink, kLookPxPerMm);
  look.other_ink_mm2 = inks.other * kMm2PerPx;
  const double disc_mm2 = std::numbers::pi / 4 * round.extent.area() * kMm2PerPx;
  const bool violet = inks.red_missing > 0.45 * inks.green_missing;
  const double inked = violet ? kInkedVioletShare : kInkedShare;
  const double filled = ramp(area_mm2 / std::max(1.0, disc_mm2), kDryShare, inked);
  // A well inked stamp may lose an eighth of its rim to a fold or a hole; a dry one has no rim there.
  const double whole_rim = area_mm2 > kWellInkedShare * disc_mm2 ? 0.82 : 0.90;
  look.score = std::min({round.shape, ramp(round.around, 0.60, whole_rim), filled,
                         ramp(area_mm2, kFewMm2, kEnoughMm2), ramp(round.rim, 0.45, 0.58),
                         ramp(round.widest_gap, 0.33, 0.27)});
  if (!view.colour) look.score *= 0.9;  // a ring, but of what colour?
  // Red and violet pads let more red light through than green; blue and black do not.
  else
    look.score =
        std::min({look.score, ramp(inks.red_missing, 0.92 * inks.green_missing, 0.82 * inks.green_missing),
                  ramp(inks.green_missing, kPaleInk * area_px, kPlainInk * area_px)});
  // A red or violet ring was stamped; a clear gray ring may have been. Anything less is for people to see.
  const double present = view.colour ? 0.85 : 0.8;
  const double trace_mm2 = view.colour ? 4.0 : 8.0;
  if (look.score >= present)
    look.finding = SealFinding::kPresent;
  else if (area_mm2 > trace_mm2 || (view.colour && is_ring(roundness(inks.dark, kLookPxPerMm))))
    look.finding = SealFinding::kDoubtful;
  if (area_mm2 > trace_mm2) {
    const double k = 1 / kLookPxPerMm;
    look.box = box_on_page(form_to_page, {zone.x_mm + round.extent.x * k, zone.y_mm + round.extent.y * k,
                                          round.extent.width * k, round.extent.height * k});
  }
  return look;
}

}  // namespace kiemphieu::reading

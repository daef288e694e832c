#include "tally/reading/seal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "tally/reading/field.h"

namespace kiemphieu::reading {
namespace {

constexpr double kLookPxPerMm = 4.0;  // 100 dpi: a seal's ring is 0.6 to 1 mm wide
constexpr double kMm2PerPx = 1 / (kLookPxPerMm * kLookPxPerMm);
constexpr int kSectors = 16;
constexpr double kFewMm2 = 10, kEnoughMm2 = 30;
// A good stamp inks a fifth of its disc and more, a dry pad under a tenth; a thin
// ring without text may be as little, but then it is closed.
constexpr double kDryShare = 0.09, kInkedShare = 0.14;

double ramp(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

/// The zone at 100 dpi, one page pixel each: colour needs no smoothing here.
cv::Mat sample_zone(const PageView& view, const Affine& map, const forms::BoxMm& zone) {
  const int w = static_cast<int>(zone.w_mm * kLookPxPerMm), h = static_cast<int>(zone.h_mm * kLookPxPerMm);
  cv::Mat out(h, w, view.pixels.type(), cv::Scalar::all(255));
  const std::size_t pixel = view.pixels.elemSize();
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const Point at = map(zone.x_mm + (x + 0.5) / kLookPxPerMm, zone.y_mm + (y + 0.5) / kLookPxPerMm);
      const int px = static_cast<int>(at.x), py = static_cast<int>(at.y);
      if (px < 0 || py < 0 || px >= view.pixels.cols || py >= view.pixels.rows) continue;
      const std::uint8_t* from = view.pixels.ptr<std::uint8_t>(py) + static_cast<std::size_t>(px) * pixel;
      std::copy(from, from + pixel, out.ptr<std::uint8_t>(y) + static_cast<std::size_t>(x) * pixel);
    }
  return out;
}

struct Inks {
  std::vector<cv::Point> seal;                ///< red or violet
  std::vector<cv::Point> dark;                ///< any foreign ink
  int other = 0;                              ///< dark without any red
  double red_missing = 0, green_missing = 0;  ///< light the seal's ink takes away, summed
};

Inks sort_inks(const cv::Mat& zone, const forms::BoxMm& box, const PrintModel& model, bool colour) {
  Inks inks;
  const cv::Vec3i paper = paper_level(zone);
  for (int y = 0; y < zone.rows; ++y) {
    const auto* p = zone.ptr<std::uint8_t>(y);
    const int form_y = static_cast<int>((box.y_mm + (y + 0.5) / kLookPxPerMm) * kPrintedPxPerMm);
    for (int x = 0; x < zone.cols; ++x, p += zone.channels()) {
      const int form_x = static_cast<int>((box.x_mm + (x + 0.5) / kLookPxPerMm) * kPrintedPxPerMm);
      const bool on_form =
          form_x >= 0 && form_y >= 0 && form_x < model.printed.cols && form_y < model.printed.rows;
      if (!on_form || model.printed.ptr<std::uint8_t>(form_y)[form_x] != 0) continue;
      const auto missing = [&](int c) { return 1.0 - static_cast<double>(p[c]) / paper[c]; };
      if (!colour) {
        if (missing(0) > 0.22) inks.dark.emplace_back(x, y);
        continue;
      }
      const double red = missing(0), green = missing(1), blue = missing(2);
      if (green > 0.15 && green - red > 0.09) {
        inks.seal.emplace_back(x, y);
        inks.red_missing += std::max(0.0, red);
        inks.green_missing += green;
      } else if (std::max({red, green, blue}) > 0.30 && green - red < 0.04)
        ++inks.other;
      if (green > 0.25) inks.dark.emplace_back(x, y);
    }
  }
  return inks;
}

/// Does this ink lie like a seal: 14 to 50 mm across, as high as wide, all around its middle?
struct Roundness {
  double score = 0;
  double around = 0;  ///< share of the rim's sectors that hold ink
  cv::Rect extent;
};

Roundness roundness(const std::vector<cv::Point>& points) {
  Roundness round;
  if (points.size() < 40) return round;
  std::vector<int> xs, ys;
  for (const auto& p : points) xs.push_back(p.x), ys.push_back(p.y);
  std::sort(xs.begin(), xs.end());
  std::sort(ys.begin(), ys.end());
  const std::size_t trim = points.size() / 100;  // specks outside do not stretch it
  const int x0 = xs[trim], x1 = xs[xs.size() - 1 - trim], y0 = ys[trim], y1 = ys[ys.size() - 1 - trim];
  round.extent = {x0, y0, x1 - x0 + 1, y1 - y0 + 1};
  const double w = round.extent.width / kLookPxPerMm, h = round.extent.height / kLookPxPerMm;
  std::array<int, kSectors> sector{};
  const double cx = (x0 + x1) / 2.0, cy = (y0 + y1) / 2.0, rx = round.extent.width / 2.0,
               ry = round.extent.height / 2.0;
  for (const auto& p : points) {
    const double u = (p.x - cx) / rx, v = (p.y - cy) / ry, r = std::hypot(u, v);
    if (r < 0.75 || r > 1.1) continue;  // the rim
    const double turn = (std::atan2(v, u) / std::numbers::pi + 1) / 2;
    ++sector[static_cast<std::size_t>(std::min(turn * kSectors, kSectors - 1.0))];
  }
  const auto least = static_cast<int>(0.25 * (rx + ry) * std::numbers::pi / kSectors);
  const auto filled =
      std::count_if(sector.begin(), sector.end(), [&](int n) { return n >= std::max(2, least); });
  const double around = static_cast<double>(filled) / kSectors;
  const double aspect = std::min(w, h) / std::max(w, h);
  const double size = std::min(ramp(std::min(w, h), 12, 16), ramp(std::max(w, h), 56, 48));
  round.around = around;
  round.score = std::min({ramp(around, 0.65, 0.95), ramp(aspect, 0.6, 0.8), size});
  return round;
}

}  // namespace

SealLook look_for_seal(const PageView& view, const Affine& form_to_page, const PrintModel& model) {
  SealLook look;
  if (!model.form.seal) return look;
  const forms::BoxMm zone{model.form.seal->x_mm - kSealReachMm, model.form.seal->y_mm - kSealReachMm,
                          model.form.seal->w_mm + 2 * kSealReachMm, model.form.seal->h_mm + 2 * kSealReachMm};
  const cv::Mat pixels = sample_zone(view, form_to_page, zone);
  const Inks inks = sort_inks(pixels, zone, model, view.colour);
  const std::vector<cv::Point>& ink = view.colour ? inks.seal : inks.dark;
  const double area_mm2 = static_cast<double>(ink.size()) * kMm2PerPx;
  const Roundness round = roundness(ink);
  look.other_ink_mm2 = inks.other * kMm2PerPx;
  const double disc_mm2 = std::numbers::pi / 4 * round.extent.area() * kMm2PerPx;
  const double filled = std::max(ramp(area_mm2 / std::max(1.0, disc_mm2), kDryShare, kInkedShare),
                                 ramp(round.around, 0.95, 1.0));
  look.score = std::min({round.score, filled, ramp(area_mm2, kFewMm2, kEnoughMm2)});
  if (!view.colour) look.score *= 0.9;  // a ring, but of what colour?
  // Red ink lets most red light through; violet and other pads do not.
  else
    look.score =
        std::min(look.score, ramp(inks.red_missing, 0.55 * inks.green_missing, 0.40 * inks.green_missing));
  // A red ring was stamped; a clear gray ring may have been. Anything less is for people to see.
  const double present = view.colour ? 0.85 : 0.8;
  const double trace_mm2 = view.colour ? 4.0 : 8.0;
  if (look.score >= present)
    look.finding = SealFinding::kPresent;
  else if (area_mm2 > trace_mm2 || (view.colour && roundness(inks.dark).score > 0.5))
    look.finding = SealFinding::kDoubtful;
  if (area_mm2 > trace_mm2) {
    const double k = 1 / kLookPxPerMm;
    look.box = box_on_page(form_to_page, {zone.x_mm + round.extent.x * k, zone.y_mm + round.extent.y * k,
                                          round.extent.width * k, round.extent.height * k});
  }
  return look;
}

}  // namespace kiemphieu::reading

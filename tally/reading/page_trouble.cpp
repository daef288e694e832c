#include "tally/reading/page_trouble.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tally/reading/form_frame.h"
#include "tally/reading/patches.h"

namespace kiemphieu::reading {
namespace {

constexpr double kBlankShare = 0.004;     // of the page inked: a ballot without any name has 3 %
constexpr int kMidLow = 60, kMidHigh = 150;  // neither black border nor paper, of any colour ballots have
constexpr double kPhotoShare = 0.30;
constexpr double kCutMm = 4.5;            // nothing is looked for nearer to the edge
constexpr double kInsetMm = 2.0;          // the paper's own edge and its shadow
constexpr double kTornMm2 = 9.0;
constexpr double kBeyondMm = 4.0;         // of the paper's edge: shadows end there
constexpr double kSecondMm2 = 8.0, kSecondLengthMm = 12.0;

/// Share of the page whose surface is half dark.
double half_dark_share(const PageView& view) {
  int mid = 0;
  for (int y = 0; y < view.surface.rows; ++y) {
    const auto* row = view.surface.ptr<std::uint8_t>(y);
    for (int x = 0; x < view.surface.cols; ++x) mid += row[x] > kMidLow && row[x] < kMidHigh ? 1 : 0;
  }
  return static_cast<double>(mid) / std::max<double>(1, static_cast<double>(view.surface.total()));
}

/// What half of the form's surface exceeds.
int paper_of(const PageView& view, const OntoForm& onto, const cv::Mat& form) {
  std::array<int, 256> histogram{};
  int seen = 0;
  for (int y = 0; y < view.surface.rows; y += 4)
    for (int x = 0; x < view.surface.cols; x += 4)
      if (onto.at(x, y).within(form)) ++histogram[view.surface.ptr<std::uint8_t>(y)[x]], ++seen;
  int level = 255;
  for (int above = 0; level > 0 && 2 * (above += histogram[static_cast<std::size_t>(level)]) < seen;) --level;
  return level;
}

/// Millimetres of the form beyond its paper; 0 within.
double beyond_paper_mm(const PrintModel& model, Point at) {
  return std::max({-at.x, -at.y, at.x - model.form.page_width_mm, at.y - model.form.page_height_mm, 0.0});
}

/// The median colour at the places of a grid over a box on the form, in form
/// millimetres, and how much of the box lies in the picture. Print is less than half of any.
struct Tone {
  std::array<int, 3> level{};
  double seen = 0;
};

Tone tone_of(const PageView& view, const Affine& form_to_page, const forms::BoxMm& box) {
  constexpr int kPlaces = 24;
  Tone tone;
  std::array<std::vector<int>, 3> levels;
  const int channels = view.pixels.channels();
  for (int i = 0; i < kPlaces * kPlaces; ++i) {
    const Point at = form_to_page(box.x_mm + (i % kPlaces + 0.5) * box.w_mm / kPlaces,
                                  box.y_mm + (i / kPlaces + 0.5) * box.h_mm / kPlaces);
    const int x = cvFloor(at.x), y = cvFloor(at.y);
    if (x < 0 || y < 0 || x >= view.pixels.cols || y >= view.pixels.rows) continue;
    const auto* pixel = view.pixels.ptr<std::uint8_t>(y) + static_cast<std::ptrdiff_t>(channels) * x;
    for (int c = 0; c < channels; ++c) levels.at(static_cast<std::size_t>(c)).push_back(pixel[c]);
  }
  tone.seen = static_cast<double>(levels[0].size()) / (kPlaces * kPlaces);
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c)
    if (auto& all = levels.at(c); !all.empty()) {
      std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
      tone.level.at(c) = all[all.size() / 2];
    }
  return tone;
}

int difference(const Tone& a, const Tone& b) {
  int most = 0;
  for (std::size_t c = 0; c < 3; ++c) most = std::max(most, std::abs(a.level.at(c) - b.level.at(c)));
  return most;
}

/// The scanner's bed on either side of a paper `w_mm` wide, 60 mm down from `y_mm`.
/// Near the paper only when nothing is seen further out, and only where it is bright or black: a shadow lies there.
std::vector<Tone> beds_beside(const PageView& view, const Affine& form_to_page, double y_mm, double w_mm) {
  constexpr double kBedSeen = 0.25, kFarMm = 3.5, kNearMm = 1.2, kWideMm = 3.0, kNarrowMm = 1.2;
  constexpr int kBright = 215, kBlack = 70;
  std::vector<Tone> beds;
  for (const double x : {-kFarMm - kWideMm, w_mm + kFarMm}) {
    const Tone bed = tone_of(view, form_to_page, {x, y_mm, kWideMm, 60});
    if (bed.seen >= kBedSeen) beds.push_back(bed);
  }
  if (!beds.empty()) return beds;
  for (const double x : {-kNearMm - kNarrowMm, w_mm + kNearMm}) {
    const Tone bed = tone_of(view, form_to_page, {x, y_mm, kNarrowMm, 60});
    if (bed.seen >= kBedSeen && (bed.level[0] >= kBright || bed.level[0] <= kBlack)) beds.push_back(bed);
  }
  return beds;
}

/// Above or below the form's paper the same paper goes on, where beside it the scanner's bed is seen.
bool paper_goes_on(const PageView& view, const Affine& form_to_page, const PrintModel& model) {
  constexpr double kGapMm = 3.5, kStripMm = 3.0, kSeen = 0.6;
  constexpr int kTellApart = 14;  // levels between paper and bed
  const double w = model.form.page_width_mm, h = model.form.page_height_mm;
  for (const bool below : {true, false}) {
    const double edge = below ? h : 0, out = below ? 1 : -1;
    const auto strip = [&](double from, double to) {
      return forms::BoxMm{0.2 * w, edge + out * (below ? from : to), 0.6 * w, to - from};
    };
    const Tone beyond = tone_of(view, form_to_page, strip(kGapMm, kGapMm + kStripMm));
    if (beyond.seen < kSeen) continue;
    const Tone paper = tone_of(view, form_to_page, strip(-10, -4));
    for (const Tone& bed : beds_beside(view, form_to_page, below ? h - 70 : 10, w)) {
      const int apart = difference(paper, bed);
      if (apart < kTellApart) continue;
      if (3 * difference(beyond, paper) < apart && 2 * difference(beyond, bed) > apart) return true;
    }
  }
  return false;
}

double coarse_mm(const PageView& view, const Affine& form_to_page) { return view.step / form_to_page.scale(); }

}  // namespace

Trouble why_not_found(const PageView& view, const PageInk& ink) {
  if (half_dark_share(view) > kPhotoShare) return Trouble::kPhotograph;
  if (static_cast<double>(ink.points.size()) < kBlankShare * static_cast<double>(view.ink.total()))
    return Trouble::kBlankSheet;
  const TextSlant slant = measure_slant(ink.points);
  if (slant.sideways) return Trouble::kTurned;
  if (std::abs(slant.angle_deg) > kMaxSkewDeg) return Trouble::kSkewed;
  return Trouble::kForeignForm;
}

bool is_cut_off(const PageView& view, const Affine& form_to_page, const PrintModel& model) {
  const double w = model.form.page_width_mm, h = model.form.page_height_mm;
  const double slack = kCutMm * form_to_page.scale();
  for (const Point& corner : {Point{0, 0}, Point{w, 0}, Point{0, h}, Point{w, h}}) {
    const Point at = form_to_page(corner);
    if (at.x < -slack || at.y < -slack || at.x > view.pixels.cols + slack || at.y > view.pixels.rows + slack)
      return true;
  }
  return false;
}

bool is_torn(const PageView& view, const Affine& form_to_page, const PrintModel& model) {
  const OntoForm onto(view, form_to_page);
  const int inset = static_cast<int>(kInsetMm * kPrintedPxPerMm);
  const cv::Rect inside(inset, inset, model.watched.cols - 2 * inset, model.watched.rows - 2 * inset);
  const int dark = paper_of(view, onto, model.watched) / 2;
  cv::Mat mask = cv::Mat::zeros(view.surface.size(), CV_8UC1);
  const WatchedPlace step = onto.along_row();
  for (int y = 0; y < mask.rows; ++y) {
    const auto* surface = view.surface.ptr<std::uint8_t>(y);
    const WatchedPlace start = onto.at(0, y);
    for (int x = 0; x < mask.cols; ++x) {
      if (surface[x] >= dark) continue;
      const WatchedPlace at{start.x + x * step.x, start.y + x * step.y};
      if (!inside.contains({at.col(), at.row()})) continue;
      if (model.solid.ptr<std::uint8_t>(at.row())[at.col()] == 0) mask.ptr<std::uint8_t>(y)[x] = 255;
    }
  }
  const double mm = coarse_mm(view, form_to_page);
  const auto patches = connected_patches(mask);
  return std::any_of(patches.begin(), patches.end(), [&](const Patch& patch) {
    return patch.area * mm * mm >= kTornMm2 && std::min(patch.box.width, patch.box.height) * mm >= 2.5;
  });
}

bool shows_second_sheet(const PageView& view, const Affine& form_to_page, const PrintModel& model) {
  if (paper_goes_on(view, form_to_page, model)) return true;
  constexpr int kInkLevel = 56;
  const Affine to_form = form_to_page.inverse();
  cv::Mat mask = cv::Mat::zeros(view.ink.size(), CV_8UC1);
  bool any = false;
  for (int y = 0; y < mask.rows; ++y) {
    const auto* ink = view.ink.ptr<std::uint8_t>(y);
    for (int x = 0; x < mask.cols; ++x) {
      if (ink[x] < kInkLevel) continue;
      const Point at = to_form((x + 0.5) * view.step, (y + 0.5) * view.step);
      if (beyond_paper_mm(model, at) < kBeyondMm) continue;
      mask.ptr<std::uint8_t>(y)[x] = 255;
      any = true;
    }
  }
  if (!any) return false;
  // A word of print, or an edge: specks and the rim of a scanner's bed are neither.
  const double mm = coarse_mm(view, form_to_page);
  const int margin = static_cast<int>(1.5 / mm);
  double words_mm2 = 0;
  for (const Patch& patch : connected_patches(mask)) {
    const bool at_rim = patch.box.x < margin || patch.box.y < margin ||
                        patch.box.br().x > mask.cols - margin || patch.box.br().y > mask.rows - margin;
    const double length = std::max(patch.box.width, patch.box.height) * mm;
    if (at_rim && patch.area * mm < 2 * length) continue;
    if (length >= kSecondLengthMm) return true;
    if (patch.area * mm * mm >= 0.5) words_mm2 += patch.area * mm * mm;
  }
  return words_mm2 >= kSecondMm2;
}

}  // namespace kiemphieu::reading

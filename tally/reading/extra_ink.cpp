#include "tally/reading/extra_ink.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "tally/reading/seal.h"

namespace kiemphieu::reading {
namespace {

constexpr int kInkLevel = 56;        // of 255: 22 % darker than the paper, averaged over 0.5 mm
constexpr double kEdgeMm = 4.0;      // shadows and cut edges
constexpr double kMinAreaMm2 = 1.5;  // a tick of a ball pen, 4 x 0.4 mm; smaller is dirt
constexpr double kMinLengthMm = 2.0;
constexpr double kNameReachXMm = 3.0, kNameReachYMm = 2.0;    // a line's own field looks there
constexpr double kPrefixMm = 14.0;                            // "Ông/Bà" stands left of the name
constexpr double kStrikeOverMm = 32.0, kStrikeAboveMm = 7.0;  // a strike may overshoot its name so far
constexpr int kFoldLevel = 28;                                // 11 %: a shallow crease
constexpr double kFoldShare = 0.6;                            // of a row's unprinted width
constexpr int kFoldDarkest = 115;      // 45 %: creases are shadows, pen lines are darker
constexpr double kStreakShare = 0.55;  // of a column's unprinted height

bool inside(const forms::BoxMm& box, Point p, double grow_x, double grow_y) {
  return p.x > box.x_mm - grow_x && p.x < box.x_mm + box.w_mm + grow_x && p.y > box.y_mm - grow_y &&
         p.y < box.y_mm + box.h_mm + grow_y;
}

struct Foreign {
  cv::Mat mask;                  ///< coarse pixels, 255 foreign ink
  std::vector<int> open, inked;  ///< a scan column: places the print leaves open, and inked ones
  std::vector<int> row_open, row_inked,
      row_ink;  ///< the same by rows of the form (0.5 mm), and the ink's sum
  int count = 0;
};

Foreign mark_foreign(const PageView& view, const Affine& to_form, const PrintModel& model) {
  Foreign foreign{cv::Mat::zeros(view.ink.size(), CV_8UC1), {}, {}, {}, {}, {}, 0};
  foreign.open.assign(static_cast<std::size_t>(view.ink.cols), 0);
  foreign.inked = foreign.open;
  foreign.row_open.assign(static_cast<std::size_t>(model.printed.rows), 0);
  foreign.row_inked = foreign.row_ink = foreign.row_open;
  const forms::BoxMm page{kEdgeMm, kEdgeMm, model.form.page_width_mm - 2 * kEdgeMm,
                          model.form.page_height_mm - 2 * kEdgeMm};
  for (int y = 0; y < view.ink.rows; ++y) {
    const auto* row = view.ink.ptr<std::uint8_t>(y);
    Point at = to_form((0.5) * view.step, (y + 0.5) * view.step);
    for (int x = 0; x < view.ink.cols; ++x, at.x += to_form.a * view.step, at.y += to_form.c * view.step) {
      if (!inside(page, at, 0, 0)) continue;
      const int fx = static_cast<int>(at.x * kPrintedPxPerMm), fy = static_cast<int>(at.y * kPrintedPxPerMm);
      if (fx >= model.printed.cols || fy >= model.printed.rows) continue;
      if (model.printed.ptr<std::uint8_t>(fy)[fx] != 0) continue;
      const auto here = [&](const forms::BoxMm& box) { return inside(box, at, 0, 0); };
      if (std::any_of(model.form.ignored.begin(), model.form.ignored.end(), here)) continue;
      ++foreign.open[static_cast<std::size_t>(x)];
      ++foreign.row_open[static_cast<std::size_t>(fy)];
      if (row[x] < kFoldLevel) continue;
      ++foreign.row_inked[static_cast<std::size_t>(fy)];
      foreign.row_ink[static_cast<std::size_t>(fy)] += row[x];
      if (row[x] < kInkLevel) continue;
      ++foreign.inked[static_cast<std::size_t>(x)];
      if (model.form.seal && inside(*model.form.seal, at, kSealReachMm, kSealReachMm)) continue;
      foreign.mask.ptr<std::uint8_t>(y)[x] = 255;
      ++foreign.count;
    }
  }
  return foreign;
}

/// A crease runs across the whole form and is a shadow, not ink: its rows say
/// nothing about content. A line drawn so far with a pen is darker and stays.
std::vector<double> drop_folds(const Affine& to_form, const PageView& view, Foreign& foreign) {
  std::vector<double> rows_mm;
  std::vector<bool> fold(foreign.row_open.size(), false);
  for (std::size_t y = 2; y + 2 < fold.size(); ++y) {
    // The crease may lie a little askew: three rows together.
    const int open = (foreign.row_open[y - 1] + foreign.row_open[y] + foreign.row_open[y + 1]) / 3;
    const int inked = foreign.row_inked[y - 1] + foreign.row_inked[y] + foreign.row_inked[y + 1];
    const int ink = foreign.row_ink[y - 1] + foreign.row_ink[y] + foreign.row_ink[y + 1];
    if (open < 60 || inked < kFoldShare * open || ink > kFoldDarkest * inked) continue;
    for (std::size_t i = y - 2; i <= y + 2; ++i) fold[i] = true;
    rows_mm.push_back((static_cast<double>(y) + 0.5) / kPrintedPxPerMm);
  }
  if (rows_mm.empty()) return rows_mm;
  for (int y = 0; y < foreign.mask.rows; ++y)
    for (int x = 0; x < foreign.mask.cols; ++x) {
      if (foreign.mask.ptr<std::uint8_t>(y)[x] == 0 || view.ink.ptr<std::uint8_t>(y)[x] > kFoldDarkest)
        continue;
      const double form_y = to_form((x + 0.5) * view.step, (y + 0.5) * view.step).y * kPrintedPxPerMm;
      if (form_y >= 0 && form_y < static_cast<double>(fold.size()) && fold[static_cast<std::size_t>(form_y)])
        foreign.mask.ptr<std::uint8_t>(y)[x] = 0;
    }
  return rows_mm;
}

/// Ink that begins at a name and stays about it is that name's business.
bool belongs_to_a_name(const forms::BoxMm& ink, const PrintModel& model) {
  for (const auto& candidate : model.form.candidates)
    for (const auto& line : candidate.lines) {
      const forms::BoxMm zone{line.x_mm - kPrefixMm, line.y_mm, line.w_mm + kPrefixMm, line.h_mm};
      const bool touches = ink.x_mm < zone.x_mm + zone.w_mm + kNameReachXMm &&
                           ink.x_mm + ink.w_mm > zone.x_mm - kNameReachXMm &&
                           ink.y_mm < zone.y_mm + zone.h_mm + kNameReachYMm &&
                           ink.y_mm + ink.h_mm > zone.y_mm - kNameReachYMm;
      if (touches && ink.x_mm > zone.x_mm - kStrikeOverMm &&
          ink.x_mm + ink.w_mm < zone.x_mm + zone.w_mm + kStrikeOverMm &&
          ink.y_mm > zone.y_mm - kStrikeAboveMm &&
          ink.y_mm + ink.h_mm < zone.y_mm + zone.h_mm + kStrikeAboveMm)
        return true;
    }
  return false;
}

forms::BoxMm box_on_form(const Affine& to_form, const BoxPx& box) {
  double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
  for (const int x : {box.x_px, box.x_px + box.w_px})
    for (const int y : {box.y_px, box.y_px + box.h_px}) {
      const Point p = to_form(x, y);
      x0 = std::min(x0, p.x), x1 = std::max(x1, p.x), y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
    }
  return {x0, y0, x1 - x0, y1 - y0};
}

}  // namespace

ExtraInk look_for_extra_ink(const PageView& view, const Affine& form_to_page, const PrintModel& model) {
  ExtraInk extra;
  const Affine to_form = form_to_page.inverse();
  Foreign foreign = mark_foreign(view, to_form, model);
  const int height = static_cast<int>(model.form.page_height_mm * form_to_page.scale() / view.step);
  for (int x = 0; x < view.ink.cols; ++x) {
    const auto i = static_cast<std::size_t>(x);
    if (foreign.open[i] < height / 4 || foreign.inked[i] < kStreakShare * foreign.open[i]) continue;
    extra.streak = true;
    foreign
        .mask(cv::Rect(std::max(0, x - 1), 0, std::min(3, view.ink.cols - std::max(0, x - 1)), view.ink.rows))
        .setTo(0);
  }
  extra.fold_rows_mm = drop_folds(to_form, view, foreign);
  if (foreign.count == 0) return extra;
  cv::Mat labels, stats, centres;
  const int found = cv::connectedComponentsWithStats(foreign.mask, labels, stats, centres, 8, CV_32S);
  const double mm = view.step / form_to_page.scale();
  for (int i = 1; i < found; ++i) {
    const int* s = stats.ptr<int>(i);
    const BoxPx box{s[cv::CC_STAT_LEFT] * view.step, s[cv::CC_STAT_TOP] * view.step,
                    s[cv::CC_STAT_WIDTH] * view.step, s[cv::CC_STAT_HEIGHT] * view.step};
    const double area_mm2 = s[cv::CC_STAT_AREA] * mm * mm;
    const double length_mm = std::max(s[cv::CC_STAT_WIDTH], s[cv::CC_STAT_HEIGHT]) * mm;
    if (area_mm2 < kMinAreaMm2 || length_mm < kMinLengthMm) continue;
    if (belongs_to_a_name(box_on_form(to_form, box), model)) continue;
    extra.boxes.push_back(box);
  }
  return extra;
}

}  // namespace kiemphieu::reading

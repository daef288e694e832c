#include "tally/reading/extra_ink.h"

#include <algorithm>
#include <cmath>

#include "tally/reading/patches.h"
#include "tally/reading/seal.h"

namespace kiemphieu::reading {
namespace {

constexpr int kInkLevel = 56;        // of 255: 22 % darker than the paper, averaged over 0.5 mm
constexpr double kMinAreaMm2 = 1.5;  // a tick of a ball pen, 4 x 0.4 mm; smaller is dirt
constexpr double kMinLengthMm = 2.0;
constexpr double kNameReachXMm = 3.0, kNameReachYMm = 2.0;    // a line's own field looks there
constexpr double kPrefixMm = 14.0;                            // "Ông/Bà" stands left of the name
constexpr double kStrikeOverMm = 32.0, kStrikeAboveMm = 7.0;  // a strike may overshoot its name so far
constexpr int kFoldLevel = 28;                                // 11 %: a shallow crease
constexpr double kFoldShare = 0.6;                            // of a row's unprinted width
constexpr int kFoldDarkest = 115;      // 45 %: creases are shadows, pen lines are darker
constexpr double kStreakShare = 0.55;  // of a column's unprinted height

/// Where the stamp may lie, in the pixels of PrintModel::watched.
cv::Rect seal_area_px(const PrintModel& model) {
  if (!model.form.seal) return {};
  const forms::BoxMm& seal = *model.form.seal;
  const auto px = [](double mm) { return static_cast<int>(std::floor(mm * kPrintedPxPerMm)); };
  return {px(seal.x_mm - kSealReachMm), px(seal.y_mm - kSealReachMm), px(seal.w_mm + 2 * kSealReachMm),
          px(seal.h_mm + 2 * kSealReachMm)};
}

struct Foreign {
  cv::Mat mask;                  ///< coarse pixels, 255 foreign ink
  std::vector<int> open, inked;  ///< a scan column: places the print leaves open, and inked ones
  /// The same by rows of the form (0.5 mm), in scan pixels, and the ink's sum.
  std::vector<int> row_open, row_inked, row_ink;
  int count = 0;
};

/// From coarse pixels to the pixels of PrintModel::watched, in steps of 1/65536.
class OntoForm {
 public:
  OntoForm(const PageView& view, const Affine& to_form)
      : map_(to_form.scaled(kPrintedPxPerMm * kFixed)), step_(view.step) {}

  struct Place {
    std::int64_t x, y;
    int col() const { return static_cast<int>(x >> 16); }
    int row() const { return static_cast<int>(y >> 16); }
  };
  Place at(int x, int y) const {
    const Point p = map_((x + 0.5) * step_, (y + 0.5) * step_);
    return {static_cast<std::int64_t>(std::floor(p.x)), static_cast<std::int64_t>(std::floor(p.y))};
  }
  Place along_row() const {
    return {static_cast<std::int64_t>(map_.a * step_), static_cast<std::int64_t>(map_.c * step_)};
  }

 private:
  static constexpr double kFixed = 65536;
  Affine map_;
  double step_;
};

bool is_watched(const PrintModel& model, const OntoForm::Place& at) {
  const int x = at.col(), y = at.row();
  return x >= 0 && y >= 0 && x < model.watched.cols && y < model.watched.rows &&
         model.watched.ptr<std::uint8_t>(y)[x] != 0;
}

/// How much of each scan column and form row could show foreign ink: every
/// fourth row tells enough.
void count_open(const PageView& view, const OntoForm& onto, const PrintModel& model, Foreign& foreign) {
  constexpr int kEvery = 4;
  const OntoForm::Place step = onto.along_row();
  for (int y = 0; y < view.ink.rows; y += kEvery) {
    OntoForm::Place at = onto.at(0, y);
    for (std::size_t x = 0; x < foreign.open.size(); ++x, at.x += step.x, at.y += step.y)
      if (is_watched(model, at)) foreign.open[x] += kEvery;
  }
  const double pitch_x = static_cast<double>(step.x) / 65536, pitch = pitch_x * pitch_x;
  for (int y = 0; y < model.watched.rows; ++y)
    foreign.row_open[static_cast<std::size_t>(y)] =
        static_cast<int>(cv::countNonZero(model.watched.row(y)) / std::max(pitch, 0.01));
}

Foreign mark_foreign(const PageView& view, const Affine& to_form, const PrintModel& model) {
  Foreign foreign{cv::Mat::zeros(view.ink.size(), CV_8UC1), {}, {}, {}, {}, {}, 0};
  foreign.open.assign(static_cast<std::size_t>(view.ink.cols), 0);
  foreign.inked = foreign.open;
  foreign.row_open.assign(static_cast<std::size_t>(model.watched.rows), 0);
  foreign.row_inked = foreign.row_ink = foreign.row_open;
  const OntoForm onto(view, to_form);
  count_open(view, onto, model, foreign);
  const cv::Rect seal = seal_area_px(model);
  const OntoForm::Place step = onto.along_row();
  for (int y = 0; y < view.ink.rows; ++y) {
    const auto* row = view.ink.ptr<std::uint8_t>(y);
    auto* mask = foreign.mask.ptr<std::uint8_t>(y);
    const OntoForm::Place start = onto.at(0, y);
    for (int x = 0; x < view.ink.cols; ++x) {
      if (row[x] < kFoldLevel) continue;
      const OntoForm::Place at{start.x + x * step.x, start.y + x * step.y};
      if (!is_watched(model, at)) continue;
      const auto form_row = static_cast<std::size_t>(at.row());
      ++foreign.row_inked[form_row];
      foreign.row_ink[form_row] += row[x];
      if (row[x] < kInkLevel) continue;
      ++foreign.inked[static_cast<std::size_t>(x)];
      if (seal.contains({at.col(), at.row()})) continue;
      mask[x] = 255;
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
  const double mm = view.step / form_to_page.scale();
  for (const Patch& patch : connected_patches(foreign.mask)) {
    if (patch.area * mm * mm < kMinAreaMm2) continue;
    if (std::max(patch.box.width, patch.box.height) * mm < kMinLengthMm) continue;
    const BoxPx box{patch.box.x * view.step, patch.box.y * view.step, patch.box.width * view.step,
                    patch.box.height * view.step};
    if (belongs_to_a_name(box_on_form(to_form, box), model)) continue;
    extra.boxes.push_back(box);
  }
  return extra;
}

}  // namespace kiemphieu::reading

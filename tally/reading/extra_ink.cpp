#include "tally/reading/extra_ink.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "tally/reading/field.h"
#include "tally/reading/form_frame.h"
#include "tally/reading/patches.h"
#include "tally/reading/seal.h"

namespace kiemphieu::reading {
namespace {

constexpr int kInkLevel = 56;        // of 255: 22 % darker than the paper, averaged over 0.5 mm
constexpr int kPaleLevel = 34;       // 13 %: a pen's dot in a gray scan; dirt is as dark, so it takes a row of them
constexpr double kMinAreaMm2 = 1.5;  // a tick of a ball pen, 4 x 0.4 mm; smaller is dirt
constexpr double kMinLengthMm = 2.0;
constexpr double kNameReachXMm = 3.0, kNameReachYMm = 2.0;    // a line's own field looks there
constexpr double kPrefixMm = 14.0;                            // "Ông/Bà" stands left of the name
constexpr double kStrikeOverMm = 32.0, kStrikeAboveMm = 7.0;  // a strike may overshoot its name so far
constexpr int kFoldDarkest = 115;      // 45 %: creases are shadows, pen lines are darker

/// Which of `count` rows or columns lie within 0.9 mm of one of the lines.
std::vector<bool> band(const std::vector<double>& lines_mm, double px_per_mm, int count) {
  constexpr double kHalfMm = 0.9;
  std::vector<bool> inside(static_cast<std::size_t>(count), false);
  for (const double line : lines_mm)
    for (int i = 0; i < count; ++i)
      if (std::abs((i + 0.5) / px_per_mm - line) < kHalfMm) inside[static_cast<std::size_t>(i)] = true;
  return inside;
}

/// Where the stamp may lie, in the pixels of PrintModel::watched.
cv::Rect seal_area_px(const PrintModel& model) {
  if (!model.form.seal) return {};
  const forms::BoxMm& seal = *model.form.seal;
  const auto px = [](double mm) { return static_cast<int>(std::floor(mm * kPrintedPxPerMm)); };
  return {px(seal.x_mm - kSealReachMm), px(seal.y_mm - kSealReachMm), px(seal.w_mm + 2 * kSealReachMm),
          px(seal.h_mm + 2 * kSealReachMm)};
}

constexpr std::uint8_t kPlain = 255, kPale = 1;

/// Unprinted ink over the coarse picture: kPlain, or kPale where it may be dirt.
cv::Mat mark_foreign(const PageView& view, const Affine& form_to_page, const PrintModel& model,
                     const PageLines& lines) {
  cv::Mat mask = cv::Mat::zeros(view.ink.size(), CV_8UC1);
  const OntoForm onto(view, form_to_page);
  const cv::Rect seal = seal_area_px(model);
  const std::vector<bool> fold_rows = band(lines.fold_rows_mm, kPrintedPxPerMm, model.watched.rows);
  const std::vector<bool> fold_columns = band(lines.fold_columns_mm, kPrintedPxPerMm, model.watched.cols);
  const std::vector<bool> streaks = band(lines.streaks_mm, view.px_per_mm / view.step, view.ink.cols);
  const WatchedPlace step = onto.along_row();
  const int cols = view.ink.cols;
  for (int y = 0; y < view.ink.rows; ++y) {
    const auto* row = view.ink.ptr<std::uint8_t>(y);
    auto* marked = mask.ptr<std::uint8_t>(y);
    const WatchedPlace start = onto.at(0, y);
    for (int x = 0; x < cols; ++x) {
      if (row[x] < kPaleLevel) continue;
      const WatchedPlace at{start.x + x * step.x, start.y + x * step.y};
      if (!at.within(model.watched) || model.watched.ptr<std::uint8_t>(at.row())[at.col()] == 0) continue;
      if (seal.contains({at.col(), at.row()}) || streaks[static_cast<std::size_t>(x)]) continue;
      const bool on_fold = fold_rows[static_cast<std::size_t>(at.row())] ||
                           fold_columns[static_cast<std::size_t>(at.col())];
      if (on_fold && row[x] <= kFoldDarkest) continue;
      marked[x] = row[x] < kInkLevel ? kPale : kPlain;
    }
  }
  return mask;
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

/// Beside, above or below the printed names, not in their rows where a skipping pen leaves specks.
bool is_off_the_names(const Point& at, const PrintModel& model) {
  constexpr double kOffMm = 0.2;
  for (const auto& candidate : model.form.candidates)
    for (const auto& line : candidate.lines)
      if (at.y > line.y_mm - kOffMm && at.y < line.y_mm + line.h_mm + kOffMm) return false;
  return true;
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

/// The name line whose row is nearest to that height on the form.
const forms::BoxMm* nearest_line(const PrintModel& model, double y_mm) {
  const forms::BoxMm* nearest = nullptr;
  const auto away = [&](const forms::BoxMm& line) { return std::abs(line.y_mm + line.h_mm / 2 - y_mm); };
  for (const auto& candidate : model.form.candidates)
    for (const auto& line : candidate.lines)
      if (nearest == nullptr || away(line) < away(*nearest)) nearest = &line;
  return nearest;
}

/// Where a strike runs on beyond its name it is one line or a few; what is met
/// three times and more along a row, again and again, is writing joined to it,
/// and what is both wide and tall is a tick.
bool runs_on_as_writing(const cv::Mat& mask, const Patch& patch, const Affine& to_form, int step,
                        const PrintModel& model) {
  constexpr double kBeyondMm = 2.0;
  constexpr double kTallMm = 3.5, kWideMm = 4.0;
  constexpr int kRuns = 3, kRows = 2;
  const cv::Rect& box = patch.box;
  const forms::BoxMm* name =
      nearest_line(model, to_form((box.x + box.width / 2.0) * step, (box.y + box.height / 2.0) * step).y);
  if (name == nullptr) return false;
  const auto beside_names = [&](int x, int y) {
    const Point at = to_form((x + 0.5) * step, (y + 0.5) * step);
    return at.x < name->x_mm - kPrefixMm - kBeyondMm || at.x > name->x_mm + name->w_mm + kBeyondMm;
  };
  int rows = 0, top = box.br().y, bottom = box.y, left = box.br().x, right = box.x;
  for (int y = box.y; y < box.br().y; ++y) {
    int runs = 0;
    bool before = false;
    for (int x = box.x; x < box.br().x; ++x) {
      const bool ink = mask.ptr<std::uint8_t>(y)[x] != 0 && beside_names(x, y);
      runs += ink && !before ? 1 : 0;
      before = ink;
      if (ink) top = std::min(top, y), bottom = y + 1, left = std::min(left, x), right = std::max(right, x + 1);
    }
    rows += runs >= kRuns ? 1 : 0;
  }
  const double mm = step * std::hypot(to_form.a, to_form.c);
  const bool tick = (bottom - top) * mm >= kTallMm && (right - left) * mm >= kWideMm;
  return rows >= kRows || tick;
}

/// Specks in an even row are a sign somebody made; dirt does not line up.
/// `skips`: how many places in the row may be empty, where a pen gave out.
bool are_in_a_row(const std::vector<Point>& specks, std::size_t least, int skips) {
  constexpr double kNearestMm = 0.8, kFurthestMm = 5.0, kOffMm = 0.35, kUneven = 0.30;
  const auto near = [&](const Point& place, double length) {
    return std::find_if(specks.begin(), specks.end(), [&](const Point& p) {
      return std::hypot(p.x - place.x, p.y - place.y) < kOffMm + kUneven * length;
    });
  };
  for (std::size_t i = 0; i < specks.size(); ++i)
    for (std::size_t j = 0; j < specks.size(); ++j) {
      Point step{specks[j].x - specks[i].x, specks[j].y - specks[i].y};
      const double length = std::hypot(step.x, step.y);
      if (length < kNearestMm || length > kFurthestMm) continue;
      Point at = specks[j];
      int left = skips;
      for (std::size_t found = 2; found <= specks.size(); ++found) {
        if (found >= least) return true;
        auto hit = near({at.x + step.x, at.y + step.y}, length);
        if (hit == specks.end() && left-- > 0) {
          at = {at.x + step.x, at.y + step.y};
          hit = near({at.x + step.x, at.y + step.y}, length);
        }
        if (hit == specks.end()) break;
        step = {hit->x - at.x, hit->y - at.y};
        at = *hit;
      }
    }
  return false;
}

/// Ink that is plain or may be dirt, on the form.
struct PaleInk {
  std::vector<forms::BoxMm> strokes;
  std::vector<Point> dots;
  std::size_t stray_dots = 0;  ///< those of no name
  std::optional<BoxPx> tick;   ///< one of the strokes that runs slantwise, far from names and edges
};

PaleInk look_for_pale_ink(const cv::Mat& marked, const Affine& to_form, double mm, int step, const PrintModel& model) {
  constexpr double kDotMm = 2.1, kTickMm = 2.4, kTickFill = 0.45, kEdgeMm = 8.0;
  PaleInk pale;
  const cv::Mat any = marked != 0;
  for (const Patch& patch : connected_patches(any)) {
    const BoxPx box_px{patch.box.x * step, patch.box.y * step, patch.box.width * step, patch.box.height * step};
    const forms::BoxMm box = box_on_form(to_form, box_px);
    const bool stray = !belongs_to_a_name(box, model);
    if (std::max(box.w_mm, box.h_mm) <= kDotMm) {
      pale.dots.push_back({box.x_mm + box.w_mm / 2, box.y_mm + box.h_mm / 2});
      pale.stray_dots += stray ? 1 : 0;
      continue;
    }
    pale.strokes.push_back(box);
    const bool inside = std::min({box.x_mm, box.y_mm, model.form.page_width_mm - box.x_mm - box.w_mm,
                                  model.form.page_height_mm - box.y_mm - box.h_mm}) > kEdgeMm;
    const double area_mm2 = patch.area * mm * mm;
    if (stray && inside && area_mm2 >= kMinAreaMm2 && std::min(box.w_mm, box.h_mm) >= kTickMm &&
        area_mm2 < kTickFill * box.w_mm * box.h_mm)
      pale.tick = box_px;
  }
  return pale;
}

/// Where dots stand in an even row beside a name, be they so pale that one of them
/// alone is nothing. Not where a strike's skips may have left them.
std::optional<forms::BoxMm> dots_beside_a_name(const PaleInk& pale, const PrintModel& model) {
  constexpr double kBesideMm = 2.5, kRowMm = 1.0, kEdgeMm = 8.0;
  constexpr std::size_t kMost = 8, kCleanPage = 8;  // more in a row, or on a page, is dirt
  const std::size_t least = pale.stray_dots <= kCleanPage ? 2 : 3;
  for (const auto& candidate : model.form.candidates)
    for (const auto& line : candidate.lines) {
      std::vector<Point> row;
      double from = line.x_mm + line.w_mm + kBesideMm;
      for (const forms::BoxMm& stroke : pale.strokes)
        if (stroke.y_mm < line.y_mm + line.h_mm && stroke.y_mm + stroke.h_mm > line.y_mm)
          from = std::max(from, stroke.x_mm + stroke.w_mm + kBesideMm);
      for (const Point& dot : pale.dots)
        if (dot.x > from && dot.x < model.form.page_width_mm - kEdgeMm && dot.y > line.y_mm - kRowMm &&
            dot.y < line.y_mm + line.h_mm + kRowMm)
          row.push_back(dot);
      if (row.size() >= least && row.size() <= kMost && are_in_a_row(row, least, 1))
        return forms::BoxMm{from, line.y_mm, model.form.page_width_mm - kEdgeMm - from, line.h_mm};
    }
  return std::nullopt;
}

}  // namespace

ExtraInk look_for_extra_ink(const PageView& view, const Affine& form_to_page, const PrintModel& model,
                            const PageLines& lines) {
  ExtraInk extra;
  const Affine to_form = form_to_page.inverse();
  const double mm = view.step / form_to_page.scale();
  std::vector<Point> specks;
  cv::Rect speck_area;
  const cv::Mat marked = mark_foreign(view, form_to_page, model, lines);
  const cv::Mat foreign = marked == kPlain;
  const PaleInk pale = look_for_pale_ink(marked, to_form, mm, view.step, model);
  if (pale.tick) extra.boxes.push_back(*pale.tick);
  if (const auto dots = dots_beside_a_name(pale, model)) extra.boxes.push_back(box_on_page(form_to_page, *dots));
  for (const Patch& patch : connected_patches(foreign)) {
    const BoxPx box{patch.box.x * view.step, patch.box.y * view.step, patch.box.width * view.step,
                    patch.box.height * view.step};
    const forms::BoxMm on_form = box_on_form(to_form, box);
    const bool small = patch.area * mm * mm < kMinAreaMm2 ||
                       std::max(patch.box.width, patch.box.height) * mm < kMinLengthMm;
    const Point middle{on_form.x_mm + on_form.w_mm / 2, on_form.y_mm + on_form.h_mm / 2};
    if (belongs_to_a_name(on_form, model) && !(small && is_off_the_names(middle, model))) {
      if (runs_on_as_writing(foreign, patch, to_form, view.step, model)) extra.boxes.push_back(box);
      continue;
    }
    if (small) {
      specks.push_back(middle);
      speck_area = speck_area.empty() ? cv::Rect(box.x_px, box.y_px, box.w_px, box.h_px)
                                      : speck_area | cv::Rect(box.x_px, box.y_px, box.w_px, box.h_px);
    } else {
      extra.boxes.push_back(box);
    }
  }
  // Among many specks three line up by chance; a page full of them is dirt or coarse paper.
  constexpr std::size_t kFew = 25, kMany = 80;
  if (specks.size() >= 3 && specks.size() <= kMany && are_in_a_row(specks, specks.size() <= kFew ? 3 : 4, 0))
    extra.boxes.push_back({speck_area.x, speck_area.y, speck_area.width, speck_area.height});
  return extra;
}

}  // namespace kiemphieu::reading

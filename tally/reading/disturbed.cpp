#include "tally/reading/disturbed.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tally/reading/learned_reader.h"

namespace kiemphieu::reading {
namespace {

constexpr double kHalfBandMm = 0.8;      // of a fold's shadow, askew and blurred
constexpr double kHalfStreakMm = 0.75;   // of a streak's
constexpr double kDarkestFold = 0.45;    // beyond it a strike could hide in it
constexpr double kDarkerOnName = 0.07;   // than beside it: something else lies there

/// The field's rows and columns that page lines run through.
struct Bands {
  std::vector<cv::Range> rows, columns;
  bool streak = false;
};

cv::Range range_px(double middle_px, double half_mm, int count) {
  const double half = half_mm * kFieldPxPerMm;
  return {std::clamp(static_cast<int>(std::floor(middle_px - half)), 0, count),
          std::clamp(static_cast<int>(std::ceil(middle_px + half)), 0, count)};
}

Bands bands_through(const PageView& view, const LineInk& seen, const LineModel& line, const PageLines& lines) {
  Bands bands;
  const auto add = [](std::vector<cv::Range>& ranges, cv::Range range) {
    if (!range.empty()) ranges.push_back(range);
  };
  for (const double y_mm : lines.fold_rows_mm)
    add(bands.rows, range_px(y_mm * kFieldPxPerMm - line.field.y, kHalfBandMm, line.field.height));
  for (const double x_mm : lines.fold_columns_mm)
    add(bands.columns, range_px(x_mm * kFieldPxPerMm - line.field.x, kHalfBandMm, line.field.width));
  const Affine to_form = seen.map.inverse();
  const Point middle = seen.map(line.name.x_mm + line.name.w_mm / 2, line.name.y_mm + line.name.h_mm / 2);
  for (const double x_mm : lines.streaks_mm) {
    const Point on_form = to_form(x_mm * view.px_per_mm, middle.y);
    add(bands.columns, range_px(on_form.x * kFieldPxPerMm - line.field.x, kHalfStreakMm, line.field.width));
    bands.streak = bands.streak || (!bands.columns.empty() && !bands.columns.back().empty());
  }
  return bands;
}

LineModel closed(const LineModel& line, const std::vector<cv::Range>& rows,
                 const std::vector<cv::Range>& columns) {
  LineModel model = line;
  model.open = line.open.clone();
  for (const cv::Range& r : rows) model.open.rowRange(r).setTo(0);
  for (const cv::Range& c : columns) model.open.colRange(c).setTo(0);
  return model;
}

/// The darkness, 0 to 1, that `share` of the values stay below; 1 when there are too few.
double quantile(std::vector<double> values, double share) {
  if (values.size() < 12) return 1;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// A fold's darkness over the name, where print leaves its rows open.
std::vector<double> on_name(const LineInk& seen, const LineModel& line, const cv::Range& rows) {
  std::vector<double> values;
  for (int x = line.left_px; x < line.right_px; ++x) {
    int open = 0, darkest = 0;
    for (int y = rows.start; y < rows.end; ++y)
      if (line.open.ptr<std::uint8_t>(y)[x] != 0)
        ++open, darkest = std::max<int>(darkest, seen.dark.ptr<std::uint8_t>(y)[x]);
    if (10 * open >= 7 * rows.size()) values.push_back(darkest / 255.0);
  }
  return values;
}

/// The same to both sides of it, on unprinted paper inside the frame.
std::vector<double> beside_name(const PageView& view, const LineInk& seen, const LineModel& line,
                                const PrintModel& model, double y_mm) {
  std::vector<double> values;
  const int row = static_cast<int>(y_mm * kPrintedPxPerMm);
  if (row < 0 || row >= model.watched.rows) return values;
  constexpr double kClearMm = 3;  // a strike may begin before the name and end behind it
  for (double x = 0; x < model.form.page_width_mm; x += 0.25) {
    if (x > line.name.x_mm - kClearMm && x < line.name.x_mm + line.name.w_mm + kClearMm) continue;
    const int col = static_cast<int>(x * kPrintedPxPerMm);
    if (col >= model.watched.cols || model.watched.ptr<std::uint8_t>(row)[col] == 0) continue;
    values.push_back(darkest_near(view, seen.map, {x, y_mm}, kHalfBandMm));
  }
  return values;
}

/// The line as it would be without what runs down these columns: what lies on
/// either side of each, besides the print, is carried across.
cv::Mat bridged(const cv::Mat& dark, const LineModel& line, const std::vector<cv::Range>& columns) {
  cv::Mat out = dark.clone();
  for (const cv::Range& range : columns) {
    const int left = std::max(0, range.start - 1), right = std::min(dark.cols - 1, range.end);
    for (int y = 0; y < dark.rows; ++y) {
      auto* row = out.ptr<std::uint8_t>(y);
      const auto* print = line.print.ptr<std::uint8_t>(y);
      const int from = row[left] - print[left], to = row[right] - print[right];
      for (int x = range.start; x < range.end; ++x)
        row[x] = cv::saturate_cast<std::uint8_t>(print[x] + from + (to - from) * (x - left) / (right - left));
    }
  }
  return out;
}

bool is_kept(const LineVerdict& v) { return v.score <= kKeptMax && v.shape == election::MarkShape::kNone; }

}  // namespace

DisturbedVerdict judge_disturbed(const PageView& view, const LineInk& seen, const LineModel& line,
                                 const PrintModel& model, const PageLines& lines) {
  const Bands bands = bands_through(view, seen, line, lines);
  if (bands.rows.empty() && bands.columns.empty()) return {judge_line(seen), false, false, false, {}};
  const LineVerdict without = judge_line(measured_again(seen, closed(line, bands.rows, bands.columns), {}));
  if (bands.rows.empty()) {
    const bool clear = without.score <= kKeptMax || without.score >= kStruckMin;
    const SecondOpinion second =
        LearnedReader::shipped().look(bridged(seen.dark, line, bands.columns), line).opinion;
    return {without, false, false, bands.streak && !clear, second};
  }

  DisturbedVerdict doubtful{judge_line(seen), true, true, bands.streak, {}};
  doubtful.verdict.score = 0.5;
  double darkest = 0;
  for (const cv::Range& rows : bands.rows) {
    const double y_mm = (line.field.y + (rows.start + rows.end) / 2.0) / kFieldPxPerMm;
    const std::vector<double> beside = beside_name(view, seen, line, model, y_mm);
    const double usual = quantile(beside, 0.5), dark = quantile(beside, 0.9);
    const double here = quantile(on_name(seen, line, rows), 0.5);
    darkest = std::max(darkest, dark);
    // Too few open places over the name say 1: then nothing is known.
    const bool struck_maybe = here > usual + kDarkerOnName;
    if (struck_maybe && without.score < kStruckMin) {
      // Only a plain strike, darker than the fold, explains it.
      const int shadow = static_cast<int>(255 * dark);
      const InkLevels darker{std::max(62, shadow + 25), std::max(33, shadow + 15), shadow};
      const LineVerdict with = judge_line(measured_again(seen, closed(line, {}, bands.columns), darker));
      if (dark < kDarkestFold && with.score >= kStruckMin) return {with, false, true, false, {}};
      return doubtful;
    }
  }
  if (darkest > kDarkestFold) return doubtful;
  if (without.score >= kStruckMin || is_kept(without)) return {without, false, true, false, {}};
  return doubtful;
}

}  // namespace kiemphieu::reading

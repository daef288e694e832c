#include "tally/reading/page_lines.h"

#include <algorithm>
#include <array>

#include "tally/reading/form_frame.h"

namespace kiemphieu::reading {
namespace {

constexpr int kParts = 4;
// Mean darkness beyond the neighbourhood's, of 255, over a coarse pixel of 0.5 mm:
// a shadow 0.2 mm wide that is a tenth darker than paper gives 10.
constexpr double kStandsOut = 6.0, kPartStandsOut = 2.5;
constexpr int kDarkest = 120;  // what is darker counts no more: a word is no longer for being black
constexpr int kBeside = 4;         // 2 mm: a line and its blur are narrower
constexpr double kMinOpen = 0.12;  // of a part: print leaves less, it says nothing

/// Ink averaged along parallel lines, in kParts parts of their length.
class Profile {
 public:
  Profile(int lines, double part_length) : part_length_(part_length), cells_(static_cast<std::size_t>(lines)) {}

  void add(int line, int part, int ink) {
    Cell& cell = cells_[static_cast<std::size_t>(line)][static_cast<std::size_t>(part)];
    cell.sum += ink, ++cell.open;
  }
  int lines() const { return static_cast<int>(cells_.size()); }

  /// The lines that stand out in every part that can be seen, and in most of them.
  /// A line is compared with those kBeside away, each taken with its neighbours.
  std::vector<int> standing_out() const {
    std::vector<int> found;
    double before = 0;
    for (int line = kBeside + 1; line + kBeside + 1 < lines(); ++line) {
      const double by = stands_out(line);
      if (by >= kStandsOut) {
        if (!found.empty() && line - found.back() <= 2) {
          if (by > before) found.back() = line;  // one line, its darkest place
        } else {
          found.push_back(line);
        }
      }
      before = by;
    }
    return found;
  }

 private:
  struct Cell {
    int sum = 0, open = 0;
  };

  /// Mean over the parts, or 0 when one of them disagrees.
  double stands_out(int line) const {
    double sum = 0;
    int seen = 0;
    for (std::size_t part = 0; part < kParts; ++part) {
      const double here = mean(line, part);
      if (here < 0) continue;
      const double left = mean(line - kBeside, part), right = mean(line + kBeside, part);
      const double by = here - std::max({left, right, 0.0});
      if (by < kPartStandsOut) return 0;
      sum += by, ++seen;
    }
    return seen >= 3 ? sum / seen : 0;
  }

  double mean(int line, std::size_t part) const {
    int ink = 0, open = 0;  // a line may lie a little askew: with its neighbours
    for (int i = line - 1; i <= line + 1; ++i) {
      const Cell& cell = cells_[static_cast<std::size_t>(i)][part];
      ink += cell.sum, open += cell.open;
    }
    return open >= 3 * kMinOpen * part_length_ ? static_cast<double>(ink) / open : -1.0;
  }

  double part_length_;
  std::vector<std::array<Cell, kParts>> cells_;
};

}  // namespace

PageLines find_page_lines(const PageView& view, const Affine& form_to_page, const PrintModel& model) {
  // Along a line every fourth place is enough; across it none may be missed.
  constexpr int kEvery = 4;
  const cv::Mat& watched = model.watched;
  const double per_form_px = kPrintedPxPerMm * view.step / form_to_page.scale();
  Profile rows(watched.rows, watched.cols / per_form_px / kEvery / kParts);
  Profile columns(watched.cols, watched.rows / per_form_px / kEvery / kParts);
  Profile scan(view.ink.cols, static_cast<double>(view.ink.rows) / kEvery / kParts);
  const OntoForm onto(view, form_to_page);
  const WatchedPlace step = onto.along_row();
  for (int y = 0; y < view.ink.rows; ++y) {
    const auto* ink = view.ink.ptr<std::uint8_t>(y);
    const bool down = y % kEvery == 0;
    const int stride = down ? 1 : kEvery, scan_part = y * kParts / view.ink.rows;
    WatchedPlace at = onto.at(0, y);
    for (int x = 0; x < view.ink.cols; x += stride, at.x += stride * step.x, at.y += stride * step.y) {
      if (!at.within(watched)) continue;
      const int col = at.col(), row = at.row();
      if (watched.ptr<std::uint8_t>(row)[col] == 0) continue;
      const int dark = std::min<int>(ink[x], kDarkest);
      if (x % kEvery == 0) rows.add(row, col * kParts / watched.cols, dark);
      if (!down) continue;
      columns.add(col, row * kParts / watched.rows, dark);
      scan.add(x, scan_part, dark);
    }
  }
  PageLines lines;
  for (const int row : rows.standing_out()) lines.fold_rows_mm.push_back((row + 0.5) / kPrintedPxPerMm);
  for (const int x : scan.standing_out()) lines.streaks_mm.push_back((x + 0.5) * view.step / view.px_per_mm);
  if (lines.streaks_mm.empty())  // on a sheet that lies straight a streak is in both
    for (const int col : columns.standing_out())
      lines.fold_columns_mm.push_back((col + 0.5) / kPrintedPxPerMm);
  return lines;
}

}  // namespace kiemphieu::reading

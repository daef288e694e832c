#pragma once
/// The second reader: looks at a name line through small windows with a net that
/// was trained on examples (tally/training), and says whether something was
/// drawn through the name. It knows none of the measures of line_ink.h, so that
/// both are not wrong for the same reason. Method: docs/reading.md.
///
/// Whole numbers only: the same line gives the same bits anywhere. Immutable
/// after construction; may be used from several threads at once.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>

#include "config/base/result.h"
#include "tally/reading/print_model.h"
#include "tally/reading/sheet_reading.h"
#include "tally/reading/small_net.h"

namespace kiemphieu::reading {

/// Shape of the windows, in letter bodies (LineModel::body_top_px … body_bottom_px):
/// a window is one body wide, moves by half a body, and reaches 0.75 of a body
/// above and below the letters' bodies.
inline constexpr int kCellsAcross = 8, kCellsDown = 16, kCellsAStep = 4;
inline constexpr int kWindowInputs = 2 * kCellsAcross * kCellsDown;
inline constexpr int kLineInputs = 26;

/// What the net sees in one window, each 0 … kNetOne.
struct WindowSight {
  int covered = 0;  ///< share of the window's columns with ink through the letters' bodies
  int crossed = 0;  ///< a stroke from above the letters to below them
  int above = 0;    ///< share of its columns with ink above the bodies
  int below = 0;    ///< and below them
};
inline constexpr int kWindowOutputs = 4;

struct LineSight {
  SecondOpinion opinion;
  std::vector<WindowSight> windows;  ///< from left to right, kCellsAStep cells apart
};

/// Cells of one line: mean darkness of the scan and of the reference print,
/// the latter made as black as this scan's print.
struct LineCells {
  int columns = 0;
  std::vector<std::int16_t> scan, print;  ///< column after column, kCellsDown each
  int windows() const { return columns < kCellsAcross ? 0 : (columns - kCellsAcross) / kCellsAStep + 1; }
};
LineCells cells_of(const cv::Mat& dark, const LineModel& line);
/// The print's part of them before it is made as black as the scan's: the same for every sheet.
std::vector<std::int16_t> reference_cells(const LineModel& line);
/// The cells of window `index`: scan, then print.
std::array<std::int16_t, kWindowInputs> window_inputs(const LineCells& cells, int index);
/// Field pixels of a window: [start, end) across.
cv::Range window_columns_px(const LineModel& line, int index);
/// Beside the name, left and right: how much darker the darkest row of the letters'
/// bodies is than the middle one, in the blank columns from 2 mm away on, 0 … kNetOne.
/// A crease runs on there, a strike seldom on both sides.
struct MarginSight {
  int left = 0, right = 0;
};
MarginSight look_at_margins(const cv::Mat& dark, const LineModel& line);
/// The line in numbers, from its windows and what is beside it.
std::array<std::int16_t, kLineInputs> line_inputs(const std::vector<WindowSight>& windows,
                                                  const MarginSight& margins, const LineModel& line);

class LearnedReader {
 public:
  LearnedReader(SmallNet window, SmallNet line);
  /// The model of the repository, tally/reading/models/line-reader.txt.
  static const LearnedReader& shipped();
  /// Errors: kTemplateInvalid with what is wrong in the text.
  static Result<LearnedReader> parse(std::string_view text);

  /// `dark`: CV_8UC1, the line's field laid straight as darkness (darkness_against_paper).
  LineSight look(const cv::Mat& dark, const LineModel& line) const;
  /// The first half of look(): the windows alone.
  std::vector<WindowSight> look_at_windows(const cv::Mat& dark, const LineModel& line) const;

 private:
  SmallNet window_, line_;  ///< outputs: WindowSight; clean, struck, neither
};

}  // namespace kiemphieu::reading

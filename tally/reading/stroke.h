#pragma once
/// The stroke over a name line: the most unbroken way from its left to its right end.
///
/// Print hides ink of its own colour, so the way is followed from one place the
/// print leaves open to the next: an open dark place counts for it, an open light
/// one against it, print not at all. Found by dynamic programming over the
/// columns; what it was like on the way is then measured, under the letters too
/// (see_through.h).

#include <opencv2/core.hpp>

#include "tally/reading/print_model.h"

namespace kiemphieu::reading {

/// From which darkness on ink is ink, of 255.
struct InkLevels {
  int dark = 62;   ///< a pen line, 24 % darker than paper
  int faint = 33;  ///< 13 %, darker than paper grain and JPEG noise
  int ground = 0;  ///< what a fold's shadow darkens everywhere
};

/// A name line laid straight: field pixels, kFieldPxPerMm.
struct StraightLine {
  const LineModel& model;
  InkLevels levels;
  cv::Mat dark;    ///< CV_8UC1, straight_darkness()
  cv::Mat smooth;  ///< CV_8UC1, dark averaged over three neighbours along the line
  int print = 255;  ///< median darkness of the line's solid print

  bool is_open(int x, int y) const { return model.open.ptr<std::uint8_t>(y)[x] != 0; }
  int darkness(int x, int y) const { return dark.ptr<std::uint8_t>(y)[x]; }
};

inline constexpr double kMmPerFieldPx = 1 / kFieldPxPerMm;
inline constexpr int kColumnStep = 2;  ///< field pixels from one step of a way to the next

/// Rows in field pixels.
struct Stroke {
  double coverage = 0;    ///< dark share of the columns that show it, over the name's width
  double worst_word = 0;  ///< the same, of the least covered word
  double open_share = 0;  ///< share of columns where the print leaves the stroke visible
  /// Name before and after the stroke's first and last dark place; 0 when only
  /// print, which hides the stroke, lies there.
  double left_gap_mm = 0, right_gap_mm = 0;
  double longest_gap_mm = 0;  ///< from one inked place to the next, over open ones without ink
  double core_share = 0;      ///< share of its columns inside the letters' bodies
  double above_share = 0, below_share = 0;       ///< and above and below them
  bool along_feet = false;  ///< lies flat in the lowest quarter of the bodies, a good part of it below
  bool in_lowest = false;   ///< about the lowest quarter of the bodies, or below them
  double left_y = 0, middle_y = 0, right_y = 0;  ///< mean row in the first, middle, last fifth
  double contrast = 0;                           ///< median darkness, 0 to 1
  double evenness = 0;  ///< its lightest tenth against the median: a pen that skips is uneven
};

/// Rows at the name's left and right end.
struct Slant {
  int left_y = 0, right_y = 0;
};

/// The best way that stays within the rows; all zero when there are none.
Stroke follow_stroke(const StraightLine& line, cv::Range rows);

/// The best way that stays about a straight line, where a cross would tempt it
/// from one of its strokes to the other.
Stroke follow_slant(const StraightLine& line, Slant slant);

}  // namespace kiemphieu::reading

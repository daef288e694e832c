#pragma once
/// From measures of ink to a shape and a score. Pure numbers.
///
/// The score is 1 only when every test of a strike through the whole name
/// passes (each is a ramp, the weakest decides), 0 only when there is no ink
/// worth a name; everything else lands between counting's two thresholds.
/// Sources for what a shape means: Hỏi đáp về bầu cử 2026-2031, câu 167.

#include <string>
#include <vector>

#include "tally/reading/line_ink.h"

namespace kiemphieu::reading {

/// Scores at and below, at and above which a verdict is sure: where counting's doubt begins and ends.
inline constexpr double kKeptMax = 0.15, kStruckMin = 0.85;

struct LineVerdict {
  election::MarkShape shape = election::MarkShape::kNone;
  double score = 0;
  bool faint = false;    ///< there is a line, but hardly darker than the paper
  bool damaged = false;  ///< the print itself is missing in places
  bool correction = false;  ///< struck, and something about it may take the strike back
};

LineVerdict judge_line(const LineInk& ink);

/// Lays a verdict before the second reader. Where this one is sure and the other
/// says otherwise or is not sure, the score becomes 0.5 and `second.agrees` false.
/// `folded`: a fold runs along the line, which the other does not know; it may be unsure then.
void confirm(LineVerdict& verdict, SecondOpinion& second, bool folded);

/// One candidate from the verdicts on its one or two lines.
LineVerdict judge_name(const std::vector<LineVerdict>& lines);

/// Print that is there on this share of its places is this name's print, whatever
/// is drawn over it; another name of the same length covers less than 0.6.
inline constexpr double kPrintPresent = 0.80;

}  // namespace kiemphieu::reading

#pragma once
/// A name line that a fold or a streak runs through.
///
/// A streak or a fold down the page says nothing about a name: its columns are
/// closed and the rest is judged; the second reader sees what lies beside them. A fold along a name looks like a strike. How
/// dark it is can be seen beside the name, so the name is judged twice: without
/// the fold's rows, and with them but only by ink that is darker than the fold.
/// Both must be clean, and the fold no darker over the name than beside it, for
/// the name to be kept; a strike must be plain without what the fold may feign.
/// Anything else is for people.

#include <optional>

#include "tally/reading/line_ink.h"
#include "tally/reading/page_lines.h"
#include "tally/reading/strike.h"

namespace kiemphieu::reading {

/// The verdict on a line of a page with such lines.
struct DisturbedVerdict {
  LineVerdict verdict;
  bool fold = false;       ///< a fold along the name keeps it doubtful
  bool along = false;      ///< a fold runs along the name and was reckoned with; the second reader sees it as well
  bool streak = false;     ///< a streak runs through the name, and it is not clear without it
  std::optional<SecondOpinion> second{};  ///< of the line without what runs across it
};

/// `seen` is the line's plain look.
DisturbedVerdict judge_disturbed(const PageView& view, const LineInk& seen, const LineModel& line,
                                 const PrintModel& model, const PageLines& lines);

}  // namespace kiemphieu::reading

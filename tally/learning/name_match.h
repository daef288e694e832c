#pragma once
/// Which printed line is which candidate's name, and whether the print agrees
/// with the candidate list at all.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "config/election/election.h"
#include "tally/learning/name_shapes.h"

namespace kiemphieu::learning {

struct MatchedLine {
  std::size_t line = 0;   ///< in PrintLines::lines
  int name_left_px = 0;   ///< within the line's box: where "Ông/Bà" has ended
  int words = 0;          ///< of the name, without "Ông/Bà"
};

struct MatchedNames {
  std::size_t seats_line = 0;  ///< "Được bầu … đại biểu"
  std::vector<std::vector<MatchedLine>> candidates;  ///< in the contest's order
  forms::TextStyle face;       ///< of ours, the one most like the print; its size is the print's
  double likeness = 0;         ///< mean correlation of the name lines, 1 = the same
  std::vector<std::string> alike;         ///< "2, 3": rows too alike to tell whether they changed places
  std::vector<int> split_otherwise;       ///< rows printed on another number of lines than the definition says
};

struct MatchAttempt {
  std::size_t upright = 0;                ///< which of the orientations
  std::optional<std::size_t> seats_line;  ///< in PrintLines::lines, also when the names do not fit
  Result<MatchedNames> names;
};

/// `orientations`: the page as it came and turned by 180°; the line "Được bầu …
/// đại biểu" tells which is upright. Errors of `names`: kLearnNoBallot,
/// kLearnLineCount, kLearnNamesDiffer, kLearnNamesOrder, kFontMissing, kPrintFailed.
MatchAttempt match_names(const std::array<PrintLines, 2>& orientations, const election::Contest& contest);

}  // namespace kiemphieu::learning

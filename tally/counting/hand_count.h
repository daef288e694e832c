#pragma once
/// The figures of a station that counted by hand, once people have confirmed
/// them: only what the minutes' arithmetic allows becomes totals. Pure.
///
/// Sources: as tally/counting/figures.h.

#include <string>
#include <vector>

#include "tally/counting/figures.h"
#include "tally/counting/totals.h"

namespace kiemphieu::counting {

struct HandCount {
  Count voters, voted, issued;
  ContestTotals totals;  ///< nothing in review
  bool operator==(const HandCount&) const = default;
};

/// What stands against `figures` (in the order of figure_ids, as many), as codes of
/// rule_sentence, each once: a figure below zero or beyond figure_limit (F109), a sum
/// that does not hold (F101 … F108). Empty: they can be.
std::vector<std::string> broken_rules(const election::Contest& contest, const election::Station& station,
                                      const std::vector<int>& figures);

/// Errors: kFiguresImpossible, the evidence being the codes of broken_rules. Figures
/// themselves are in no error: errors go into the log.
Result<HandCount> hand_count(const election::Contest& contest, const election::Station& station,
                             const std::vector<int>& figures);

}  // namespace kiemphieu::counting

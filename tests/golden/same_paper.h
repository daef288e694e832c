#pragma once
/// Papers that can be scanned any number of times, for the measure of
/// tally/papers: one marked and stamped sheet, and scans of it.

#include "tests/golden/deck.h"

namespace kiemphieu::golden {

/// What the voters have in common.
enum class Habits {
  kElectorate,  ///< nothing: as forge::electorate has them
  kAlike,       ///< the same names struck with one line by the same pen, a good seal
  kUnmarked,    ///< nobody struck anything: only the seal tells
};

/// Ballots `first` to `first + count` of a contest's electorate, with these habits.
std::vector<forge::SheetPlan> paper_plans(const Deck& deck, std::size_t contest, Habits habits, int first, int count,
                                          std::uint64_t seed);

/// The paper itself: printed, stamped, struck and folded, not yet scanned.
forge::Canvas paper_of(const Deck& deck, std::size_t contest, const forge::SheetPlan& plan);

/// The `pass`-th scan of it, through JPEG. The first has the plan's physics, the
/// second those of an office day, later ones those of a worn scanner; half of
/// those that follow the first are upside-down. Always in colour.
imaging::Image scan_of(const forge::Canvas& paper, const forge::SheetPlan& plan, int pass);

}  // namespace kiemphieu::golden

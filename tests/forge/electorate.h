#pragma once
/// Voters with seeded habits: mostly plain strikes, a few of everything else.

#include <cstdint>
#include <utility>
#include <vector>

#include "tests/forge/sheet.h"

namespace kiemphieu::forge {

/// A ballot as a careful voter marks it: exactly `seats` names left, plain strikes, a good seal.
SheetPlan careful_ballot(const forms::Template& form, Rng& rng);

/// `count` ballots of one contest in feeding order. Ballot i is the same for every `count` > i.
std::vector<SheetPlan> electorate(const forms::Template& form, const std::array<std::uint8_t, 3>& paper,
                                  int count, std::uint64_t seed, PhysicsLevel level);

/// What the team's totals must be, computed from the truth alone.
struct TruthTotals {
  std::string contest;
  int seats = 0;
  std::uint64_t collected = 0, valid = 0, invalid = 0;
  std::vector<std::uint64_t> classes;  ///< [k - 1] = valid ballots that elect k
  std::vector<std::pair<std::string, std::uint64_t>> votes;
};
TruthTotals empty_totals(const forms::Template& form);
/// Adds one ballot of this contest; a sheet that is no ballot adds nothing.
void add(TruthTotals& totals, const SheetTruth& truth);

}  // namespace kiemphieu::forge

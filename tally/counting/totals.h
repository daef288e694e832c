#pragma once
/// Totals of a contest: exact, additive, and checked against the identities
/// that the minutes must satisfy. Pure.

#include <optional>
#include <string>
#include <vector>

#include "config/base/count.h"
#include "config/base/result.h"
#include "config/election/election.h"

namespace kiemphieu::counting {

/// One ballot as it finally counts: by the machine's accepted proposal or by
/// the team's decision.
struct CountedBallot {
  election::Validity validity = election::Validity::kInvalid;
  std::vector<std::string> elected;  ///< ids of the names left; empty when invalid
};

struct ContestTotals {
  std::string contest;
  int seats = 0;
  Count collected;                     ///< valid + invalid + in_review
  Count valid, invalid, in_review;
  std::vector<Count> classes;          ///< classes[k - 1] = valid ballots that elect k names, k = 1 … seats
  std::vector<std::pair<std::string, Count>> candidates;  ///< votes, in ballot order

  bool operator==(const ContestTotals&) const = default;
};

/// All zero, for `contest`.
ContestTotals empty_totals(const election::Contest& contest);

/// Adds one ballot. Errors: kBallotImpossible when a valid ballot elects 0, more
/// than `seats`, an unknown or a repeated candidate.
Result<void> add(ContestTotals& totals, const CountedBallot& ballot);
void add_in_review(ContestTotals& totals);

/// a += b; both of one contest and form, else kTotalsMismatch.
Result<void> add(ContestTotals& a, const ContestTotals& b);

/// A broken identity, with the article it comes from: code "F101 …".
struct IdentityFailure {
  std::string code;    ///< stable
  std::string text_vi;
  std::string source;
};

/// Every identity of the minutes: collected = valid + invalid + in review;
/// Σ classes = valid; Σ k·class_k = Σ votes; votes ≤ valid; valid ≤ Σ ≤ n·valid;
/// and, when `voted` is known, collected ≤ voted ≤ listed.
struct KnownTurnout {
  std::optional<Count> voted, listed;
};
std::vector<IdentityFailure> check_identities(const ContestTotals& totals, const KnownTurnout& turnout = {});

}  // namespace kiemphieu::counting

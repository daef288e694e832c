#include "tally/counting/totals.h"

#include <algorithm>
#include <set>

namespace kiemphieu::counting {
namespace {

/// Where each elected name stands in `totals.candidates`, or why the ballot cannot be.
Result<std::vector<std::size_t>> places_of(const ContestTotals& totals, const CountedBallot& ballot) {
  const std::size_t elects = ballot.elected.size();
  if (elects == 0 || elects > totals.classes.size())
    return fail(ErrorCode::kBallotImpossible, totals.contest + ": a valid ballot elects 1 to " +
                                                  std::to_string(totals.classes.size()) + " names, not " +
                                                  std::to_string(elects));
  std::vector<std::size_t> places;
  for (const std::string& id : ballot.elected) {
    const auto found = std::find_if(totals.candidates.begin(), totals.candidates.end(),
                                    [&](const auto& candidate) { return candidate.first == id; });
    if (found == totals.candidates.end())
      return fail(ErrorCode::kBallotImpossible, totals.contest + ": no candidate \"" + id + "\"");
    places.push_back(static_cast<std::size_t>(found - totals.candidates.begin()));
  }
  if (std::set<std::size_t>(places.begin(), places.end()).size() != places.size())
    return fail(ErrorCode::kBallotImpossible, totals.contest + ": a candidate appears twice");
  return places;
}

bool same_form(const ContestTotals& a, const ContestTotals& b) {
  return a.contest == b.contest && a.seats == b.seats && a.classes.size() == b.classes.size() &&
         std::equal(a.candidates.begin(), a.candidates.end(), b.candidates.begin(), b.candidates.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first; });
}

}  // namespace

ContestTotals empty_totals(const election::Contest& contest) {
  ContestTotals totals;
  totals.contest = contest.id;
  totals.seats = contest.seats;
  totals.classes.resize(static_cast<std::size_t>(contest.seats));
  for (const election::Candidate& candidate : contest.candidates) totals.candidates.emplace_back(candidate.id, Count{});
  return totals;
}

Result<void> add(ContestTotals& totals, const CountedBallot& ballot) {
  if (ballot.validity == election::Validity::kInvalid) {
    if (!ballot.elected.empty())
      return fail(ErrorCode::kBallotImpossible, totals.contest + ": an invalid ballot elects nobody");
    ++totals.collected;
    ++totals.invalid;
    return {};
  }
  KP_TRY(const std::vector<std::size_t> places, places_of(totals, ballot));
  ++totals.collected;
  ++totals.valid;
  ++totals.classes[places.size() - 1];
  for (const std::size_t place : places) ++totals.candidates[place].second;
  return {};
}

void add_in_review(ContestTotals& totals) {
  ++totals.collected;
  ++totals.in_review;
}

Result<void> add(ContestTotals& a, const ContestTotals& b) {
  if (!same_form(a, b)) return fail(ErrorCode::kTotalsMismatch, a.contest + " and " + b.contest + " do not add");
  a.collected += b.collected;
  a.valid += b.valid;
  a.invalid += b.invalid;
  a.in_review += b.in_review;
  for (std::size_t i = 0; i < a.classes.size(); ++i) a.classes[i] += b.classes[i];
  for (std::size_t i = 0; i < a.candidates.size(); ++i) a.candidates[i].second += b.candidates[i].second;
  return {};
}

}  // namespace kiemphieu::counting

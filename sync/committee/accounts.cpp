// Tested by tests/unit/sync/committee/accounts_test.cpp, on both databases.
#include "sync/committee/accounts.h"

#include <fmt/format.h>

#include <algorithm>

namespace kiemphieu::committee {
namespace {

/// The list changes by a few names until the doors open. What is above it by half is a slip
/// of a digit (617 for 117), not a voter who was added.
bool far_above(std::uint64_t figure, std::uint64_t listed) { return 2 * figure > 3 * listed; }

Error misfit(std::string what) { return fail(ErrorCode::kWireInvalid, std::move(what)); }

template <class... Kinds>
struct Overloaded : Kinds... {
  using Kinds::operator()...;
};

}  // namespace

Result<void> Accounts::check_sums(const std::string& station, const wire::BatchTotal& total) const {
  const election::Contest* contest = election_->find_contest(total.contest);
  if (contest == nullptr || !election_->find_station(station)->has_contest(total.contest))
    return misfit("no contest " + total.contest + " at " + station);
  if (total.seats != contest->seats) return misfit("seats of " + total.contest);
  const bool same = std::ranges::equal(total.candidates, contest->candidates, {}, &wire::BatchTotal::Votes::id, &election::Candidate::id);
  return same ? Result<void>{} : misfit("candidates of " + total.contest);
}

Result<void> Accounts::check_fits(const std::string& station, const wire::Body& body) const {
  const election::Station* place = election_->find_station(station);
  if (place == nullptr) return fail(ErrorCode::kStationNotAuthorised, station + " is not in the election");
  const auto each_contest = [&](const auto& rows) -> Result<void> {
    for (const auto& row : rows)
      if (!place->has_contest(row.contest)) return misfit("no contest " + row.contest + " at " + station);
    return {};
  };
  return std::visit(Overloaded{
      [&](const wire::Status& status) { return each_contest(status.contests); },
      [&](const wire::BatchTotal& total) { return check_sums(station, total); },
      [&](const wire::TallyTotal& total) { return check_sums(station, total.sums); },
      [&](const wire::ContestResult& result) { return check_sums(station, result.sums); },
      [&](const wire::BatchWithdrawn& withdrawn) { return each_contest(std::vector{withdrawn}); },
      [&](const wire::Turnout& turnout) -> Result<void> {
        if (std::ranges::find(election_->turnout_at, turnout.at) == election_->turnout_at.end())
          return misfit("no turnout is reported at " + turnout.at);
        return each_contest(turnout.contests);
      },
      [](const wire::TakeOver&) -> Result<void> { return {}; }}, body);
}

/// One record against what its station has said so far.
struct Accounts::Case {
  Store& store;
  const election::Station& place;
  const std::string& station;
  std::uint64_t sequence;
  Chain chain;
  std::vector<Objected>& objections;

  Result<void> object(const std::string& contest, Objection what, std::string detail) const {
    objections.push_back({station, sequence, contest, what, std::move(detail)});
    return store.object(objections.back());
  }

  std::uint64_t listed(const std::string& contest) const { return place.voters(contest).value(); }

  /// What speaks against the sums themselves; true: they must not count.
  Result<bool> cannot_be(const wire::BatchTotal& sums, std::optional<std::string> why, std::uint64_t largest, const char* of) const {
    if (why) {
      KP_TRY_VOID(object(sums.contest, Objection::kResultImpossible, *std::move(why)));
      return true;
    }
    const std::uint64_t list = listed(sums.contest);
    if (largest <= list) return false;
    const bool far = far_above(largest, list);
    KP_TRY_VOID(object(sums.contest, far ? Objection::kFarAboveList : Objection::kAboveList,
                       fmt::format("{}={} listed={}", of, largest, list)));
    return far;
  }

  Result<void> stand(const std::string& contest, const Counted& before, const Counted& after) const {
    KP_TRY_VOID(store.set_counted(station, contest, before, after));
    if (chain == Chain::kMissing) return {};
    if (after.result_differs())
      return object(contest, Objection::kResultDiffers,
                    fmt::format("result={} reported={}", after.result->sums.collected.value(),
                                after.tally ? after.tally->sums.collected.value() : after.piles ? after.piles->collected.value() : 0));
    if (after.result) return store.settle(station, contest, sequence);
    return {};
  }

  Result<void> operator()(const wire::Status& status) const { return store.set_status(station, status); }
  Result<void> operator()(const wire::TakeOver&) const { return {}; }

  Result<void> operator()(const wire::BatchTotal& total) const {
    KP_TRY(const Counted before, store.counted(station, total.contest));
    KP_TRY(const auto same, store.pile(station, total.contest, total.batch));
    if (same) return object(total.contest, Objection::kPileRepeated, fmt::format("pile={}", total.batch));
    if (before.tally)
      return object(total.contest, Objection::kCountedTwoWays,
                    fmt::format("pile={} sheet={}", total.batch, before.tally->sums.batch));
    const std::uint64_t all = total.collected.value() + (before.piles ? before.piles->collected.value() : 0);
    KP_TRY(const bool wrong, cannot_be(total, wire::impossible(total), all, "collected"));
    if (wrong) return {};
    Counted after = before;
    if (after.piles) {
      KP_TRY_VOID(add(*after.piles, total));
      ++after.piles->batch;
    } else {
      after.piles = total;
      after.piles->batch = 1;
    }
    KP_TRY_VOID(store.add_pile(station, total));
    // The result comes when nothing is open: a pile behind it is on the way to the next one.
    if (after.result) return store.set_counted(station, total.contest, before, after);
    return stand(total.contest, before, after);
  }

  Result<void> operator()(const wire::BatchWithdrawn& withdrawn) const {
    KP_TRY(const auto pile, store.pile(station, withdrawn.contest, withdrawn.batch));
    if (!pile) return object(withdrawn.contest, Objection::kPileUnknown, fmt::format("pile={}", withdrawn.batch));
    KP_TRY(const Counted before, store.counted(station, withdrawn.contest));
    Counted after = before;
    KP_TRY_VOID(take_away(*after.piles, *pile));
    if (--after.piles->batch == 0) after.piles.reset();
    KP_TRY_VOID(store.remove_pile(station, withdrawn.contest, withdrawn.batch));
    return store.set_counted(station, withdrawn.contest, before, after);
  }

  Result<void> operator()(const wire::TallyTotal& total) const {
    const std::string& contest = total.sums.contest;
    KP_TRY(const Counted before, store.counted(station, contest));
    if (before.piles && before.piles->collected != Count{})
      return object(contest, Objection::kCountedTwoWays, fmt::format("sheet={} piles={}", total.sums.batch, before.piles->batch));
    const std::uint64_t stands = before.tally ? before.tally->sums.batch : 0;
    if (total.replaces != stands)
      return object(contest, Objection::kReplacesNothing,
                    fmt::format("replaces={} stands={}", total.replaces, stands));
    KP_TRY(const bool wrong, cannot_be(total.sums, wire::impossible(total), total.voters.value(), "voters"));
    if (wrong) return {};
    Counted after = before;
    after.tally = total;
    if (after.result) return store.set_counted(station, contest, before, after);
    return stand(contest, before, after);
  }

  Result<void> operator()(const wire::ContestResult& result) const {
    const std::string& contest = result.sums.contest;
    KP_TRY(const Counted before, store.counted(station, contest));
    const bool again = before.result && before.result_sequence == sequence;  // held until now, and its chain is here
    if (before.result && !again && before.result_sequence > sequence) return {};
    if (before.result && !again && result.replaces != before.result_sequence)
      return object(contest, Objection::kReplacesNothing, fmt::format("replaces={} stands={}", result.replaces, before.result_sequence));
    const Count largest = std::max({result.sums.collected, result.voters, result.voted});
    KP_TRY(const bool wrong, cannot_be(result.sums, wire::impossible(result), largest.value(), "largest"));
    if (wrong) return {};
    KP_TRY(const auto day, store.voted_before(station, contest, ""));
    if (result.knows_turnout() && day.newest && result.voted.value() < *day.newest)
      KP_TRY_VOID(object(contest, Objection::kResultBelowTurnout, fmt::format("voted={} reported={}", result.voted.value(), *day.newest)));
    Counted after = before;
    after.result = result;
    after.result_sequence = sequence;
    return stand(contest, before, after);
  }

  Result<void> operator()(const wire::Turnout& turnout) const {
    for (const auto& row : turnout.contests) {
      KP_TRY(const auto before, store.voted_before(station, row.contest, turnout.at));
      const std::uint64_t list = listed(row.contest), voted = row.voted.value();
      if (far_above(voted, list)) {
        KP_TRY_VOID(object(row.contest, Objection::kFarAboveList, fmt::format("voted={} listed={}", voted, list)));
        continue;
      }
      if (voted > list) KP_TRY_VOID(object(row.contest, Objection::kAboveList, fmt::format("voted={} listed={}", voted, list)));
      if (before.earlier_hour && voted < *before.earlier_hour)
        KP_TRY_VOID(object(row.contest, Objection::kTurnoutFalls, fmt::format("voted={} before={}", voted, *before.earlier_hour)));
      KP_TRY_VOID(store.set_voted(station, row.contest, turnout.at, voted, before.same_hour.value_or(0)));
    }
    return {};
  }
};

Result<void> Accounts::apply(const std::string& station, std::uint64_t sequence, const wire::Body& body, Chain chain,
                             std::vector<Objected>& objections) {
  return std::visit(Case{*store_, *election_->find_station(station), station, sequence, chain, objections}, body);
}

}  // namespace kiemphieu::committee

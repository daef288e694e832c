#include "tally/journal/state.h"

#include <algorithm>

/// Method: each kind of record has one function that first checks everything
/// and then changes, returning what takes the change back.

namespace kiemphieu::journal {
namespace {

using counting::ContestTotals;
using counting::CountedBallot;
using election::Outcome;

constexpr std::string_view kSealed = "sealed";

Error refused(const std::string& why) { return fail(ErrorCode::kRecordOrder, why); }
std::string name_of(int batch) { return "batch " + std::to_string(batch); }

/// The names a clear ballot leaves.
CountedBallot accepted_ballot(const counting::Interpretation& interpretation) {
  CountedBallot ballot{interpretation.validity.value_or(election::Validity::kInvalid), {}};
  for (const counting::CandidateMark& mark : interpretation.candidates)
    if (mark.mark == election::Mark::kKept) ballot.elected.push_back(mark.id);
  return ballot;
}

/// Adds the sheet as it counts now.
Result<void> add_sheet(ContestTotals& totals, const SheetState& sheet) {
  if (sheet.waits()) {
    counting::add_in_review(totals);
    return {};
  }
  const auto ballot = sheet.counted();
  return ballot ? counting::add(totals, *ballot) : Result<void>{};
}

/// A sheet must say itself what it claims: accepted means clear, and nothing of
/// another contest is ever counted in this pile.
Result<void> check_sheet(const SheetRecorded& sheet, const BatchState& batch) {
  const counting::Interpretation& seen = sheet.interpretation;
  if (seen.outcome == Outcome::kReturned) return {};
  if (seen.contest != batch.contest) return refused("a sheet of " + seen.contest + " in a pile of " + batch.contest);
  if (!seen.validity) return refused("a ballot without validity");
  const bool doubtful = std::any_of(seen.candidates.begin(), seen.candidates.end(),
                                    [](const auto& mark) { return mark.mark == election::Mark::kDoubtful; });
  if (seen.outcome == Outcome::kAccepted && (doubtful || *seen.validity != election::Validity::kValid))
    return refused("an accepted sheet that is not clear and valid");
  return {};
}

}  // namespace

std::string_view to_text(BatchStatus status) {
  switch (status) {
    case BatchStatus::kOpen: return "open";
    case BatchStatus::kClosed: return "closed";
    case BatchStatus::kSettled: return "settled";
    case BatchStatus::kVoided: return "voided";
  }
  check_failed("a batch status without a name", __FILE__, __LINE__);
}

bool SheetState::waits() const {
  return record.interpretation.outcome == Outcome::kReview && !decision.has_value();
}

bool SheetState::is_for_the_team() const {
  return record.interpretation.outcome != Outcome::kAccepted && record.form != reading::Form::kBatchHeader;
}

std::optional<CountedBallot> SheetState::counted() const {
  if (decision) return decision->not_a_ballot ? std::nullopt : std::optional{decision->ballot};
  if (record.interpretation.outcome != Outcome::kAccepted) return std::nullopt;
  return accepted_ballot(record.interpretation);
}

Result<ContestTotals> count_sheets(const election::Contest& contest, const Sheets& sheets) {
  ContestTotals totals = counting::empty_totals(contest);
  for (const SheetState& sheet : sheets) KP_TRY_VOID(add_sheet(totals, sheet));
  return totals;
}

/// The record applied to `state`; what it returns takes the change back.
struct State::Apply {
  State& state;
  std::uint64_t sequence;

  Result<BatchState*> batch(int number, std::initializer_list<BatchStatus> allowed) const {
    const auto found = state.batches_.find(number);
    if (found == state.batches_.end()) return refused("there is no " + name_of(number));
    if (std::find(allowed.begin(), allowed.end(), found->second.status) == allowed.end())
      return refused(name_of(number) + " is " + std::string{to_text(found->second.status)});
    return &found->second;
  }

  /// Sets status and feeding of a batch.
  Undo set(BatchState& changed, BatchStatus status, bool feeding) const {
    Undo undo = [number = changed.batch, old = changed.status, fed = changed.feeding,
                 before = changed.sheets_before_feed](State& s) {
      BatchState& b = s.batches_.at(number);
      b.status = old;
      b.feeding = fed;
      b.sheets_before_feed = before;
    };
    changed.status = status;
    changed.feeding = feeding;
    return undo;
  }

  Result<Undo> operator()(const JournalCreated& r) const {
    if (sequence != 1) return refused("the journal exists already");
    state.station_ = state.election_->find_station(r.station);
    state.owner_ = {1, r.public_key_hex};
    return Undo{[](State& s) { s.station_ = nullptr, s.owner_ = {}; }};
  }

  Result<Undo> operator()(const StationStarted& r) const {
    if (r.boot != state.boot_ + 1)
      return refused("start number " + std::to_string(r.boot) + " after " + std::to_string(state.boot_));
    ++state.boot_;
    return Undo{[](State& s) { --s.boot_; }};
  }

  Result<Undo> operator()(const LifecycleChanged& r) const {
    if (!state.lifecycle_.empty() && r.from != state.lifecycle_)
      return refused("the station is " + state.lifecycle_ + ", not " + r.from);
    const bool reopens = state.sealed() && r.to != kSealed;
    if (reopens && ((!r.by && r.by_name.empty()) || r.reason_vi.empty()))
      return refused("a sealed station is reopened without who and why");
    Undo undo = [old = state.lifecycle_, why = state.reopened_why_](State& s) { s.lifecycle_ = old, s.reopened_why_ = why; };
    state.lifecycle_ = r.to;
    if (reopens) state.reopened_why_ = r.reason_vi;
    return undo;
  }

  Result<Undo> operator()(const BatchOpened& r) const {
    const election::Contest* contest = state.election_->find_contest(r.contest);
    if (contest == nullptr) return fail(ErrorCode::kUnknownContest, r.contest);
    if (const BatchState* open = state.open_batch()) return refused(name_of(open->batch) + " is still open");
    if (r.batch < 1 || state.batches_.contains(r.batch)) return refused(name_of(r.batch) + " was there before");
    if (state.counted_by_hand(r.contest)) return fail(ErrorCode::kCountedByHand, r.contest);
    BatchState opened;
    opened.batch = r.batch;
    opened.contest = r.contest;
    opened.totals = counting::empty_totals(*contest);
    state.batches_.emplace(r.batch, std::move(opened));
    return Undo{[number = r.batch](State& s) { s.batches_.erase(number); }};
  }

  Result<Undo> operator()(const FeedStarted& r) const {
    KP_TRY(BatchState* fed, batch(r.batch, {BatchStatus::kOpen}));
    if (fed->feeding) return refused(name_of(r.batch) + " is being fed already");
    if (state.hand_counts_.feeding()) return refused("tally sheets are being fed");
    Undo undo = set(*fed, BatchStatus::kOpen, true);
    fed->sheets_before_feed = fed->sheets.size();
    return with_runs(*fed, std::move(undo), [](std::vector<FeedRun>& runs) { runs.emplace_back(); });
  }

  /// What `change` does to the pile's runs, taken back before `undo` is.
  template <class Change>
  Undo with_runs(BatchState& batch, Undo undo, Change change) const {
    Undo both = [number = batch.batch, old = batch.runs, undo = std::move(undo)](State& s) {
      s.batches_.at(number).runs = old;
      undo(s);
    };
    change(batch.runs);
    return both;
  }

  Result<Undo> operator()(const FeederCounted& r) const {
    KP_TRY(BatchState* fed, batch(r.batch, {BatchStatus::kOpen}));
    const bool before = fed->feeding && state.sheets_in_feed() == 0 && !fed->runs.back().counter_before;
    const std::size_t ended = fed->runs.size() - (fed->feeding ? 1 : 0);
    const bool after = ended > 0 && fed->runs[ended - 1].wants_counter();
    if (!before && (fed->feeding || !after)) return refused("no feed of " + name_of(r.batch) + " wants the counter");
    return with_runs(*fed, [](State&) {}, [&](std::vector<FeedRun>& runs) {
      if (before) runs.back().counter_before = r.counter;
      if (after) runs[ended - 1].counter_after = r.counter;
    });
  }

  Result<Undo> operator()(const FeedStopped& r) const {
    KP_TRY(BatchState* fed, batch(r.batch, {BatchStatus::kOpen}));
    if (!fed->feeding) return refused(name_of(r.batch) + " is not being fed");
    if (r.sheets_recorded != state.sheets_in_feed())
      return refused("this feed recorded " + std::to_string(state.sheets_in_feed()) + " sheets, not " +
                     std::to_string(r.sheets_recorded));
    return with_runs(*fed, set(*fed, BatchStatus::kOpen, false),
                     [&](std::vector<FeedRun>& runs) { runs.back().stop(r); });
  }

  Result<Undo> operator()(const SheetRecorded& r) const {
    KP_TRY(BatchState* pile, batch(r.batch, {BatchStatus::kOpen}));
    if (!pile->feeding) return refused("a sheet while " + name_of(r.batch) + " is not being fed");
    if (static_cast<std::size_t>(r.position) != pile->sheets.size() + 1)
      return refused("sheet " + std::to_string(r.position) + " of " + name_of(r.batch) + " after " +
                     std::to_string(pile->sheets.size()));
    KP_TRY_VOID(check_sheet(r, *pile));
    SheetState sheet{r, sequence, std::nullopt};
    ContestTotals totals = pile->totals;
    KP_TRY_VOID(add_sheet(totals, sheet));
    std::swap(pile->totals, totals);
    const auto lines = static_cast<std::uint64_t>(r.readers.lines);
    const auto disagreed = static_cast<std::uint64_t>(r.readers.disagreements);
    pile->lines_read += lines, pile->readers_disagreed += disagreed;
    pile->sheets.push_back(std::move(sheet));
    return Undo{[number = r.batch, old = std::move(totals), lines, disagreed](State& s) {
      BatchState& b = s.batches_.at(number);
      b.sheets.pop_back();
      b.totals = old;
      b.lines_read -= lines, b.readers_disagreed -= disagreed;
    }};
  }

  /// The newest decision counts, as long as the batch is not settled: a team
  /// may correct what was entered, and both records stay.
  Result<Undo> operator()(const TeamDecision& r) const {
    KP_TRY(BatchState* pile, batch(r.batch, {BatchStatus::kOpen, BatchStatus::kClosed}));
    const auto place = static_cast<std::size_t>(r.position) - 1;
    if (r.position < 1 || place >= pile->sheets.size())
      return refused(name_of(r.batch) + " has no sheet " + std::to_string(r.position));
    if (!pile->sheets[place].is_for_the_team())
      return refused("sheet " + std::to_string(r.position) + " of " + name_of(r.batch) + " is not in review");
    if (r.in_favour < 0 || r.against < 0 || std::int64_t{r.in_favour} + r.against > r.present)
      return refused("more votes in the team than members present");
    if (!r.members.empty() && r.members.size() != static_cast<std::size_t>(r.present))
      return refused(std::to_string(r.present) + " present, but " + std::to_string(r.members.size()) + " members named");
    const auto old = pile->sheets[place].decision;
    pile->sheets[place].decision = r;
    auto totals = count_sheets(*state.election_->find_contest(pile->contest), pile->sheets);
    if (!totals) {
      pile->sheets[place].decision = old;
      return std::move(totals).error();
    }
    std::swap(pile->totals, *totals);
    return Undo{[number = r.batch, place, old, before = *std::move(totals)](State& s) {
      BatchState& b = s.batches_.at(number);
      b.sheets[place].decision = old;
      b.totals = before;
    }};
  }

  Result<Undo> operator()(const BatchClosed& r) const {
    KP_TRY(BatchState* pile, batch(r.batch, {BatchStatus::kOpen}));
    if (pile->feeding) return refused(name_of(r.batch) + " is being fed");
    if (r.sheets != pile->sheets.size())
      return refused(name_of(r.batch) + " has " + std::to_string(pile->sheets.size()) + " sheets, not " +
                     std::to_string(r.sheets));
    Undo undo = set(*pile, BatchStatus::kClosed, false);
    pile->papers_by_hand = r.papers_by_hand;
    return Undo{[number = r.batch, undo = std::move(undo)](State& s) {
      s.batches_.at(number).papers_by_hand.reset();
      undo(s);
    }};
  }

  Result<Undo> operator()(const BatchSettled& r) const {
    KP_TRY(BatchState* pile, batch(r.batch, {BatchStatus::kClosed}));
    if (pile->totals.in_review != Count{}) return refused("sheets of " + name_of(r.batch) + " wait for the team");
    if (r.totals != pile->totals) return fail(ErrorCode::kTotalsMismatch, name_of(r.batch));
    return set(*pile, BatchStatus::kSettled, false);
  }

  Result<Undo> operator()(const BatchVoided& r) const {
    KP_TRY(BatchState* pile, batch(r.batch, {BatchStatus::kOpen, BatchStatus::kClosed, BatchStatus::kSettled}));
    // A settled batch is with the committee, which must hear why it counts no more.
    if (pile->status == BatchStatus::kSettled && r.reason_vi.empty())
      return refused(name_of(r.batch) + " is settled and withdrawn without a reason");
    return set(*pile, BatchStatus::kVoided, false);
  }

  Result<Undo> operator()(const TakenOver& r) const {
    if (r.epoch != state.owner_.epoch + 1)
      return refused("machine " + std::to_string(r.epoch) + " after machine " + std::to_string(state.owner_.epoch));
    Undo undo = [old = state.owner_, superseded = state.superseded_](State& s) {
      s.owner_ = old;
      s.superseded_ = superseded;
    };
    state.owner_ = {r.epoch, r.public_key_hex};
    state.superseded_ = false;
    return undo;
  }

  Result<Undo> operator()(const ImagesDestroyed&) const {
    if (!state.sealed()) return refused("pictures are destroyed when the station is sealed, not before");
    Undo undo = [old = state.images_destroyed_through_](State& s) { s.images_destroyed_through_ = old; };
    state.images_destroyed_through_ = sequence;
    return undo;
  }

  Result<Undo> operator()(const Incident& r) const {
    if (r.code == info(ErrorCode::kStationSuperseded).id) {
      Undo undo = [old = state.superseded_](State& s) { s.superseded_ = old; };
      state.superseded_ = true;
      return undo;
    }
    const auto found = state.batches_.find(r.batch.value_or(0));
    if (r.code != info(ErrorCode::kPileCountDiffers).id || found == state.batches_.end()) return Undo{[](State&) {}};
    BatchState& pile = found->second;
    Undo undo = [number = pile.batch, with = pile.differed_with, by_hand = pile.hand_differed](State& s) {
      s.batches_.at(number).differed_with = with;
      s.batches_.at(number).hand_differed = by_hand;
    };
    pile.hand_differed = r.papers_by_hand.has_value() || (pile.hand_differed && pile.differed_with == pile.sheets.size());
    pile.differed_with = pile.sheets.size();
    return undo;
  }

  /// A station has a handful of tally sheets: what takes a record back is a copy of all.
  template <class R>
  Result<Undo> by_hand(const R& r, std::optional<ErrorCode> why_not = std::nullopt) const {
    HandCounts before = state.hand_counts_;
    KP_TRY_VOID(state.hand_counts_.apply(r, {state.election_, state.station_, sequence, why_not}));
    return Undo{[before = std::move(before)](State& s) { s.hand_counts_ = before; }};
  }
  Result<Undo> operator()(const TallyFeedStarted& r) const {
    const BatchState* open = state.open_batch();
    if (open != nullptr && open->feeding) return refused(name_of(open->batch) + " is being fed");
    return by_hand(r);
  }
  Result<Undo> operator()(const TallyFeedStopped& r) const { return by_hand(r); }
  Result<Undo> operator()(const TallySheetRecorded& r) const {
    return by_hand(r, state.why_no_tally_sheet(r.contest));
  }
  Result<Undo> operator()(const TallySheetEntered& r) const { return by_hand(r); }
  Result<Undo> operator()(const TallySheetSettled& r) const { return by_hand(r); }
  Result<Undo> operator()(const TallySheetDiscarded& r) const { return by_hand(r); }
  Result<Undo> operator()(const TallyCorrectionOpened& r) const { return by_hand(r); }
};

State::State(const election::Election& election) : election_(&election) {}

Result<State::Undo> State::apply_undoably(const Record& record, std::uint64_t sequence) {
  const bool creates = std::holds_alternative<JournalCreated>(record);
  if (!creates && sequence <= 1) return refused("the first record must create the journal");
  const bool counts = !creates && !std::holds_alternative<StationStarted>(record) &&
                      !std::holds_alternative<LifecycleChanged>(record) && !std::holds_alternative<Incident>(record) &&
                      !std::holds_alternative<TakenOver>(record) && !std::holds_alternative<ImagesDestroyed>(record);
  if (sealed() && counts) return refused("the station is sealed");
  // What was under way may still end; nothing may be added.
  const bool ends = std::holds_alternative<FeedStopped>(record) || std::holds_alternative<TallyFeedStopped>(record);
  if (superseded_ && counts && !ends) return fail(ErrorCode::kStationSuperseded, "after record " + std::to_string(sequence - 1));
  return std::visit(Apply{*this, sequence}, record);
}

Result<void> State::apply(const Record& record, std::uint64_t sequence) {
  const auto applied = apply_undoably(record, sequence);
  if (!applied) return applied.error();
  return {};
}

const BatchState* State::open_batch() const {
  for (const auto& [number, batch] : batches_)
    if (batch.status == BatchStatus::kOpen) return &batch;
  return nullptr;
}

std::uint64_t State::sheets_in_feed() const {
  const BatchState* open = open_batch();
  return open != nullptr && open->feeding ? open->sheets.size() - open->sheets_before_feed : 0;
}

const SheetState* State::find_sheet(int batch, int position) const {
  const auto found = batches_.find(batch);
  if (found == batches_.end() || position < 1) return nullptr;
  const auto place = static_cast<std::size_t>(position) - 1;
  return place < found->second.sheets.size() ? &found->second.sheets[place] : nullptr;
}

bool State::has_sheet_after(std::uint64_t sequence) const {
  for (const auto& [number, batch] : batches_)
    if (!batch.sheets.empty() && batch.sheets.back().sequence > sequence) return true;
  const auto& by_hand = hand_counts_.sheets();
  return !by_hand.empty() && by_hand.back().sequence > sequence;
}

bool State::has_ballots(const std::string& contest) const {
  return std::any_of(batches_.begin(), batches_.end(), [&](const auto& entry) {
    const BatchState& batch = entry.second;
    const bool empty = batch.status == BatchStatus::kSettled && batch.totals.collected == Count{};
    return batch.contest == contest && batch.status != BatchStatus::kVoided && !empty;
  });
}

bool State::counted_by_hand(const std::string& contest) const {
  return hand_counts_.waiting(contest) != nullptr || hand_counts_.settled(contest) != nullptr;
}

std::optional<ErrorCode> State::why_no_tally_sheet(const std::string& contest) const {
  if (has_ballots(contest)) return ErrorCode::kBallotsScanned;
  if (hand_counts_.waiting(contest) != nullptr) return ErrorCode::kTallyWaits;
  if (hand_counts_.settled(contest) != nullptr && !hand_counts_.correcting(contest)) return ErrorCode::kTallyConfirmed;
  return std::nullopt;
}

std::vector<ContestTotals> State::totals() const {
  std::vector<ContestTotals> all;
  for (const election::Contest& contest : election_->contests) {
    ContestTotals sum = counting::empty_totals(contest);
    for (const auto& [number, batch] : batches_)
      if (batch.status != BatchStatus::kVoided && batch.contest == contest.id)
        KP_CHECK(counting::add(sum, batch.totals).has_value());
    if (const TallySheetState* settled = hand_counts_.settled(contest.id))
      KP_CHECK(counting::add(sum, settled->count->totals).has_value());
    all.push_back(std::move(sum));
  }
  return all;
}

std::vector<const SheetState*> State::waiting() const {
  std::vector<const SheetState*> waiting;
  for (const auto& [number, batch] : batches_) {
    if (batch.status == BatchStatus::kVoided || batch.totals.in_review == Count{}) continue;
    for (const SheetState& sheet : batch.sheets)
      if (sheet.waits()) waiting.push_back(&sheet);
  }
  std::sort(waiting.begin(), waiting.end(), [](const auto* a, const auto* b) { return a->sequence < b->sequence; });
  return waiting;
}

int State::next_batch() const { return batches_.empty() ? 1 : batches_.rbegin()->first + 1; }

bool State::sealed() const { return lifecycle_ == kSealed; }

}  // namespace kiemphieu::journal

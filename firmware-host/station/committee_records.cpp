#include "firmware-host/station/committee_records.h"

#include <algorithm>

#include "config/base/check.h"
#include "sync/wire/body.h"
#include "sync/wire/envelope.h"

namespace kiemphieu::station {
namespace {

wire::Status::Progress progress_of(const std::string& contest, const journal::State& state) {
  wire::Status::Progress progress{contest, {}, {}};
  for (const auto& [number, batch] : state.batches()) {
    if (batch.contest != contest || batch.status == journal::BatchStatus::kVoided) continue;
    progress.scanned += Count{batch.sheets.size()};
    progress.in_review += batch.totals.in_review;
  }
  return progress;
}

wire::BatchTotal sums_of(const counting::ContestTotals& totals, int number) {
  wire::BatchTotal total;
  total.contest = totals.contest;
  total.batch = static_cast<std::uint64_t>(number);
  total.seats = totals.seats;
  total.collected = totals.collected;
  total.valid = totals.valid;
  total.invalid = totals.invalid;
  total.classes = totals.classes;
  for (const auto& [id, votes] : totals.candidates) total.candidates.push_back({id, votes});
  return total;
}

/// Journals of before may have corrections without a word.
std::string reason_or_dash(const std::string& reason_vi) { return reason_vi.empty() ? "-" : reason_vi; }

}  // namespace

CommitteeRecord status_record(LifecycleState lifecycle, const journal::State& state, const election::Station& station) {
  wire::Status status;
  status.state = to_text(lifecycle);
  if (const journal::BatchState* open = state.open_batch()) {
    status.contest = open->contest;
    status.batch = static_cast<std::uint64_t>(open->batch);
  }
  for (const auto& entry : station.contests) status.contests.push_back(progress_of(entry.contest, state));
  return {std::string{wire::Status::kKind}, wire::encode(status)};
}

bool is_news(const journal::Record& record) {
  constexpr int kSheetsBetween = 25;
  if (const auto* sheet = std::get_if<journal::SheetRecorded>(&record)) return sheet->position % kSheetsBetween == 0;
  return !std::holds_alternative<journal::TallySheetRecorded>(record) && !std::holds_alternative<journal::FeederCounted>(record);
}

std::optional<CommitteeRecord> total_record(const journal::Record& record, const journal::State& state) {
  if (const auto* settled = std::get_if<journal::BatchSettled>(&record)) {
    const wire::BatchTotal total = sums_of(settled->totals, settled->batch);
    return CommitteeRecord{std::string{wire::BatchTotal::kKind}, wire::encode(total)};
  }
  if (const auto* settled = std::get_if<journal::TallySheetSettled>(&record)) {
    wire::TallyTotal total;
    total.sums = sums_of(settled->count.totals, settled->sheet);
    total.replaces = static_cast<std::uint64_t>(settled->replaces.value_or(0));
    if (total.replaces > 0) total.reason = reason_or_dash(state.hand_counts().find(settled->sheet)->corrects_because);
    total.voters = settled->count.voters, total.voted = settled->count.voted, total.issued = settled->count.issued;
    return CommitteeRecord{std::string{wire::TallyTotal::kKind}, wire::encode(total)};
  }
  return std::nullopt;
}

CommitteeRecord withdrawn_record(const journal::BatchState& pile, const std::string& reason_vi) {
  const wire::BatchWithdrawn withdrawn{pile.contest, static_cast<std::uint64_t>(pile.batch), reason_vi};
  return {std::string{wire::BatchWithdrawn::kKind}, wire::encode(withdrawn)};
}

CommitteeRecord result_record(const std::string& contest, const journal::State& state, std::uint64_t replaces,
                              const std::string& reason_vi) {
  wire::ContestResult result;
  const auto totals = state.totals();
  const auto own = std::ranges::find(totals, contest, &counting::ContestTotals::contest);
  KP_CHECK(own != totals.end());
  int piles = 0;
  for (const auto& [number, batch] : state.batches())
    if (batch.contest == contest && batch.status == journal::BatchStatus::kSettled) ++piles;
  const journal::TallySheetState* by_hand = state.hand_counts().settled(contest);
  result.sums = sums_of(*own, by_hand != nullptr ? 0 : piles);
  if (by_hand != nullptr)
    result.voters = by_hand->count->voters, result.voted = by_hand->count->voted,
    result.issued = by_hand->count->issued;
  result.replaces = replaces;
  if (replaces > 0) result.reason = reason_or_dash(reason_vi);
  return {std::string{wire::ContestResult::kKind}, wire::encode(result)};
}

Result<std::map<std::string, std::uint64_t>> results_in(const outbox::Outbox& outbox, storage::Database& database) {
  constexpr std::size_t kAtOnce = 256, kBytesAtOnce = 4U << 20U;
  std::map<std::string, std::uint64_t> newest;
  for (std::uint64_t next = 1;;) {
    KP_TRY(const auto items, outbox.records_from(database, next, kAtOnce, kBytesAtOnce));
    if (items.empty()) return newest;
    for (const outbox::Item& item : items) {
      KP_TRY(const wire::Envelope envelope, wire::decode(item.envelope));
      if (envelope.kind != wire::ContestResult::kKind) continue;
      KP_TRY(const wire::ContestResult result, wire::decode_contest_result(envelope.body));
      newest[result.sums.contest] = item.sequence;
    }
    next = items.back().sequence + 1;
  }
}

}  // namespace kiemphieu::station

#include "firmware-host/station/committee_records.h"

#include "sync/wire/body.h"

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

std::optional<CommitteeRecord> total_record(const journal::Record& record) {
  if (const auto* settled = std::get_if<journal::BatchSettled>(&record)) {
    const wire::BatchTotal total = sums_of(settled->totals, settled->batch);
    return CommitteeRecord{std::string{wire::BatchTotal::kKind}, wire::encode(total)};
  }
  if (const auto* settled = std::get_if<journal::TallySheetSettled>(&record)) {
    wire::TallyTotal total;
    total.sums = sums_of(settled->count.totals, settled->sheet);
    total.replaces = static_cast<std::uint64_t>(settled->replaces.value_or(0));
    total.voters = settled->count.voters, total.voted = settled->count.voted, total.issued = settled->count.issued;
    return CommitteeRecord{std::string{wire::TallyTotal::kKind}, wire::encode(total)};
  }
  return std::nullopt;
}

}  // namespace kiemphieu::station

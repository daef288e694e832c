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

CommitteeRecord batch_total_record(const journal::BatchSettled& settled) {
  const counting::ContestTotals& totals = settled.totals;
  wire::BatchTotal total;
  total.contest = totals.contest;
  total.batch = static_cast<std::uint64_t>(settled.batch);
  total.seats = totals.seats;
  total.collected = totals.collected;
  total.valid = totals.valid;
  total.invalid = totals.invalid;
  total.classes = totals.classes;
  for (const auto& [id, votes] : totals.candidates) total.candidates.push_back({id, votes});
  return {std::string{wire::BatchTotal::kKind}, wire::encode(total)};
}

}  // namespace kiemphieu::station

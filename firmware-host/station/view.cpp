#include "firmware-host/station/view.h"

#include <algorithm>

#include "firmware-host/station/ledger.h"

namespace kiemphieu::station {
namespace {

BatchView batch_view(const journal::BatchState& batch) {
  BatchView view;
  view.batch = batch.batch;
  view.contest = batch.contest;
  view.status = batch.status;
  view.sheets = batch.sheets.size();
  view.totals = batch.totals;
  view.papers = papers_of(batch);
  view.hand_count = hand_count_wanted(batch);
  view.waiting = batch.totals.in_review.value();
  view.returned = view.sheets - batch.totals.collected.value();
  return view;
}

std::vector<journal::SheetState> handed_back(const journal::State& state) {
  std::vector<journal::SheetState> sheets;
  for (const auto& [number, batch] : state.batches()) {
    if (batch.status != journal::BatchStatus::kOpen && batch.status != journal::BatchStatus::kClosed) continue;
    for (const journal::SheetState& sheet : batch.sheets)
      if (sheet.is_for_the_team() && !sheet.waits() && !sheet.decision) sheets.push_back(sheet);
  }
  std::ranges::reverse(sheets);
  if (sheets.size() > kMaxWaitingShown) sheets.resize(kMaxWaitingShown);
  return sheets;
}

TallySheetView tally_view(const journal::TallySheetState& sheet) {
  TallySheetView view{sheet.record, sheet.status, sheet.round, {}, {}, sheet.differed};
  for (const journal::TallySheetEntered& entry : sheet.entries) view.entered_by.push_back(entry.member);
  for (const counting::FigureResult& figure : sheet.record.judged.figures)
    if (sheet.must_be_typed(figure.id)) view.typed.push_back(figure.id);
  return view;
}

void add_hand_counts(const journal::State& state, View& view) {
  const journal::HandCounts& by_hand = state.hand_counts();
  for (auto sheet = by_hand.sheets().rbegin(); sheet != by_hand.sheets().rend(); ++sheet)
    if (view.tally_sheets.size() < kMaxWaitingShown) view.tally_sheets.push_back(tally_view(*sheet));
  for (const counting::ContestTotals& totals : view.totals) {
    if (by_hand.waiting(totals.contest) != nullptr || by_hand.settled(totals.contest) != nullptr)
      view.by_hand.push_back(totals.contest);
    if (by_hand.correcting(totals.contest)) view.correcting.push_back(totals.contest);
  }
  view.scanning = view.scanning || by_hand.feeding();
}

void add_places(const journal::State& state, View& view) {
  std::map<int, std::vector<std::optional<StackPlace>>> piles;  // each looked through once, however many sheets are shown
  for (const auto* list : {&view.last_sheets, &view.waiting, &view.handed_back})
    for (const journal::SheetState& sheet : *list) {
      const int batch = sheet.record.batch, position = sheet.record.position;
      auto pile = piles.find(batch);
      if (pile == piles.end()) pile = piles.emplace(batch, places_in(state.batches().at(batch), view.output_stack)).first;
      if (const auto& place = pile->second.at(static_cast<std::size_t>(position) - 1))
        view.places.insert_or_assign({batch, position}, *place);
    }
}

}  // namespace

View view_of(const Ledger& ledger, settings::OutputStack stack) {
  View view;
  view.output_stack = stack;
  const journal::State& state = ledger.state();
  view.lifecycle = ledger.lifecycle();
  view.last_sequence = ledger.head().sequence;
  view.totals = state.totals();
  view.streaks = ledger.standing_streaks();
  for (const auto& [number, batch] : state.batches()) {
    view.batches.push_back(batch_view(batch));
    view.lines_read += batch.lines_read, view.readers_disagreed += batch.readers_disagreed;
  }
  if (const journal::BatchState* open = state.open_batch()) {
    view.open_batch = open->batch;
    view.scanning = open->feeding;
  }
  add_hand_counts(state, view);
  if (!state.batches().empty()) {
    const auto& sheets = state.batches().rbegin()->second.sheets;
    const auto shown = static_cast<std::ptrdiff_t>(std::min(kLastSheetsShown, sheets.size()));
    view.last_sheets.assign(sheets.rbegin(), sheets.rbegin() + shown);
  }
  const auto waiting = state.waiting();
  view.waiting_total = waiting.size();
  for (const journal::SheetState* sheet : waiting) {
    if (view.waiting.size() == kMaxWaitingShown) break;
    view.waiting.push_back(*sheet);
  }
  view.handed_back = handed_back(state);
  add_places(state, view);
  view.resume = resume_of(state);
  return view;
}

}  // namespace kiemphieu::station

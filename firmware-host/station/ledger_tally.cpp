#include <fmt/format.h>

#include <algorithm>

#include "firmware-host/station/ledger.h"

/// The ledger's part about tally sheets. Which record may follow which, and what two
/// people must do, the journal's fold decides (tally/journal/hand_counts.h).

namespace kiemphieu::station {
namespace {

/// Why the sheet is none that could count here at all; nullopt: it is one.
std::optional<ErrorCode> why_not_ours(const reading::SheetReading& reading,
                                      const counting::TallySheet& judged, const election::Station& station) {
  if (reading.form != reading::Form::kTallySheet) return ErrorCode::kNotATallySheet;
  if (reading.station != station.id) return ErrorCode::kTallyOtherStation;
  if (judged.outcome == election::Outcome::kReturned) return ErrorCode::kNotATallySheet;
  return std::nullopt;
}

Error unknown_sheet(int sheet) {
  return fail(ErrorCode::kSheetUnknown, fmt::format("tally sheet {}", sheet));
}

}  // namespace

Result<void> Ledger::begin_tally_feed() {
  KP_TRY(std::vector<journal::Record> records, before_a_feed());
  records.emplace_back(journal::TallyFeedStarted{});
  KP_TRY_VOID(append(records));
  start_notice_.reset();
  return {};
}

journal::TallySheetRecorded Ledger::tally_record_of(const ScannedSheet& sheet) const {
  journal::TallySheetRecorded record;
  record.sheet = static_cast<int>(state().hand_counts().sheets().size()) + 1;
  record.form = sheet.reading.form;
  record.contest = sheet.reading.contest;
  record.judged = counting::judge_tally_sheet(*election_, *station_, sheet.reading);
  auto why_not = why_not_ours(sheet.reading, record.judged, *station_);
  if (!why_not) why_not = state().why_no_tally_sheet(record.contest);
  if (why_not) record.judged.outcome = election::Outcome::kReturned;
  if (why_not) record.refusal = info(*why_not).id;
  record.upside_down = sheet.reading.quality.upside_down;
  record.skew_mdeg = sheet.reading.quality.skew_mdeg;
  record.scale_permille = sheet.reading.quality.scale_permille;
  return record;
}

Result<void> Ledger::record_tally_sheet(const ScannedSheet& sheet) {
  if (!state().hand_counts().feeding()) return fail(ErrorCode::kNotAllowedNow, "no feed is running");
  journal::TallySheetRecorded record = tally_record_of(sheet);
  KP_TRY(record.image, journal_.store_image(sheet.jpeg));
  return append({record});
}

Result<void> Ledger::enter_tally_sheet(const TallyEntry& entry) {
  KP_TRY_VOID(check_counting("confirming a tally sheet"));
  const journal::TallySheetState* sheet = state().hand_counts().find(entry.sheet);
  if (sheet == nullptr) return unknown_sheet(entry.sheet);
  if (sheet->status != journal::TallyStatus::kWaiting)
    return fail(ErrorCode::kNotAllowedNow,
                fmt::format("tally sheet {} is {}", entry.sheet, to_text(sheet->status)));
  journal::TallySheetEntered entered{entry.sheet, entry.round, entry.member, {}};
  std::vector<int> values;
  for (const counting::FigureResult& read : sheet->record.judged.figures) {
    const auto typed = entry.typed.find(read.id);
    const bool has = typed != entry.typed.end();
    if (!has && (!read.value || sheet->must_be_typed(read.id)))
      return fail(ErrorCode::kFigureNotTyped, read.id);
    values.push_back(has ? typed->second : *read.value);
    entered.figures.push_back({read.id, values.back(), has});
  }
  for (const auto& [id, value] : entry.typed)
    if (std::ranges::find(entered.figures, id, &journal::EnteredFigure::id) == entered.figures.end())
      return fail(ErrorCode::kFieldInvalid,
                  fmt::format("figures: tally sheet {} has no figure {}", entry.sheet, id));
  std::vector<journal::Record> records{entered};
  if (state().hand_counts().agrees_with_first(entered)) {
    KP_TRY(counting::HandCount count,
           counting::hand_count(*election_->find_contest(sheet->record.contest), *station_, values));
    journal::TallySheetSettled settled{entry.sheet, std::nullopt, std::move(count)};
    if (const auto* before = state().hand_counts().settled(sheet->record.contest))
      settled.replaces = before->record.sheet;
    records.emplace_back(std::move(settled));
  }
  return append(records);
}

Result<void> Ledger::discard_tally_sheet(int sheet, int member, const std::string& reason_vi) {
  KP_TRY_VOID(check_counting("discarding a tally sheet"));
  if (state().hand_counts().find(sheet) == nullptr) return unknown_sheet(sheet);
  return append({journal::TallySheetDiscarded{sheet, member, reason_vi}});
}

Result<void> Ledger::correct_hand_count(const std::string& contest, const std::string& reason_vi) {
  KP_TRY_VOID(check_counting("correcting a count by hand"));
  if (!station_->has_contest(contest)) return fail(ErrorCode::kUnknownContest, contest);
  return append({journal::TallyCorrectionOpened{contest, reason_vi}});
}

Result<Bytes> Ledger::tally_sheet_jpeg(int number) const {
  const journal::TallySheetState* sheet = state().hand_counts().find(number);
  if (sheet == nullptr) return unknown_sheet(number);
  if (sheet->sequence <= state().images_destroyed_through()) return fail(ErrorCode::kImagesDestroyed);
  return journal_.load_image(sheet->record.image);
}

}  // namespace kiemphieu::station

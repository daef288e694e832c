#include "tally/journal/hand_counts.h"

#include <algorithm>

namespace kiemphieu::journal {
namespace {

Error refused(const std::string& why) { return fail(ErrorCode::kRecordOrder, why); }
std::string name_of(int sheet) { return "tally sheet " + std::to_string(sheet); }

Result<void> check_member(int member, const election::Station* station) {
  if (station != nullptr && member >= 1 && member <= station->team_members) return {};
  return refused("the team has no member " + std::to_string(member));
}

std::vector<int> values_of(const TallySheetEntered& entry) {
  std::vector<int> values;
  for (const EnteredFigure& figure : entry.figures) values.push_back(figure.value);
  return values;
}

/// Every figure once and in order, typed where it must be, else as it was read.
Result<void> check_figures(const TallySheetState& sheet, const TallySheetEntered& entry) {
  const std::vector<counting::FigureResult>& read = sheet.record.judged.figures;
  if (entry.figures.size() != read.size()) return refused(name_of(entry.sheet) + " has other figures");
  for (std::size_t i = 0; i < read.size(); ++i) {
    const EnteredFigure& figure = entry.figures[i];
    if (figure.id != read[i].id)
      return refused(name_of(entry.sheet) + " has no figure " + figure.id + " there");
    if (figure.typed) continue;
    if (sheet.must_be_typed(figure.id)) return fail(ErrorCode::kFigureNotTyped, figure.id);
    if (figure.value != read[i].value) return refused(figure.id + " is not what was read");
  }
  return {};
}

std::vector<std::string> differences(const TallySheetEntered& a, const TallySheetEntered& b) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < a.figures.size(); ++i)
    if (a.figures[i].value != b.figures[i].value) ids.push_back(a.figures[i].id);
  return ids;
}

}  // namespace

std::string_view to_text(TallyStatus status) {
  switch (status) {
    case TallyStatus::kReturned:
      return "returned";
    case TallyStatus::kWaiting:
      return "waiting";
    case TallyStatus::kSettled:
      return "settled";
    case TallyStatus::kReplaced:
      return "replaced";
    case TallyStatus::kDiscarded:
      return "discarded";
  }
  check_failed("a tally status without a name", __FILE__, __LINE__);
}

bool TallySheetState::must_be_typed(const std::string& figure) const {
  if (std::find(differed.begin(), differed.end(), figure) != differed.end()) return true;
  return std::any_of(record.judged.figures.begin(), record.judged.figures.end(), [&](const auto& read) {
    return read.id == figure && (read.outcome != election::Outcome::kAccepted || !read.value);
  });
}

const TallySheetState* HandCounts::find(int sheet) const {
  const auto place = static_cast<std::size_t>(sheet) - 1;
  return sheet >= 1 && place < sheets_.size() ? &sheets_[place] : nullptr;
}

const TallySheetState* HandCounts::newest(const std::string& contest, TallyStatus status) const {
  const auto found = std::find_if(sheets_.rbegin(), sheets_.rend(), [&](const TallySheetState& sheet) {
    return sheet.record.contest == contest && sheet.status == status;
  });
  return found == sheets_.rend() ? nullptr : &*found;
}
const TallySheetState* HandCounts::waiting(const std::string& contest) const {
  return newest(contest, TallyStatus::kWaiting);
}
const TallySheetState* HandCounts::settled(const std::string& contest) const {
  return newest(contest, TallyStatus::kSettled);
}

bool HandCounts::agrees_with_first(const TallySheetEntered& entry) const {
  const TallySheetState* sheet = find(entry.sheet);
  return sheet != nullptr && sheet->entries.size() == 1 &&
         values_of(sheet->entries.front()) == values_of(entry);
}

Result<TallySheetState*> HandCounts::waiting_sheet(int sheet) {
  const auto place = static_cast<std::size_t>(sheet) - 1;
  if (sheet < 1 || place >= sheets_.size()) return refused("there is no " + name_of(sheet));
  if (sheets_[place].status != TallyStatus::kWaiting)
    return refused(name_of(sheet) + " is " + std::string{to_text(sheets_[place].status)});
  return &sheets_[place];
}

Result<void> HandCounts::apply(const TallyFeedStarted&, const Context&) {
  if (feeding_) return refused("tally sheets are being fed already");
  feeding_ = true;
  sheets_before_feed_ = sheets_.size();
  return {};
}

Result<void> HandCounts::apply(const TallyFeedStopped& record, const Context&) {
  if (!feeding_) return refused("no tally sheets are being fed");
  if (record.sheets_recorded != sheets_in_feed())
    return refused("this feed recorded " + std::to_string(sheets_in_feed()) + " sheets, not " +
                   std::to_string(record.sheets_recorded));
  feeding_ = false;
  return {};
}

Result<void> HandCounts::apply(const TallySheetRecorded& record, const Context& context) {
  if (!feeding_) return refused("a tally sheet while none are being fed");
  if (static_cast<std::size_t>(record.sheet) != sheets_.size() + 1)
    return refused(name_of(record.sheet) + " after " + std::to_string(sheets_.size()));
  TallySheetState sheet;
  sheet.record = record;
  sheet.sequence = context.sequence;
  const bool returned = record.judged.outcome == election::Outcome::kReturned;
  if (record.refusal.empty() == returned)
    return refused("a tally sheet is handed back for a reason, and only then");
  if (!returned) {
    const election::Contest* contest = context.election->find_contest(record.contest);
    if (contest == nullptr) return fail(ErrorCode::kUnknownContest, record.contest);
    const std::vector<std::string> ids = counting::figure_ids(*contest);
    const bool same =
        std::equal(ids.begin(), ids.end(), record.judged.figures.begin(), record.judged.figures.end(),
                   [](const std::string& id, const auto& figure) { return id == figure.id; });
    if (record.form != reading::Form::kTallySheet || !same)
      return refused("not the figures of " + record.contest);
    if (context.why_not) return fail(*context.why_not, record.contest);
    sheet.status = TallyStatus::kWaiting;
  }
  sheets_.push_back(std::move(sheet));
  return {};
}

Result<void> HandCounts::apply(const TallySheetEntered& record, const Context& context) {
  KP_TRY(TallySheetState * sheet, waiting_sheet(record.sheet));
  if (record.round != sheet->round || sheet->entries.size() > 1)
    return refused(name_of(record.sheet) + " is in round " + std::to_string(sheet->round));
  KP_TRY_VOID(check_member(record.member, context.station));
  for (const TallySheetEntered& entry : sheet->entries)
    if (entry.member == record.member)
      return fail(ErrorCode::kSamePerson, "member " + std::to_string(record.member));
  KP_TRY_VOID(check_figures(*sheet, record));
  const election::Contest& contest = *context.election->find_contest(sheet->record.contest);
  KP_TRY_VOID(counting::hand_count(contest, *context.station, values_of(record)));
  if (sheet->entries.empty() || agrees_with_first(record)) {
    sheet->entries.push_back(record);
    return {};
  }
  sheet->differed = differences(sheet->entries.front(), record);
  sheet->entries.clear();
  ++sheet->round;
  return {};
}

Result<void> HandCounts::apply(const TallySheetSettled& record, const Context& context) {
  KP_TRY(TallySheetState * sheet, waiting_sheet(record.sheet));
  if (sheet->entries.size() != 2) return refused(name_of(record.sheet) + " was not confirmed by two people");
  const std::string& contest = sheet->record.contest;
  const TallySheetState* before = settled(contest);
  if (record.replaces != (before != nullptr ? std::optional{before->record.sheet} : std::nullopt))
    return refused(name_of(record.sheet) + " replaces another sheet than it says");
  KP_TRY(const counting::HandCount count,
         counting::hand_count(*context.election->find_contest(contest), *context.station,
                              values_of(sheet->entries.front())));
  if (count != record.count) return fail(ErrorCode::kTotalsMismatch, name_of(record.sheet));
  if (before != nullptr)
    sheets_[static_cast<std::size_t>(before->record.sheet) - 1].status = TallyStatus::kReplaced;
  sheet->status = TallyStatus::kSettled;
  sheet->count = count;
  if (const auto why = correcting_.find(contest); why != correcting_.end()) {
    sheet->corrects_because = why->second;
    correcting_.erase(why);
  }
  return {};
}

Result<void> HandCounts::apply(const TallySheetDiscarded& record, const Context& context) {
  KP_TRY(TallySheetState * sheet, waiting_sheet(record.sheet));
  KP_TRY_VOID(check_member(record.member, context.station));
  sheet->status = TallyStatus::kDiscarded;
  return {};
}

Result<void> HandCounts::apply(const TallyCorrectionOpened& record, const Context&) {
  if (settled(record.contest) == nullptr) return refused("nothing of " + record.contest + " is settled");
  if (correcting(record.contest)) return refused(record.contest + " is being corrected already");
  correcting_.emplace(record.contest, record.reason_vi);
  return {};
}

}  // namespace kiemphieu::journal

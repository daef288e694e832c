#include "firmware-host/station/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/base/log.h"
#include "tally/counting/decision.h"

namespace kiemphieu::station {
namespace {

Error not_now(std::string why) { return fail(ErrorCode::kNotAllowedNow, std::move(why)); }

std::size_t waiting_in(const journal::BatchState& batch) {
  return static_cast<std::size_t>(
      std::count_if(batch.sheets.begin(), batch.sheets.end(), [](const auto& sheet) { return sheet.waits(); }));
}

/// The totals of `batch` once `decision` stands.
Result<counting::ContestTotals> totals_after(const election::Contest& contest, const journal::BatchState& batch,
                                             const journal::TeamDecision& decision) {
  journal::Sheets sheets = batch.sheets;
  sheets.at(static_cast<std::size_t>(decision.position) - 1).decision = decision;
  return journal::count_sheets(contest, sheets);
}

std::optional<int> number_of(const team::Who& who) {
  return who.person ? std::optional{who.person->number} : std::nullopt;
}

bool blank(const std::string& text) { return text.find_first_not_of(' ') == std::string::npos; }

/// Those present, in ascending order: each a person of the team, named once.
Result<void> check_members(const journal::TeamDecision& decision, const team::Roster& roster) {
  const std::vector<int>& members = decision.members;
  const auto wrong = [](std::string why) { return fail(ErrorCode::kMembersPresent, std::move(why)); };
  if (members.empty()) return roster.empty() ? Result<void>{} : wrong("the members present are not named");
  if (std::ranges::adjacent_find(members) != members.end()) return wrong("a member named twice");
  if (members.size() != static_cast<std::size_t>(decision.present))
    return wrong(fmt::format("{} present, {} named", decision.present, members.size()));
  for (const int number : members) {
    const team::Person* person = team::find(roster, number);
    if (number < 1 || number > team::kMaxNumber || (!roster.empty() && (person == nullptr || !person->is_of_the_team())))
      return wrong(fmt::format("number {} is not of the team", number));
  }
  return {};
}

}  // namespace

Ledger::Ledger(const election::Election& election, const election::Station& station, const Clock& clock,
               journal::Journal journal, outbox::Outbox outbox, PaperMemory papers)
    : election_(&election), station_(&station), clock_(&clock), journal_(std::move(journal)),
      outbox_(std::move(outbox)), papers_(std::move(papers)) {}

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& folder, const election::Election& election,
                                             const election::Station& station, const crypto::SigningKey& key,
                                             const Clock& clock) {
  KP_TRY(journal::Journal journal, journal::Journal::open(folder, election, station.id, key));
  KP_TRY(outbox::Outbox outbox, outbox::Outbox::open(journal.database(), station.id, election.digest, key));
  KP_TRY(PaperMemory papers, PaperMemory::open(folder, journal.state()));
  std::unique_ptr<Ledger> ledger{
      new Ledger(election, station, clock, std::move(journal), std::move(outbox), std::move(papers))};
  KP_TRY_VOID(ledger->note_start());
  return ledger;
}

LifecycleState Ledger::lifecycle() const {
  return lifecycle_state_from(state().lifecycle()).value_or(LifecycleState::kIdle);
}

journal::LifecycleChanged Ledger::lifecycle_record(LifecycleEvent event) const {
  const auto to = next_state(lifecycle(), event);
  KP_CHECK(to.has_value());
  return {std::string{to_text(lifecycle())}, std::string{to_text(event)}, std::string{to_text(*to)},
          clock_->wall_unix_s()};
}

std::optional<journal::Record> Ledger::feed_stopped(const FeedEnd& end) const {
  const std::string id{info(end.reason).id};
  const journal::HandCounts& by_hand = state().hand_counts();
  if (by_hand.feeding()) return journal::TallyFeedStopped{id, end.sheets_fed, by_hand.sheets_in_feed()};
  const journal::BatchState* open = state().open_batch();
  if (open == nullptr || !open->feeding) return std::nullopt;
  return journal::FeedStopped{open->batch, id, end.sheets_fed, state().sheets_in_feed(), end.uncounted, end.counter,
                              end.stop_asked};
}

std::optional<Resume> Ledger::resume_after(const FeedEnd& end) const {
  const auto record = feed_stopped(end);
  const auto* stopped = record ? std::get_if<journal::FeedStopped>(&*record) : nullptr;
  return stopped != nullptr ? station::resume_after(state(), *stopped) : std::nullopt;
}

Result<void> Ledger::note_start() {
  std::vector<journal::Record> records;
  records.emplace_back(journal::StationStarted{state().boot() + 1, clock_->wall_unix_s()});
  if (auto stopped = feed_stopped({ErrorCode::kFeedUnfinished, "", {}})) {
    const journal::BatchState* open = state().open_batch();
    const std::string evidence =
        state().hand_counts().feeding()
            ? fmt::format("tally sheets: {} recorded", state().hand_counts().sheets_in_feed())
            : fmt::format("batch {}: {} sheets recorded", open->batch, open->sheets.size());
    records.push_back(*std::move(stopped));
    records.emplace_back(
        journal::Incident{std::string{info(ErrorCode::kFeedUnfinished).id}, evidence, clock_->wall_unix_s()});
    if (lifecycle() == LifecycleState::kCounting) records.emplace_back(lifecycle_record(LifecycleEvent::kPause));
    start_notice_ = fail(ErrorCode::kFeedUnfinished, evidence);
  }
  return append(records);
}

Result<void> Ledger::append(const std::vector<journal::Record>& records, const std::vector<CommitteeRecord>& also) {
  const auto tell_committee = [&](storage::Transaction& transaction) -> Result<void> {
    std::vector<CommitteeRecord> told;
    if (std::ranges::any_of(records, &is_news)) told.push_back(status_record(lifecycle(), state(), *station_));
    for (const journal::Record& record : records)
      if (auto totals = total_record(record, state())) told.push_back(*std::move(totals));
    told.insert(told.end(), also.begin(), also.end());
    for (const CommitteeRecord& record : told) KP_TRY_VOID(outbox_.enqueue(transaction, record.kind, record.body));
    return {};
  };
  KP_TRY_VOID(journal_.append(records, tell_committee));
  for (const journal::Record& record : records)
    if (const auto* change = std::get_if<journal::LifecycleChanged>(&record))
      log_event(LogLevel::kInfo, "lifecycle", {{"from", change->from}, {"event", change->event}, {"to", change->to}});
  return {};
}

Result<std::vector<CommitteeRecord>> Ledger::final_results() {
  std::map<std::string, std::uint64_t> sent;  // a result that was sent before is corrected by its number
  if (!state().reopened_why().empty()) {
    KP_TRY(sent, results_in(outbox_, journal_.database()));
  }
  std::vector<CommitteeRecord> results;
  for (const auto& entry : station_->contests)
    results.push_back(result_record(entry.contest, state(), sent[entry.contest], state().reopened_why()));
  return results;
}

Result<void> Ledger::change_lifecycle(LifecycleEvent event, const team::Who& who, const std::string& why) {
  if (!next_state(lifecycle(), event))
    return not_now(fmt::format("{} in state {}", to_text(event), to_text(lifecycle())));
  if (event == LifecycleEvent::kClose) KP_TRY_VOID(check_may_close());
  if (event == LifecycleEvent::kSeal) KP_TRY_VOID(check_may_seal());
  if (event == LifecycleEvent::kUnseal) KP_TRY_VOID(check_may_unseal(who, why));
  if (state().superseded() && event != LifecycleEvent::kPause)
    return fail(ErrorCode::kStationSuperseded, std::string{to_text(event)});
  journal::LifecycleChanged change = lifecycle_record(event);
  change.by = number_of(who);
  if (event == LifecycleEvent::kUnseal) change.by_name = change.by ? "" : who.name, change.reason_vi = why;
  std::vector<journal::Record> records{std::move(change)};
  const bool destroys = event == LifecycleEvent::kSeal && election_->destroy_images_at_sealing;
  if (destroys) records.emplace_back(journal::ImagesDestroyed{});
  std::vector<CommitteeRecord> results;
  if (event == LifecycleEvent::kSeal) {
    KP_TRY(results, final_results());
  }
  KP_TRY_VOID(append(records, results));
  if (destroys) destroy_images();
  return {};
}

void Ledger::destroy_images() {
  // The record stands; what fails here is done by the next start, and `journal verify` names it.
  auto done = journal_.destroy_images();
  if (done) done = papers_.forget();
  if (!done) log_error("images_not_destroyed", done.error());
}

Result<void> Ledger::note_superseded(const std::string& evidence) {
  if (state().superseded()) return {};
  std::vector<journal::Record> records;
  if (lifecycle() == LifecycleState::kCounting) records.emplace_back(lifecycle_record(LifecycleEvent::kPause));
  records.emplace_back(
      journal::Incident{std::string{info(ErrorCode::kStationSuperseded).id}, evidence, clock_->wall_unix_s()});
  return append(records);
}

Result<void> Ledger::check_may_unseal(const team::Who& who, const std::string& why) const {
  const bool known = who.person.has_value();
  if (!who.roster.empty() && (!known || who.person->role != team::Role::kHead))
    return fail(ErrorCode::kRoleNotAllowed, "reopening a sealed station");
  if (!known && blank(who.name)) return fail(ErrorCode::kReopenWhoWhy, "who");
  if (blank(why)) return fail(ErrorCode::kReopenWhoWhy, "why");
  return {};
}

Result<void> Ledger::check_may_close() const {
  for (const auto& [number, batch] : state().batches()) {
    if (batch.status == journal::BatchStatus::kOpen) return not_now(fmt::format("batch {} is open", number));
    if (batch.status == journal::BatchStatus::kClosed)
      return not_now(fmt::format("batch {}: {} sheets wait for the team", number, waiting_in(batch)));
  }
  for (const journal::TallySheetState& sheet : state().hand_counts().sheets())
    if (sheet.status == journal::TallyStatus::kWaiting)
      return not_now(fmt::format("tally sheet {} waits for two people", sheet.record.sheet));
  return {};
}

Result<void> Ledger::check_may_seal() const {
  for (const counting::ContestTotals& totals : state().totals()) {
    const auto failures = counting::check_identities(totals);
    if (!failures.empty())
      return fail(ErrorCode::kTotalsMismatch, totals.contest + ": " + failures.front().code + " " + failures.front().text_vi);
  }
  return {};
}

Result<std::vector<journal::Record>> Ledger::before_a_feed() const {
  if (state().superseded()) return fail(ErrorCode::kStationSuperseded, "a feed");
  if (feed_stopped({})) return fail(ErrorCode::kScannerBusy, "a feed is running");
  std::vector<journal::Record> records;
  if (lifecycle() == LifecycleState::kPaused) {
    records.emplace_back(lifecycle_record(LifecycleEvent::kResume));
  } else if (lifecycle() != LifecycleState::kCounting) {
    return not_now(fmt::format("scanning in state {}", to_text(lifecycle())));
  }
  return records;
}

Result<void> Ledger::begin_feed(const std::string& contest) {
  KP_TRY(std::vector<journal::Record> records, before_a_feed());
  const journal::BatchState* open = state().open_batch();
  if (open != nullptr && !contest.empty() && contest != open->contest)
    return not_now(fmt::format("batch {} of {} is open", open->batch, open->contest));
  if (open == nullptr && !station_->has_contest(contest)) return fail(ErrorCode::kUnknownContest, contest);
  const int batch = open != nullptr ? open->batch : state().next_batch();
  if (open == nullptr) records.emplace_back(journal::BatchOpened{batch, contest});
  records.emplace_back(journal::FeedStarted{batch});
  KP_TRY_VOID(append(records));
  start_notice_.reset();
  same_papers_.start();
  return {};
}

bool Ledger::wants_counter() const {
  const journal::BatchState* open = state().open_batch();
  return open != nullptr && !open->feeding && !open->runs.empty() && open->runs.back().wants_counter();
}

Result<void> Ledger::note_counter(std::uint64_t counter) {
  const journal::BatchState* open = state().open_batch();
  if (open == nullptr || (!open->feeding && !wants_counter())) return {};
  return append({journal::FeederCounted{open->batch, counter}});
}

Result<void> Ledger::record_sheet(const ScannedSheet& sheet) {
  const journal::BatchState* open = state().open_batch();
  if (open == nullptr || !open->feeding) return not_now("no feed is running");
  journal::SheetRecorded record = record_of(sheet, *open);
  if (const auto& header = sheet.reading.batch_header) {
    if (auto refusal = header_refusal(state(), *election_, station_->id, *open, *header)) return *std::move(refusal);
    record.header = header->batch;
  }
  if (record.form == reading::Form::kBallot)
    if (auto refusal = same_papers_.next(record.same_as)) return *std::move(refusal);
  KP_TRY(record.image, journal_.store_image(sheet.jpeg));
  KP_TRY_VOID(append({record}));
  if (sheet.reading.fingerprint) papers_.remember(record, *sheet.reading.fingerprint);
  std::vector<double> streaks_mm;
  for (const reading::TroubleAt& trouble : record.troubles)
    if (trouble.trouble == reading::Trouble::kStreak) streaks_mm = trouble.at_mm;
  streaks_.next_sheet(streaks_mm);
  return {};
}

journal::SheetRecorded Ledger::record_of(const ScannedSheet& sheet, const journal::BatchState& batch) const {
  journal::SheetRecorded record;
  record.batch = batch.batch;
  record.position = static_cast<int>(batch.sheets.size()) + 1;
  record.form = sheet.reading.form;
  record.interpretation = sheet.interpretation;
  if (sheet.reading.fingerprint)
    record.same_as = papers_.seen(state(), sheet.interpretation.contest, *sheet.reading.fingerprint);
  if (record.same_as) {
    reading::SheetReading again = sheet.reading;
    again.findings.push_back(election::Reason::kSamePaper);
    record.interpretation = counting::interpret(*election_, again, batch.contest);
  }
  record.troubles = sheet.reading.troubles;
  record.seal = sheet.reading.seal;
  record.upside_down = sheet.reading.quality.upside_down;
  record.skew_mdeg = sheet.reading.quality.skew_mdeg;
  record.scale_permille = sheet.reading.quality.scale_permille;
  record.readers = reading::agreement_of(sheet.reading);
  return record;
}

Result<void> Ledger::end_feed(const FeedEnd& end) {
  auto stopped = feed_stopped(end);
  if (!stopped) return not_now("no feed is running");
  std::vector<journal::Record> records{*std::move(stopped)};
  if (end.reason != ErrorCode::kScannerNoDocuments) {
    records.emplace_back(journal::Incident{std::string{info(end.reason).id}, end.evidence, clock_->wall_unix_s()});
    if (lifecycle() == LifecycleState::kCounting) records.emplace_back(lifecycle_record(LifecycleEvent::kPause));
  }
  // What is not kept now is made again from the pictures.
  if (auto kept = papers_.keep(); !kept) log_error("papers_not_kept", kept.error());
  return append(records);
}

Result<void> Ledger::refuse_count(const PileFigures& figures) {
  const std::string evidence = to_text(figures);
  KP_TRY_VOID(append({journal::Incident{std::string{info(ErrorCode::kPileCountDiffers).id}, evidence,
                                        clock_->wall_unix_s(), figures.batch, figures.by_hand}}));
  return fail(ErrorCode::kPileCountDiffers, evidence);
}

Result<void> Ledger::pause_for_power(ErrorCode reason, const std::string& evidence) {
  std::vector<journal::Record> records{
      journal::Incident{std::string{info(reason).id}, evidence, clock_->wall_unix_s()}};
  if (lifecycle() == LifecycleState::kCounting) records.emplace_back(lifecycle_record(LifecycleEvent::kPause));
  return append(records);
}

Result<void> Ledger::resume_after_power(const std::string& evidence) {
  std::vector<journal::Record> records{
      journal::Incident{std::string{info(ErrorCode::kPowerBack).id}, evidence, clock_->wall_unix_s()}};
  if (lifecycle() == LifecycleState::kPaused) records.emplace_back(lifecycle_record(LifecycleEvent::kResume));
  return append(records);
}

Result<void> Ledger::finish_batch(std::optional<std::uint64_t> papers_by_hand) {
  const journal::BatchState* open = state().open_batch();
  if (open == nullptr) return not_now("no batch is open");
  if (open->feeding) return fail(ErrorCode::kScannerBusy, "the feeder is running");
  const PileFigures figures = figures_of(*open, papers_by_hand);
  if (differs(*open, figures)) return refuse_count(figures);
  std::vector<journal::Record> records;
  records.emplace_back(journal::BatchClosed{open->batch, open->sheets.size(), papers_by_hand});
  if (waiting_in(*open) == 0) records.emplace_back(journal::BatchSettled{open->batch, open->totals});
  if (lifecycle() == LifecycleState::kPaused) records.emplace_back(lifecycle_record(LifecycleEvent::kResume));
  KP_TRY_VOID(append(records));
  start_notice_.reset();
  return {};
}

Result<void> Ledger::void_batch(int number, const std::string& reason_vi, const team::Who& who) {
  const auto it = state().batches().find(number);
  if (it == state().batches().end()) return not_now(fmt::format("there is no batch {}", number));
  if (it->second.feeding) return fail(ErrorCode::kScannerBusy, "the feeder is running");
  const journal::BatchStatus status = it->second.status;
  if (status == journal::BatchStatus::kVoided) return not_now(fmt::format("batch {} is voided", number));
  KP_TRY_VOID(check_counting("voiding a batch"));
  std::vector<CommitteeRecord> told;
  if (status == journal::BatchStatus::kSettled) {
    const bool head = who.person && who.person->role == team::Role::kHead;
    if (!who.roster.empty() && !head) return fail(ErrorCode::kRoleNotAllowed, "withdrawing a settled pile");
    if (blank(reason_vi)) return fail(ErrorCode::kFieldInvalid, "reason: why a settled pile is withdrawn");
    told.push_back(withdrawn_record(it->second, reason_vi));
  }
  KP_TRY_VOID(append({journal::BatchVoided{number, reason_vi, number_of(who)}}, told));
  start_notice_.reset();
  return {};
}

Result<void> Ledger::check_counting(std::string_view what) const {
  if (lifecycle() == LifecycleState::kCounting || lifecycle() == LifecycleState::kPaused) return {};
  return not_now(fmt::format("{} in state {}", what, to_text(lifecycle())));
}

Result<void> Ledger::check_decision(const journal::TeamDecision& decision, const team::Who& who) const {
  KP_TRY_VOID(check_counting("deciding"));
  const journal::SheetState* sheet = state().find_sheet(decision.batch, decision.position);
  if (sheet == nullptr)
    return fail(ErrorCode::kSheetUnknown, fmt::format("batch {} position {}", decision.batch, decision.position));
  if (!sheet->is_for_the_team()) return not_now("this sheet is clear");
  KP_TRY_VOID(check_members(decision, who.roster));
  const bool votes_fit = decision.in_favour >= 0 && decision.against >= 0 &&
                         decision.in_favour + decision.against <= decision.present;
  if (!votes_fit || !counting::decision_carries(station_->team_members, decision.present, decision.in_favour))
    return fail(ErrorCode::kQuorum, fmt::format("{} of {} present, {} in favour", decision.present,
                                                station_->team_members, decision.in_favour));
  return {};
}

Result<void> Ledger::decide(journal::TeamDecision decision, const team::Who& who) {
  std::ranges::sort(decision.members);
  decision.by = number_of(who);
  KP_TRY_VOID(check_decision(decision, who));
  const journal::BatchState& batch = state().batches().at(decision.batch);
  if (auto figures = counts_twice(batch, decision)) return refuse_count(*figures);
  KP_TRY(counting::ContestTotals totals, totals_after(*election_->find_contest(batch.contest), batch, decision));
  std::vector<journal::Record> records{decision};
  if (batch.status == journal::BatchStatus::kClosed && totals.in_review == Count{})
    records.emplace_back(journal::BatchSettled{batch.batch, std::move(totals)});
  return append(records);
}

Result<void> Ledger::note_missing_pictures() {
  std::uint64_t missing = 0;
  std::string first;
  for (const auto& [number, batch] : state().batches())
    for (const journal::SheetState& sheet : batch.sheets) {
      if (sheet.sequence <= state().images_destroyed_through() || journal_.has_image(sheet.record.image)) continue;
      if (missing++ == 0) first = fmt::format("batch {} position {}", number, sheet.record.position);
    }
  if (missing == 0) return {};
  const std::string evidence = fmt::format("{} pictures, the first of {}", missing, first);
  start_notice_ = fail(ErrorCode::kPicturesMissing, evidence);
  return append({journal::Incident{std::string{info(ErrorCode::kPicturesMissing).id}, evidence, clock_->wall_unix_s()}});
}

std::uint64_t Ledger::outbox_last_sequence() {
  const auto status = outbox_.status(journal_.database());
  return status ? status->last_sequence : 0;
}

Result<Bytes> Ledger::sheet_jpeg(int batch, int position) const {
  const journal::SheetState* sheet = state().find_sheet(batch, position);
  if (sheet == nullptr) return fail(ErrorCode::kSheetUnknown, fmt::format("batch {} position {}", batch, position));
  if (sheet->sequence <= state().images_destroyed_through()) return fail(ErrorCode::kImagesDestroyed);
  return journal_.load_image(sheet->record.image);
}

}  // namespace kiemphieu::station

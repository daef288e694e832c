#include "firmware-host/station/station.h"

#include "config/base/log.h"

namespace kiemphieu::station {
namespace {

/// The scanner process of a station that was killed may hold the device this long
/// (kOrphanTime in scanner/worker), and is asked again at this pace.
constexpr std::chrono::seconds kLookPatience{20};
constexpr std::chrono::milliseconds kLookPace{250};

/// A voided pile is scanned again: its sheets are still to come.
std::uint64_t sheets_that_stay(const journal::State& state) {
  std::uint64_t sheets = 0;
  for (const auto& [number, batch] : state.batches())
    if (batch.status != journal::BatchStatus::kVoided) sheets += batch.sheets.size();
  return sheets;
}

}  // namespace

Station::Station(std::unique_ptr<Ledger> ledger, SheetPipeline pipeline, SourceFactory source,
                 settings::OutputStack stack)
    : ledger_(std::move(ledger)), pipeline_(std::move(pipeline)), make_source_(std::move(source)), stack_(stack) {
  notice_ = ledger_->start_notice();
  looking_ = ledger_->wants_counter();
  if (looking_) look_thread_ = std::thread{[this] {
    look_at_counter();
    const std::lock_guard lock{mutex_};
    looking_ = false;
    feed_ended_.notify_all();
  }};
  publish(std::unique_lock{mutex_});
}

Station::~Station() {
  // A scanner that holds its thread for longer than this is left to the worker's watchdog.
  while (!shutdown(std::chrono::seconds{60})) {
  }
}

void Station::on_change(Listener listener) {
  const std::lock_guard lock{mutex_};
  listener_ = std::move(listener);
}

std::shared_ptr<const View> Station::view() const {
  const std::lock_guard lock{mutex_};
  return view_;
}

void Station::publish(std::unique_lock<std::mutex> lock) {
  auto view = std::make_shared<View>(view_of(*ledger_, stack_));
  view->notice = notice_;
  // Above everything else, for as long as it is so.
  if (ledger_->state().superseded()) view->notice = fail(ErrorCode::kStationSuperseded);
  view->scanner = scanner_;
  view->scanning = feeding_;
  view->power = power_;
  if (late_end_) view->resume = ledger_->resume_after(*late_end_);
  view_ = std::move(view);
  const Listener listener = listener_;
  const std::shared_ptr<const View> shown = view_;
  lock.unlock();
  if (listener) listener(*shown);
}

Result<void> Station::command(Notice notice, const std::function<Result<void>(Ledger&)>& run) {
  std::unique_lock lock{mutex_};
  auto done = record_late_end();
  if (done) done = run(*ledger_);
  if (!done) {
    log_error("command_refused", done.error());
    if (done.error().code == ErrorCode::kPileCountDiffers) {  // recorded as an incident: it is to be seen
      notice_ = done.error();
      publish(std::move(lock));
    }
    return done;
  }
  if (notice == Notice::kClears) notice_.reset(), power_rest_.reset();
  publish(std::move(lock));
  return done;
}

Result<void> Station::finish_batch(std::optional<std::uint64_t> papers_by_hand) {
  return command(Notice::kClears, [&](Ledger& ledger) { return ledger.finish_batch(papers_by_hand); });
}
Result<void> Station::void_batch(int batch, const std::string& reason_vi, const team::Who& who) {
  return command(Notice::kClears, [&](Ledger& ledger) { return ledger.void_batch(batch, reason_vi, who); });
}
Result<void> Station::decide(const journal::TeamDecision& decision, const team::Who& who) {
  return command(Notice::kStays, [&](Ledger& ledger) { return ledger.decide(decision, who); });
}
Result<void> Station::change_lifecycle(LifecycleEvent event, const team::Who& who, const std::string& why) {
  return command(Notice::kClears, [&](Ledger& ledger) { return ledger.change_lifecycle(event, who, why); });
}

Result<void> Station::enter_tally_sheet(const TallyEntry& entry) {
  return command(Notice::kStays, [&](Ledger& ledger) { return ledger.enter_tally_sheet(entry); });
}
Result<void> Station::discard_tally_sheet(int sheet, int member, const std::string& reason_vi) {
  return command(Notice::kStays, [&](Ledger& ledger) { return ledger.discard_tally_sheet(sheet, member, reason_vi); });
}
Result<void> Station::correct_hand_count(const std::string& contest, const std::string& reason_vi) {
  return command(Notice::kStays, [&](Ledger& ledger) { return ledger.correct_hand_count(contest, reason_vi); });
}

void Station::note_superseded(const std::string& evidence) {
  {
    // Said once: what is published wakes the pusher, which would say it again for ever.
    const std::lock_guard lock{mutex_};
    if (ledger_->state().superseded()) return;
  }
  const auto stopped = stop_feed();  // kNotAllowedNow when none runs
  static_cast<void>(stopped);
  const auto noted = command(Notice::kStays, [&](Ledger& ledger) { return ledger.note_superseded(evidence); });
  if (!noted) log_error("superseded_not_recorded", noted.error());
}

Result<void> Station::record_late_end() {
  if (!late_end_) return {};
  KP_TRY_VOID(ledger_->end_feed(*late_end_));
  late_end_.reset();
  return {};
}

Result<void> Station::ensure_feeder(Paper paper) {
  if (feeder_.source && feeder_.paper == paper) return {};
  feeder_ = {};  // first: the device is opened by one at a time
  KP_TRY(feeder_.source, make_source_(paper));
  feeder_.paper = paper;
  feeder_.feed = std::make_unique<feed::Feed>(*feeder_.source);
  scanner_ = feeder_.source->description();
  return {};
}

Result<void> Station::scan(const std::string& contest) {
  return start_feed(Paper::kBallots, [&](Ledger& ledger) { return ledger.begin_feed(contest); });
}
Result<void> Station::scan_tally_sheets() {
  return start_feed(Paper::kTallySheets, [](Ledger& ledger) { return ledger.begin_tally_feed(); });
}

Result<void> Station::start_feed(Paper paper, const std::function<Result<void>(Ledger&)>& begin) {
  std::unique_lock lock{mutex_};
  if (feeding_) return fail(ErrorCode::kScannerBusy, "a feed is running");
  if (power_low_) return fail(ErrorCode::kPowerOnBattery, "the battery is nearly empty");
  return feed_now(std::move(lock), paper, begin);
}

Result<void> Station::feed_now(std::unique_lock<std::mutex> lock, Paper paper,
                               const std::function<Result<void>(Ledger&)>& begin) {
  if (thread_.joinable()) thread_.join();  // it has ended: feeding_ is false, and it no longer takes the mutex
  auto ready = record_late_end();
  if (ready) ready = ensure_feeder(paper);
  if (ready && room_) ready = room_->before_feed(sheets_that_stay(ledger_->state()));
  if (ready) ready = begin(*ledger_);
  if (!ready) {
    log_error("scan_refused", ready.error());
    return ready;
  }
  feeding_ = true;
  stopped_by_hand_ = false;
  power_rest_.reset();
  notice_.reset();
  const journal::BatchState* pile = paper == Paper::kBallots ? ledger_->state().open_batch() : nullptr;
  thread_ = std::thread{[this, paper, contest = pile != nullptr ? pile->contest : ""] { feed_thread(paper, contest); }};
  publish(std::move(lock));
  return {};
}

Result<void> Station::stop_feed() {
  const std::lock_guard lock{mutex_};
  if (!feeding_) return fail(ErrorCode::kNotAllowedNow, "no feed is running");
  stopped_by_hand_ = true;
  feeder_.feed->request_stop();
  return {};
}

Result<void> Station::keep(const feed::SheetImage& sheet, Paper paper, const std::string& contest) {
  KP_TRY(const ScannedSheet ready, pipeline_.process(sheet.image.view(), contest));
  std::unique_lock lock{mutex_};
  if (room_) room_->sheet_comes(ready.jpeg.size());
  auto recorded = paper == Paper::kBallots ? ledger_->record_sheet(ready) : ledger_->record_tally_sheet(ready);
  if (!recorded) return recorded;
  publish(std::move(lock));
  return {};
}

void Station::recall_papers() {
  std::unique_lock lock{mutex_};
  const auto unknown = ledger_->unknown_papers();
  for (const journal::SheetRecorded& sheet : unknown) {
    const auto jpeg = ledger_->sheet_jpeg(sheet.batch, sheet.position);
    lock.unlock();
    const auto fingerprint =
        jpeg ? pipeline_.fingerprint(*jpeg, sheet.interpretation.contest) : reading::Fingerprint{};
    lock.lock();
    ledger_->learn_paper(sheet, fingerprint);
  }
  if (!unknown.empty()) log_event(LogLevel::kInfo, "papers_recalled", {{"sheets", std::to_string(unknown.size())}});
}

Result<void> Station::note_counter(std::uint64_t counter, Looks looks) {
  std::unique_lock lock{mutex_};
  // Quét was pressed meanwhile: the feed that begins now looks for itself, and once only.
  if (looks == Looks::kStartUp && !ledger_->wants_counter()) return {};
  KP_TRY_VOID(ledger_->note_counter(counter));
  publish(std::move(lock));
  return {};
}

void Station::look_at_counter() {
  auto source = make_source_(Paper::kBallots);
  for (auto waited = std::chrono::milliseconds{0}; source && waited < kLookPatience && !look_no_more_; waited += kLookPace) {
    const auto sensors = (*source)->sensors();
    if (sensors || sensors.error().code != ErrorCode::kScannerBusy) {
      const auto noted = sensors && sensors->sheets_fed ? note_counter(*sensors->sheets_fed, Looks::kStartUp) : Result<void>{};
      if (!sensors) log_error("counter_not_read", sensors.error());
      if (!noted) log_error("counter_not_noted", noted.error());
      return;
    }
    std::this_thread::sleep_for(kLookPace);
  }
}

FeedEnd Station::run_feed(Paper paper, const std::string& contest) {
  feed::Feed::Counted counted;
  if (paper == Paper::kBallots) counted = [this](std::uint64_t counter) { return note_counter(counter, Looks::kFeed); };
  const feed::FeedReport report =
      feeder_.feed->run([&](const feed::SheetImage& sheet) { return keep(sheet, paper, contest); }, counted);
  log_event(report.complete() ? LogLevel::kInfo : LogLevel::kWarn, "feed_ended",
            {{"reason", std::string{info(report.end.code).id}},
             {"evidence", report.end.evidence},
             {"kept", std::to_string(report.sheets_delivered)},
             {"drained", std::to_string(report.drained_uncounted)}});
  return {report.end.code, report.end.evidence, report.sheets_fed, report.uncounted, report.counter_after, report.stopped};
}

void Station::feed_thread(Paper paper, const std::string& contest) {
  if (look_thread_.joinable()) {  // the device is opened by one at a time
    look_no_more_ = true;
    look_thread_.join();
  }
  if (paper == Paper::kBallots) recall_papers();
  FeedEnd end = run_feed(paper, contest);
  std::unique_lock lock{mutex_};
  feeding_ = false;
  if (power_rest_ && end.reason == ErrorCode::kScannerNoDocuments) end.reason = power_rest_->reason;
  else power_rest_.reset();  // a fault wants a person, whatever the power does
  notice_ = fail(end.reason, end.evidence);
  if (auto noted = ledger_->end_feed(end); !noted) {
    // The journal cannot even say that the feed stopped: that is what the team must know first.
    log_error("feed_end_not_recorded", noted.error());
    notice_ = std::move(noted).error();
    late_end_ = end;
  } else if (end.reason == ErrorCode::kScannerNoDocuments) {
    notice_.reset();
  }
  feed_ended_.notify_all();
  publish(std::move(lock));
}

void Station::show_power(const power::PowerView& power) {
  std::unique_lock lock{mutex_};
  power_ = power;
  publish(std::move(lock));
}

void Station::pause_for_power() { rest_for_power(std::unique_lock{mutex_}, ErrorCode::kPowerOnBattery); }

void Station::stop_for_power() {
  std::unique_lock lock{mutex_};
  power_low_ = true;
  rest_for_power(std::move(lock), ErrorCode::kPowerLow);
}

void Station::rest_for_power(std::unique_lock<std::mutex> lock, ErrorCode reason) {
  if (closing_) return;
  const bool counting = ledger_->lifecycle() == LifecycleState::kCounting;
  if (feeding_) {
    power_rest_ = PowerRest{reason, !stopped_by_hand_, feeder_.paper};
    feeder_.feed->request_stop();
    return;  // the feeder's thread records the rest when the last sheet is through
  }
  if (!counting && reason != ErrorCode::kPowerLow) return;
  auto rests = record_late_end();
  if (rests) rests = ledger_->pause_for_power(reason, power_ ? power_->status : "");
  if (!rests) {
    log_error("power_rest_not_recorded", rests.error());
    return;
  }
  if (counting) power_rest_ = PowerRest{reason, false, Paper::kBallots}, notice_ = fail(reason);
  publish(std::move(lock));
}

bool Station::resume_after_power() {
  std::unique_lock lock{mutex_};
  if (feeding_ && power_rest_) return false;
  if (!power_rest_ || closing_) return true;
  const PowerRest rest = *power_rest_;
  auto resumed = record_late_end();
  if (resumed) resumed = ledger_->resume_after_power(power_ ? power_->status : "");
  if (!resumed) {
    log_error("power_resume_not_recorded", resumed.error());
    return true;
  }
  notice_.reset();
  power_rest_.reset();
  if (!rest.feed_again) {
    publish(std::move(lock));
    return true;
  }
  static_cast<void>(feed_now(std::move(lock), rest.paper, [&](Ledger& ledger) {
    return rest.paper == Paper::kBallots ? ledger.begin_feed("") : ledger.begin_tally_feed();
  }));  // a refusal is logged, and the page offers Quét
  return true;
}

Result<Bytes> Station::sheet_picture(int batch, int position, bool plain) const {
  std::unique_lock lock{mutex_};
  KP_TRY(const Bytes jpeg, ledger_->sheet_jpeg(batch, position));
  const std::string contest = ledger_->state().batches().at(batch).contest;
  lock.unlock();
  if (plain) return jpeg;
  return pipeline_.annotate(jpeg, contest);
}

Result<Bytes> Station::tally_sheet_picture(int sheet) const {
  const std::lock_guard lock{mutex_};
  return ledger_->tally_sheet_jpeg(sheet);
}

bool Station::shutdown(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  look_no_more_ = true;
  closing_ = true;
  if (feeding_) feeder_.feed->request_stop();
  if (!feed_ended_.wait_for(lock, patience, [&] { return !feeding_ && !looking_; })) return false;
  std::thread ended = std::move(thread_), looked = std::move(look_thread_);
  lock.unlock();
  if (looked.joinable()) looked.join();
  if (ended.joinable()) ended.join();
  return true;
}

}  // namespace kiemphieu::station

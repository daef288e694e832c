// The run is the table of states.h walked until it is idle again: every state
// has one function that does its work and answers with the event that follows.
// Tested by tests/unit/scanner/test_feed.cpp with scripted sources.
#include "scanner/feed/feed.h"

#include <fmt/format.h>

#include <utility>

#include "config/base/log.h"

namespace kiemphieu::feed {
namespace {

/// More than any document feeder holds: a device that never says it is empty
/// must not keep the program draining for ever.
constexpr std::uint64_t kMostSheetsDrained = 2'000;

bool is_end_of_stack(const Error& error) { return error.code == ErrorCode::kScannerNoDocuments; }

}  // namespace

void Feed::move(Event event) {
  const State from = state_;
  const auto to = next_state(from, event);
  KP_CHECK(to.has_value());
  state_ = *to;
  if (from != *to)
    log_event(LogLevel::kInfo, "feed_state",
              {{"from", std::string{name(from)}},
               {"event", std::string{name(event)}},
               {"to", std::string{name(*to)}}});
}

FeedReport Feed::run(const Keep& keep, const Counted& counted) {
  KP_CHECK(state_ == State::kIdle);
  report_ = {};
  stop_asked_ = drained_to_the_end_ = ran_ = false;
  move(Event::kRun);
  while (state_ != State::kIdle) {
    switch (state_) {
      case State::kIdle:
        break;
      case State::kStarting:
        move(start(counted));
        break;
      case State::kFeeding:
      case State::kStopping:
        move(feed_one(keep));
        break;
      case State::kDraining:
        move(drain_one());
        break;
      case State::kReconciling:
        move(reconcile());
        break;
    }
  }
  report_.uncounted = uncounted();
  return std::move(report_);
}

Event Feed::start(const Counted& counted) {
  came_since_start_ = 0;
  auto started = source_.start();
  if (!started) {
    report_.end = std::move(started).error();
    return is_end_of_stack(report_.end) ? Event::kEndOfStack : Event::kFault;
  }
  const auto sensors = source_.sensors();
  const auto counter = sensors ? sensors->sheets_fed : std::nullopt;
  // A counter below the baseline was reset when the device was switched off.
  if (!baseline_ || (counter && *counter < *baseline_)) {
    baseline_ = counter;
    came_since_baseline_ = 0;
  }
  if (counter && !report_.counter_before) {  // a stack that goes on is one run
    report_.counter_before = counter;
    if (auto heard = counted ? counted(*counter) : Result<void>{}; !heard) refused_ = std::move(heard).error();
  }
  ran_ = true;
  return Event::kStarted;
}

Event Feed::feed_one(const Keep& keep) {
  if (refused_) {  // the source is in a run: it must end it, as after a sheet that cannot be kept
    report_.end = *std::exchange(refused_, std::nullopt);
    source_.request_stop();
    return Event::kKeepFailed;
  }
  if (state_ == State::kFeeding && stop_asked_) {
    report_.stopped = true;
    source_.request_stop();
    return Event::kStopAsked;
  }
  auto sheet = source_.next();
  if (!sheet) {
    report_.end = std::move(sheet).error();
    return is_end_of_stack(report_.end) ? Event::kEndOfStack : Event::kFault;
  }
  ++came_since_start_;
  ++came_since_baseline_;
  auto kept = keep(*std::move(sheet));
  if (!kept) {
    report_.end = std::move(kept).error();
    report_.not_kept = 1;
    source_.request_stop();
    return Event::kKeepFailed;
  }
  ++report_.sheets_delivered;
  return Event::kSheetKept;
}

Event Feed::drain_one() {
  auto sheet = source_.next();
  if (!sheet) {
    drained_to_the_end_ = is_end_of_stack(sheet.error());
    if (drained_to_the_end_) return Event::kEndOfStack;
    report_.end = std::move(report_.end).with_context("while draining: " + sheet.error().log_line());
    return Event::kFault;
  }
  ++came_since_baseline_;
  ++report_.drained_uncounted;
  if (report_.drained_uncounted < kMostSheetsDrained) return Event::kSheetDrained;
  report_.end = std::move(report_.end).with_context("while draining: the feeder does not end");
  return Event::kFault;
}

Event Feed::reconcile() {
  const auto sensors = source_.sensors();
  if (!sensors) return Event::kSettled;  // the account stays open for the next run
  const bool ended = report_.complete();
  report_.double_feed =
      report_.end.code == ErrorCode::kScannerDoubleFeed || sensors->double_feed.value_or(false);
  if (ended && report_.double_feed) {
    report_.end =
        fail(ErrorCode::kScannerDoubleFeed, "the sensor tripped though the device reported a normal end");
  } else if (ended && !report_.stopped && sensors->page_loaded.value_or(false)) {
    // Paper put in while the last sheet ran is simply the stack going on.
    if (came_since_start_ > 0) return Event::kPaperLeft;
    report_.end = fail(ErrorCode::kScannerStoppedEarly, "the paper sensor still feels a sheet");
  }
  settle_counts(*sensors);
  return Event::kSettled;
}

std::optional<std::uint64_t> Feed::uncounted() const {
  if (!ran_) return 0;  // no paper was asked for
  const std::uint64_t seen = report_.not_kept + report_.drained_uncounted;
  const bool counted = report_.counter_before && report_.counter_after &&
                       *report_.counter_after >= *report_.counter_before + report_.sheets_delivered;
  const std::uint64_t by_counter =
      counted ? *report_.counter_after - *report_.counter_before - report_.sheets_delivered : seen;
  switch (report_.end.code) {
    case ErrorCode::kScannerDoubleFeed:
    case ErrorCode::kScannerCountMismatch:
    case ErrorCode::kScannerStoppedEarly:
      return std::nullopt;  // what is wrong may lie anywhere in the pile
    default:
      break;
  }
  if (report_.complete() || drained_to_the_end_)
    return by_counter == seen ? std::optional{seen} : std::nullopt;
  return counted && by_counter >= seen ? std::optional{by_counter} : std::nullopt;
}

void Feed::settle_counts(const Sensors& sensors) {
  report_.counter_after = sensors.sheets_fed;
  if (baseline_ && sensors.sheets_fed && *sensors.sheets_fed >= *baseline_) {
    report_.sheets_fed = *sensors.sheets_fed - *baseline_;
    report_.count_mismatch = *report_.sheets_fed != came_since_baseline_;
    if (report_.count_mismatch && report_.complete())
      report_.end = fail(ErrorCode::kScannerCountMismatch,
                         fmt::format("fed {}, came {}", *report_.sheets_fed, came_since_baseline_));
  }
  baseline_.reset();
}

}  // namespace kiemphieu::feed

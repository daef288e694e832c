#include "firmware-host/power/power_guard.h"

#include "config/base/log.h"

namespace kiemphieu::power {
namespace {

std::chrono::milliseconds now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

PowerGuard::PowerGuard(std::unique_ptr<Ups> ups, const Limits& limits, std::chrono::milliseconds every, PowerHands hands)
    : ups_(std::move(ups)), watch_(limits), hands_(std::move(hands)), thread_([this, every] { run(every); }) {}

PowerGuard::~PowerGuard() {
  ask_to_stop();
  thread_.join();
}

void PowerGuard::ask_to_stop() {
  const std::lock_guard lock{mutex_};
  stop_ = true;
  stopped_.notify_all();
}

void PowerGuard::run(std::chrono::milliseconds every) {
  std::unique_lock lock{mutex_};
  while (!stop_) {
    lock.unlock();
    look();
    lock.lock();
    stopped_.wait_for(lock, every, [&] { return stop_; });
  }
}

void PowerGuard::look() {
  const auto answer = ups_->read();
  const std::optional<Reading> reading = answer ? std::optional{*answer} : std::nullopt;
  const PowerAction action = watch_.look(reading, now());
  const PowerView view = view_of(watch_, reading);
  // A look without an answer before the silence is long enough changes nothing that is shown.
  if ((reading || watch_.silent() || !shown_) && shown_ != view) {
    shown_ = view;
    hands_.show(view);
  }
  if (action != PowerAction::kNothing)
    log_event(action == PowerAction::kResume ? LogLevel::kInfo : LogLevel::kWarn, "power",
              {{"action", std::string{to_text(action)}},
               {"status", reading ? reading->status : answer.error().log_line()}});
  if (action == PowerAction::kPause) hands_.pause();
  if (action == PowerAction::kShutDown) hands_.shut_down();
  if (action == PowerAction::kPause || action == PowerAction::kShutDown) resume_pending_ = false;
  if (action == PowerAction::kResume) resume_pending_ = true;
  if (resume_pending_) resume_pending_ = !hands_.resume();
}

}  // namespace kiemphieu::power

#include "sync/push/renewer.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "config/base/clock.h"
#include "config/base/log.h"
#include "config/storage/files.h"
#include "sync/push/enrolment.h"

namespace kiemphieu::push {
namespace {

using std::chrono::seconds;

constexpr seconds kLook{3'600};
constexpr seconds kFirstWait{60};

class RenewerImpl final : public Renewer {
 public:
  RenewerImpl(Endpoint endpoint, std::function<void()> on_look) : endpoint_(std::move(endpoint)), on_look_(std::move(on_look)) {
    thread_ = std::thread{[this] { run(); }};
  }
  ~RenewerImpl() override {
    {
      const std::lock_guard lock{mutex_};
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    while (!stop_) {
      const auto looked = look();
      wait_ = looked ? kFirstWait : std::min(wait_ * 2, kLook);
      if (on_look_) on_look_();
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, looked ? kLook : wait_, [&] { return stop_.load(); });
    }
  }

  Result<void> look() {
    const auto present = crypto::load_certificate(endpoint_.certificate);
    if (!present) return Error{present.error()};
    if (!renewal_due(*present, SystemClock{}.wall_unix_s())) return {};
    const auto next = renew(endpoint_, stop_);
    if (stop_) return {};
    return next ? note_renewed(*next) : note_failed(*present, next.error());
  }

  Result<void> note_renewed(const crypto::Certificate& next) {
    log_event(LogLevel::kInfo, "certificate_renewed", {{"until", rfc3339_utc(next.not_after_unix_s)}});
    return storage::remove_file_durably(renewal_note(endpoint_.certificate));
  }

  Result<void> note_failed(const crypto::Certificate& present, const Error& why) {
    log_event(LogLevel::kWarn, "certificate_not_renewed",
              {{"until", rfc3339_utc(present.not_after_unix_s)}, {"why", why.log_line()}});
    const auto noted = storage::write_file_durably(renewal_note(endpoint_.certificate), as_bytes(why.log_line() + "\n"), 0644);
    if (!noted) log_error("renewal_note_not_written", noted.error());
    return why;
  }

  Endpoint endpoint_;
  std::function<void()> on_look_;
  std::atomic<bool> stop_{false};
  seconds wait_ = kFirstWait / 2;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Renewer> Renewer::start(const Endpoint& endpoint, std::function<void()> on_look) {
  return std::make_unique<RenewerImpl>(endpoint, std::move(on_look));
}

}  // namespace kiemphieu::push

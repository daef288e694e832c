#include "firmware-host/mirror/mirror.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "config/base/log.h"
#include "firmware-host/mirror/catch_up.h"

namespace kiemphieu::mirror {
namespace {

/// How soon a medium that was put back is noticed.
constexpr std::chrono::milliseconds kLookAgain{1000};

class MirrorThread final : public Mirror {
 public:
  explicit MirrorThread(MirrorOptions options) : options_(std::move(options)), thread_{[this] { run(); }} {}
  ~MirrorThread() override {
    {
      const std::lock_guard lock{mutex_};
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void notify() override {
    {
      const std::lock_guard lock{mutex_};
      grown_ = true;
    }
    wake_.notify_all();
  }

  MirrorStatus status() const override {
    const std::lock_guard lock{mutex_};
    return status_;
  }

 private:
  void run() {
    for (;;) {
      const bool worked = round();
      std::unique_lock lock{mutex_};
      // A medium that is away is looked for at its own pace, however fast sheets come.
      if (worked) wake_.wait(lock, [&] { return stop_ || grown_; });
      else wake_.wait_for(lock, kLookAgain, [&] { return stop_; });
      if (stop_) return;
    }
  }

  bool round() {
    {
      const std::lock_guard lock{mutex_};
      grown_ = false;
    }
    auto caught = one_round();
    MirrorStatus now = status();
    const bool was_present = now.present;
    if (caught) now.journal_sequence = caught->journal_sequence;
    now.present = caught.has_value();
    now.error = caught ? std::nullopt : std::optional{caught.error()};
    tell(now, was_present, caught ? caught->records : 0);
    if (!caught && caught.error().code == ErrorCode::kStationSuperseded && !superseded_) {
      superseded_ = true;
      if (options_.on_superseded) options_.on_superseded(caught.error());
    }
    return caught.has_value();
  }

  Result<Caught> one_round() {
    KP_TRY(const Medium medium, Medium::find(options_.root, options_.station, options_.election));
    KP_TRY(const Caught caught, catch_up(options_.station_folder, medium));
    if (!fetched_) {
      KP_TRY(const std::uint64_t pictures, fetch_pictures(medium, options_.station_folder));
      if (pictures > 0) log_event(LogLevel::kInfo, "pictures_fetched", {{"pictures", std::to_string(pictures)}});
      fetched_ = true;
    }
    return caught;
  }

  void tell(const MirrorStatus& now, bool was_present, std::uint64_t records) {
    bool changed = false;
    {
      const std::lock_guard lock{mutex_};
      const bool same_error = now.error.has_value() == status_.error.has_value() &&
                              (!now.error || now.error->code == status_.error->code);
      changed = now.present != status_.present || !same_error || now.journal_sequence != status_.journal_sequence;
      if (now.error && !same_error) log_error("mirror_stopped", *now.error);
      status_ = now;
    }
    if (now.present && !was_present)
      log_event(LogLevel::kInfo, "mirror_caught_up",
                {{"records", std::to_string(records)}, {"sequence", std::to_string(now.journal_sequence)}});
    if (changed && options_.on_change) options_.on_change();
  }

  MirrorOptions options_;
  bool fetched_ = false;     ///< thread's own
  bool superseded_ = false;  ///< thread's own
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false, grown_ = false;
  MirrorStatus status_;
  std::thread thread_;  ///< last: starts when the rest is there
};

}  // namespace

std::unique_ptr<Mirror> Mirror::start(MirrorOptions options) { return std::make_unique<MirrorThread>(std::move(options)); }

}  // namespace kiemphieu::mirror

#pragma once
/// The thread that looks at the UPS and tells the station what to do.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "firmware-host/power/ups.h"

namespace kiemphieu::power {

/// Called on the guard's thread, one at a time.
struct PowerHands {
  std::function<void(const PowerView&)> show;  ///< when something of it changed; before the action
  std::function<void()> pause;
  std::function<bool()> resume;  ///< false: not yet, call again with the next look
  std::function<void()> shut_down;
};

class PowerGuard {
 public:
  /// Looks at once and then every `every`.
  PowerGuard(std::unique_ptr<Ups> ups, const Limits& limits, std::chrono::milliseconds every, PowerHands hands);
  /// Ends the thread; waits for a look under way.
  ~PowerGuard();
  /// Returns at once; no action begins after a look that is under way.
  void ask_to_stop();
  PowerGuard(const PowerGuard&) = delete;
  PowerGuard& operator=(const PowerGuard&) = delete;

 private:
  void run(std::chrono::milliseconds every);
  void look();

  std::unique_ptr<Ups> ups_;
  PowerWatch watch_;
  PowerHands hands_;
  std::optional<PowerView> shown_;
  bool resume_pending_ = false;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace kiemphieu::power

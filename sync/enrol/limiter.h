#pragma once
/// Slows down whoever guesses codes: each address after a few wrong ones, and all
/// together. Waits run on the monotonic clock and are at most a minute, so nobody is
/// locked out for good. In memory only. One thread at a time.

#include <chrono>
#include <map>
#include <string>

#include "config/base/clock.h"

namespace kiemphieu::enrol {

/// How many wrong codes cost nothing but the slow answer, and the longest wait after more.
inline constexpr int kFreeWrong = 3;
inline constexpr std::chrono::seconds kLongestWait{60};
/// Wrong codes in all: so many at once, and one more each second.
inline constexpr int kWrongInAll = 60;

class Limiter {
 public:
  /// `clock` must outlive it.
  explicit Limiter(const Clock& clock) : clock_(&clock), since_(clock.monotonic()) {}

  /// How long this address must still wait, rounded up; zero: its code is looked at.
  std::chrono::seconds wait(const std::string& address);
  void failed(const std::string& address);
  void succeeded(const std::string& address) { addresses_.erase(address); }

 private:
  struct Count {
    int wrong = 0;
    std::chrono::milliseconds last{};
  };
  void refill();
  const Clock* clock_;
  std::map<std::string, Count> addresses_;
  int left_ = kWrongInAll;
  std::chrono::milliseconds since_;
};

}  // namespace kiemphieu::enrol

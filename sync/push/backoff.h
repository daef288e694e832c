#pragma once
/// How long to wait after failures: 1 s, doubling to 60 s, with jitter, so that
/// two thousand stations do not come back in the same second. Pure.

#include <chrono>
#include <cstdint>
#include <random>

namespace kiemphieu::push {

class Backoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{1'000};
  static constexpr std::chrono::milliseconds kLongest{60'000};

  explicit Backoff(std::uint64_t seed) : random_(seed) {}

  /// Between half of the present step and all of it; the step doubles.
  std::chrono::milliseconds next();
  void reset() { step_ = kFirst; }

 private:
  std::mt19937_64 random_;
  std::chrono::milliseconds step_ = kFirst;
};

}  // namespace kiemphieu::push

#pragma once
/// Random numbers of the training: the same on every machine, because the
/// standard distributions are not.

#include <cmath>
#include <cstdint>
#include <numbers>

namespace kiemphieu::training {

/// PCG-XSH-RR 64/32 (O'Neill 2014). One thread at a time.
class Chance {
 public:
  explicit Chance(std::uint64_t seed, std::uint64_t stream = 0) : step_((stream << 1U) | 1U) {
    next();
    state_ += seed;
    next();
  }
  std::uint32_t next() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005U + step_;
    const auto mixed = static_cast<std::uint32_t>(((old >> 18U) ^ old) >> 27U);
    const auto turn = static_cast<std::uint32_t>(old >> 59U);
    return (mixed >> turn) | (mixed << ((32U - turn) & 31U));
  }
  /// 0 up to but not 1.
  double share() { return next() * 0x1.0p-32; }
  double between(double low, double high) { return low + (high - low) * share(); }
  /// 0 … count - 1.
  int pick(int count) { return static_cast<int>(share() * count); }
  bool happens(double probability) { return share() < probability; }
  /// Bell-shaped (Box and Muller).
  double bell(double mean, double sigma) {
    const double radius = std::sqrt(-2 * std::log(1 - share()));
    return mean + sigma * radius * std::cos(2 * std::numbers::pi * share());
  }

 private:
  std::uint64_t state_ = 0;
  std::uint64_t step_;
};

}  // namespace kiemphieu::training

#pragma once
/// Random numbers that are the same on every machine and library: the standard
/// generators are, the standard distributions are not.

#include <cstdint>

namespace kiemphieu::forge {

/// splitmix64 (Steele, Lea, Flood 2014). One thread at a time.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// 0 up to but not 1.
  double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  /// 0 … count - 1.
  int below(int count) { return static_cast<int>(uniform() * count); }
  bool chance(double probability) { return uniform() < probability; }
  /// Bell-shaped (sum of twelve), never beyond six sigma.
  double normal(double mean, double sigma) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return mean + sigma * sum;
  }
  /// A generator of its own for one part, so that parts do not shift each other.
  Rng fork(std::uint64_t label) const {
    Rng mixed{state_ ^ (label * 0xD1B54A32D192ED03U)};
    return Rng{mixed.next()};
  }

 private:
  std::uint64_t state_;
};

}  // namespace kiemphieu::forge

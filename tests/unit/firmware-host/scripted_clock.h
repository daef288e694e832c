#pragma once
/// A clock whose two sides are set apart from each other.

#include "config/base/clock.h"

namespace kiemphieu::test {

class ScriptedClock final : public Clock {
 public:
  std::chrono::milliseconds monotonic() const override { return now; }
  std::int64_t wall_unix_s() const override { return wall; }
  void pass(std::chrono::milliseconds time) { now += time, wall += time.count() / 1000; }

  std::chrono::milliseconds now{5'000'000};
  std::int64_t wall = 1'773'600'000;
};

}  // namespace kiemphieu::test

#pragma once
/// Time behind a seam. The wall clock is only a label: order is decided by
/// sequence numbers, waiting by the monotonic clock.

#include <chrono>
#include <cstdint>
#include <string>

namespace kiemphieu {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds that never go back; zero point unspecified.
  virtual std::chrono::milliseconds monotonic() const = 0;
  /// Seconds since 1970 UTC as the machine believes. A label, never a decision.
  virtual std::int64_t wall_unix_s() const = 0;
};

/// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  std::chrono::milliseconds monotonic() const override;
  std::int64_t wall_unix_s() const override;
};

/// "2026-03-15T19:02:11Z"
std::string rfc3339_utc(std::int64_t unix_s);

}  // namespace kiemphieu

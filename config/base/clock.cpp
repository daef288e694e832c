#include "config/base/clock.h"

#include <ctime>

namespace kiemphieu {

std::chrono::milliseconds SystemClock::monotonic() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

std::int64_t SystemClock::wall_unix_s() const {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string rfc3339_utc(std::int64_t unix_s) {
  const std::time_t t = unix_s;
  std::tm parts{};
  gmtime_r(&t, &parts);
  char buffer[32];
  const std::size_t n = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {buffer, n};
}

}  // namespace kiemphieu

#include "config/base/clock.h"

#include <doctest/doctest.h>

using namespace kiemphieu;

TEST_CASE("rfc3339_utc prints UTC, also far from today") {
  struct Row { std::int64_t unix_s; const char* text; };
  const Row rows[] = {{0, "1970-01-01T00:00:00Z"},
                      {951'782'400, "2000-02-29T00:00:00Z"},
                      {1'773'601'331, "2026-03-15T19:02:11Z"},
                      {-1, "1969-12-31T23:59:59Z"},
                      {4'102'444'800, "2100-01-01T00:00:00Z"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(rfc3339_utc(row.unix_s) == row.text);
  }
}

TEST_CASE("the monotonic clock does not go back") {
  const SystemClock clock;
  auto before = clock.monotonic();
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.monotonic();
    CHECK(now >= before);
    before = now;
  }
}

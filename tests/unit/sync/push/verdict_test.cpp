// The pure parts; the way over a real network is in tests/unit/sync/committee/end_to_end_test.cpp.
#include "sync/push/verdict.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sync/push/backoff.h"

using namespace kiemphieu;
using push::Backoff;
using push::Verdict;

TEST_CASE("backoff doubles to a minute, with jitter, and starts over") {
  Backoff backoff{42}, same{42}, other{43};
  std::vector<std::int64_t> waits, others;
  for (int i = 0; i < 10; ++i) {
    const auto wait = backoff.next();
    CHECK(wait == same.next());
    waits.push_back(wait.count());
    others.push_back(other.next().count());
    const std::int64_t step = std::min<std::int64_t>(1000 << i, 60'000);
    CAPTURE(i);
    CHECK(wait.count() >= step / 2);
    CHECK(wait.count() <= step);
  }
  CHECK(waits != others);
  backoff.reset();
  CHECK(backoff.next() <= Backoff::kFirst);
}

TEST_CASE("the committee's answer is understood") {
  using Next = Verdict::Next;
  struct Row {
    const char* name;
    push::Reply reply;
    Next next;
    std::uint64_t acknowledged, expected;
  };
  const Row rows[] = {
      {"accepted", {200, R"({"acknowledged":7})"}, Next::kGoOn, 7, 0},
      {"accepted, says nothing", {200, "{}"}, Next::kTryLater, 0, 0},
      {"a captive portal", {200, "<html>"}, Next::kTryLater, 0, 0},
      {"a redirect", {302, ""}, Next::kTryLater, 0, 0},
      {"gap", {409, R"({"code":"wire_gap","acknowledged":3,"expected":4})"}, Next::kResend, 3, 4},
      {"gap without a place", {409, R"({"code":"wire_gap"})"}, Next::kStop, 0, 0},
      {"negative place", {409, R"({"code":"wire_gap","expected":-4})"}, Next::kStop, 0, 0},
      {"revoked", {403, R"({"code":"machine_revoked"})"}, Next::kStop, 0, 0},
      {"fork", {409, R"({"code":"wire_fork","acknowledged":3})"}, Next::kStop, 3, 0},
      {"bad signature", {400, R"({"code":"signature_invalid"})"}, Next::kStop, 0, 0},
      {"not on the list", {403, R"({"code":"station_not_authorised"})"}, Next::kTryLater, 0, 0},
      {"another election", {409, R"({"code":"election_mismatch"})"}, Next::kTryLater, 0, 0},
      {"disk full there", {503, R"({"code":"disk_full"})"}, Next::kTryLater, 0, 0},
      {"too many requests", {429, ""}, Next::kTryLater, 0, 0},
      {"list for an answer", {400, "[]"}, Next::kTryLater, 0, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Verdict verdict = push::judge(row.reply);
    CHECK(verdict.next == row.next);
    CHECK(verdict.acknowledged == row.acknowledged);
    CHECK(verdict.expected == row.expected);
    CHECK(verdict.error.has_value() == (row.next == Next::kTryLater || row.next == Next::kStop));
  }
}

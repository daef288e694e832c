// The self-test's single checks and its page. The whole of it over real parts: tests/system/selftest.py.

#include "firmware-host/selftest/selftest.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "config/json/json.h"
#include "firmware-host/selftest/checks.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::selftest;

namespace {

election::Election example() {
  auto loaded = election::load("config/examples/election.json");
  REQUIRE(loaded.has_value());
  return *std::move(loaded);
}

}  // namespace

TEST_CASE("a data folder in memory fails the fsync check") {
  if (!std::filesystem::exists("/dev/shm")) return;
  const Check check = check_fsync("/dev/shm");
  CHECK(check.verdict == Verdict::kFail);
  CHECK_FALSE(check.do_vi.empty());
}

TEST_CASE("a disk too small for every voter's ballots fails") {
  election::Station station = example().stations.front();
  CHECK(check_disk_space("/", station).found_en.find("needed") != std::string::npos);
  station.contests.front().voters = Count{1'000'000'000};
  const Check check = check_disk_space("/", station);
  CHECK(check.verdict == Verdict::kFail);
  CHECK(check.error == "disk_full");
}

TEST_CASE("a clock years off is a warning, for nothing is decided by it") {
  const Check check = check_clock(example(), 0);
  CHECK(check.verdict == Verdict::kWarn);
  CHECK(check.found_vi.find("1970") != std::string::npos);
}

TEST_CASE("the trial journal is written, damaged, found out and removed") {
  const kiemphieu::test::TempFolder folder;
  const election::Election election = example();
  const Check check = check_journal(folder.path(), election, election.stations.front().id);
  CHECK(check.verdict == Verdict::kPass);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("the report passes unless a check failed, and says so on its page") {
  Report report;
  report.station = "dl-<eakly>-03";
  report.checks.push_back(pass("a", "Một", "tốt & đủ", "fine"));
  Check warning = pass("b", "Hai", "xem lại", "look");
  warning.verdict = Verdict::kWarn;
  report.checks.push_back(warning);
  CHECK(report.passed());
  CHECK(to_page(report).find("Máy sẵn sàng kiểm phiếu") != std::string::npos);
  CHECK(to_page(report).find("dl-&lt;eakly&gt;-03") != std::string::npos);
  CHECK(to_page(report).find("tốt &amp; đủ") != std::string::npos);
  report.checks.push_back(fail_with("c", "Ba", fail(ErrorCode::kScannerMissing, "usb")));
  CHECK_FALSE(report.passed());
  CHECK(to_page(report).find("CHƯA sẵn sàng") != std::string::npos);
  const auto parsed = json::parse(to_json(report));
  REQUIRE(parsed.has_value());
  CHECK((*parsed)["passed"] == false);
  CHECK((*parsed)["checks"][2]["error"] == "scanner_missing");
}

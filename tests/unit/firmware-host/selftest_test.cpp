// The self-test's single checks and its page. The whole of it over real parts: tests/system/selftest.py.

#include "firmware-host/selftest/selftest.h"

#include <doctest/doctest.h>

#include <filesystem>

#include <fstream>

#include "config/base/clock.h"
#include "config/crypto/authority.h"
#include "config/crypto/certificate_request.h"
#include "config/json/json.h"
#include "config/crypto/pin_hash.h"
#include "firmware-host/selftest/checks.h"
#include "firmware-host/team/team_file.h"
#include "sync/push/enrolment.h"
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

TEST_CASE("a certificate in its last third, or that could not be renewed, is a warning with the days left") {
  const kiemphieu::test::TempFolder folder;
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t now = SystemClock{}.wall_unix_s();
  const auto authority = crypto::Authority::create(folder.path() / "ca", "Ủy ban bầu cử", 400, now);
  REQUIRE(authority.has_value());
  settings::PushSettings push;
  push.url = "https://localhost:1";
  push.tls = {crypto::authority_certificate(folder.path() / "ca"), folder.path() / "dl-01.pem", folder.path() / "dl-01.key"};
  const auto issue = [&](int days) {
    const auto request = crypto::make_request(push.tls.key, "dl-01");
    std::ofstream{push.tls.certificate} << authority->issue_station(*request, "dl-01", days, now)->pem;
  };
  issue(90);
  CHECK(check_certificates(push, now).verdict == Verdict::kPass);
  const Check late = check_certificates(push, now + 61 * kDay);  // 29 days left of 91
  CHECK(late.verdict == Verdict::kWarn);
  CHECK(late.found_vi.find("29 ngày") != std::string::npos);
  CHECK(check_certificates(push, now + 91 * kDay).error == "certificate_expired");
  std::ofstream{push::renewal_note(push.tls.certificate)} << "machine_revoked: dl-01\n";
  const Check failed = check_certificates(push, now);
  CHECK(failed.verdict == Verdict::kWarn);
  CHECK(failed.found_en.find("machine_revoked: dl-01") != std::string::npos);
}

TEST_CASE("people who could not sign in, decide or seal are a warning; a list others may read fails") {
  const kiemphieu::test::TempFolder folder;
  const election::Station station = example().stations.front();  // a team of 11: eight must be present
  const std::string hash = crypto::hash_pin("730418").value();
  team::List list;
  CHECK(check_team(folder.path(), station).verdict == Verdict::kWarn);
  CHECK(check_team(folder.path(), station).do_vi.find("kiemphieu team set") != std::string::npos);
  for (int number = 1; number <= 8; ++number) list[number] = {team::Role::kMember, hash};
  struct Row { const char* name; int number; team::Role role; Verdict verdict; };
  const Row rows[] = {{"no head", 2, team::Role::kSecretary, Verdict::kWarn},
                      {"eight of eleven with a head", 1, team::Role::kHead, Verdict::kPass},
                      {"a technician's number is not the team's", 50, team::Role::kTechnician, Verdict::kPass},
                      {"a technician is none of the eight", 8, team::Role::kTechnician, Verdict::kWarn},
                      {"a number beyond the team's", 12, team::Role::kMember, Verdict::kWarn}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    list[row.number] = {row.role, hash};
    REQUIRE(team::save(folder.path(), list).has_value());
    CHECK(check_team(folder.path(), station).verdict == row.verdict);
  }
  std::filesystem::permissions(team::team_file(folder.path()), std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  const Check open = check_team(folder.path(), station);
  CHECK(open.verdict == Verdict::kFail);
  CHECK(open.error == "team_unusable");
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

// Signing in: what slows a guesser down, and that nobody is ever shut out.

#include "firmware-host/team/people.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "config/crypto/pin_hash.h"
#include "tests/unit/firmware-host/scripted_clock.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::team;
using namespace std::chrono_literals;

namespace {

struct Desk {
  test::TempFolder data;
  test::ScriptedClock clock;
  List list{{1, {Role::kHead, crypto::hash_pin("730418").value()}}, {2, {Role::kMember, crypto::hash_pin("925161").value()}}};
  std::unique_ptr<People> people;

  Desk() { restart(true); }
  /// A restart of the program: the file of failures stays, the monotonic clock may start anywhere.
  void restart(bool first = false) {
    people.reset();
    if (first) REQUIRE(save(data.path(), list).has_value());
    auto opened = People::open(data.path(), clock);
    REQUIRE(opened.has_value());
    people = *std::move(opened);
  }
  ErrorCode refused(int number, const std::string& pin) {
    const auto token = people->sign_in(number, pin);
    REQUIRE_FALSE(token.has_value());
    return token.error().code;
  }
  void fail_times(int times) {
    for (int i = 0; i < times; ++i) {
      clock.now += people->wait(1);
      REQUIRE(refused(1, "000001") == ErrorCode::kSignInWrong);
    }
  }
};

}  // namespace

TEST_CASE("the wait grows with every failure after the second, to one minute and no further") {
  const int seconds[] = {0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60};
  for (int failures = 0; failures <= 10; ++failures) CHECK(wait_after(failures).count() == seconds[failures]);
  CHECK(wait_after(1'000'000).count() == 60);
}

TEST_CASE("guesses during the wait are not looked at and lengthen nothing; the right PIN after it counts from nought") {
  Desk desk;
  desk.fail_times(4);
  CHECK(desk.people->wait(1) == 4s);
  for (int i = 0; i < 50; ++i) CHECK(desk.refused(1, "000001") == ErrorCode::kSignInWait);
  CHECK(desk.refused(1, "730418") == ErrorCode::kSignInWait);
  CHECK(desk.people->wait(1) == 4s);
  desk.clock.pass(3'999ms);
  CHECK(desk.people->wait(1) == 1s);  // never "0 seconds left" while it still waits
  CHECK(desk.refused(1, "730418") == ErrorCode::kSignInWait);
  desk.clock.pass(1ms);
  CHECK(desk.people->sign_in(1, "730418").has_value());
  CHECK(desk.people->wait(1) == 0s);
  CHECK(desk.refused(1, "000001") == ErrorCode::kSignInWrong);
  CHECK(desk.people->wait(1) == 0s);
}

TEST_CASE("one person's failures slow nobody else, and an unknown number is told like a wrong PIN") {
  Desk desk;
  desk.fail_times(8);
  CHECK(desk.people->sign_in(2, "925161").has_value());
  CHECK(desk.refused(9, "730418") == ErrorCode::kSignInWrong);
}

TEST_CASE("a wall clock that is wrong or jumps neither shuts out nor lets in sooner") {
  Desk desk;
  desk.fail_times(5);
  for (const std::int64_t wall : {std::int64_t{0}, std::int64_t{1} << 40, std::int64_t{-1'000'000}, std::int64_t{1'773'600'000}}) {
    CAPTURE(wall);
    desk.clock.wall = wall;
    CHECK(desk.people->wait(1) == 8s);
    CHECK(desk.refused(1, "730418") == ErrorCode::kSignInWait);
  }
  desk.clock.now += 8s;
  desk.clock.wall = 0;
  CHECK(desk.people->sign_in(1, "730418").has_value());
}

TEST_CASE("the count outlives a restart, and the wait runs from the start, wherever the clock then stands") {
  for (const std::chrono::milliseconds start : {0ms, 5'000'000ms, 900'000'000ms}) {
    CAPTURE(start.count());
    Desk desk;
    desk.fail_times(6);
    desk.clock.now = start;
    desk.clock.wall = 0;
    desk.restart();
    CHECK(desk.people->wait(1) == 16s);
    CHECK(desk.refused(1, "730418") == ErrorCode::kSignInWait);
    desk.clock.now += 16s;
    CHECK(desk.people->sign_in(1, "730418").has_value());
    desk.restart();
    CHECK(desk.people->wait(1) == 0s);
  }
}

TEST_CASE("a damaged file of failures makes everybody wait a minute once, and is then as ever") {
  Desk desk;
  std::ofstream{desk.data.path() / "team-failures.json"} << "{";
  desk.restart();
  CHECK(desk.people->wait(2) == 60s);
  desk.clock.now += 60s;
  CHECK(desk.people->sign_in(2, "925161").has_value());
  CHECK(desk.people->sign_in(1, "730418").has_value());
  desk.restart();
  CHECK(desk.people->wait(2) == 0s);
}

TEST_CASE("a session ends on sign-out, on a restart, and after half an hour without use") {
  Desk desk;
  const auto token = desk.people->sign_in(1, "730418");
  REQUIRE(token.has_value());
  CHECK(token->size() == 64);
  CHECK(desk.people->signed_in(*token) == Person{1, Role::kHead});
  CHECK_FALSE(desk.people->signed_in("").has_value());
  CHECK_FALSE(desk.people->signed_in(std::string(64, '0')).has_value());
  SUBCASE("sign-out") {
    desk.people->sign_out(*token);
    CHECK_FALSE(desk.people->signed_in(*token).has_value());
  }
  SUBCASE("restart") {
    desk.restart();
    CHECK_FALSE(desk.people->signed_in(*token).has_value());
  }
  SUBCASE("use keeps it, half an hour without ends it, whatever the wall clock says") {
    for (int i = 0; i < 5; ++i) {
      desk.clock.now += 29min;
      desk.clock.wall += i % 2 == 0 ? 1'000'000 : -1'000'000;
      CHECK(desk.people->signed_in(*token).has_value());
    }
    desk.clock.now += 30min;
    CHECK_FALSE(desk.people->signed_in(*token).has_value());
  }
}

TEST_CASE("what the technician sets holds at once: another role, another PIN, off the list") {
  Desk desk;
  const std::string token = desk.people->sign_in(1, "730418").value();
  SUBCASE("another role") {
    desk.list[1].role = Role::kTechnician;
    REQUIRE(save(desk.data.path(), desk.list).has_value());
    CHECK(desk.people->signed_in(token) == Person{1, Role::kTechnician});
  }
  SUBCASE("another PIN ends the session") {
    desk.list[1].pin_hash = crypto::hash_pin("555123").value();
    REQUIRE(save(desk.data.path(), desk.list).has_value());
    CHECK_FALSE(desk.people->signed_in(token).has_value());
    CHECK(desk.people->sign_in(1, "555123").has_value());
  }
  SUBCASE("off the list") {
    desk.list.erase(1);
    REQUIRE(save(desk.data.path(), desk.list).has_value());
    CHECK_FALSE(desk.people->signed_in(token).has_value());
    CHECK(desk.people->roster().value() == Roster{{2, Role::kMember}});
  }
}

TEST_CASE("a list that is opened to others or gone while the station runs opens nothing") {
  Desk desk;
  const std::string token = desk.people->sign_in(1, "730418").value();
  SUBCASE("opened to others") { REQUIRE(::chmod(team_file(desk.data.path()).c_str(), 0644) == 0); }
  SUBCASE("gone") { std::filesystem::remove(team_file(desk.data.path())); }
  CHECK(desk.people->roster().error().code == ErrorCode::kTeamUnusable);
  CHECK_FALSE(desk.people->signed_in(token).has_value());
  CHECK(desk.refused(1, "730418") == ErrorCode::kTeamUnusable);
  REQUIRE(save(desk.data.path(), desk.list).has_value());
  CHECK(desk.people->sign_in(1, "730418").has_value());
}

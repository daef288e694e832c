// The running station when the mains go out: what rests, what goes on by itself, and what does not.

#include "firmware-host/station/station.h"
#include "tally/journal/store.h"
#include "tests/unit/firmware-host/evening.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using kiemphieu::station::testing::RunningStation;

namespace {

/// A station that counts a pile of six, with something happening as sheet 3 comes.
class PowerEvening : public RunningStation {
 public:
  explicit PowerEvening(const std::string& name) : RunningStation(name) {
    script.sheets = 6;
    REQUIRE((**this).change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  }
  void scan_until_cut(std::function<void()> at_sheet_3) {
    script.before_sheet = [at_sheet_3 = std::move(at_sheet_3)](int sheet) {
      if (sheet == 3) at_sheet_3();
    };
    REQUIRE((**this).scan(contest().id).has_value());
    come_to_rest();
  }
  void resume() {
    while (!(**this).resume_after_power()) std::this_thread::yield();
    come_to_rest();
  }
  std::uint64_t sheets() { return (**this).view()->batches.back().sheets; }
  LifecycleState lifecycle() { return (**this).view()->lifecycle; }
  std::optional<ErrorCode> notice() {
    const auto view = (**this).view();
    return view->notice ? std::optional{view->notice->code} : std::nullopt;
  }
  /// Codes of the incidents in the journal, in order; closes the station.
  std::vector<std::string> incidents() {
    close();
    auto database = storage::Database::open(journal::database_path(folder()));
    REQUIRE(database.has_value());
    auto query = database->prepare("SELECT json_extract(CAST(body AS TEXT), '$.code') FROM journal "
                                   "WHERE kind = 'incident' ORDER BY sequence");
    REQUIRE(query.has_value());
    std::vector<std::string> codes;
    while (*query->step()) codes.emplace_back(query->text(0));
    return codes;
  }
};

}  // namespace

TEST_CASE("the mains go out in the middle of a pile: it rests, nothing is lost, and it goes on by itself") {
  PowerEvening evening{"power"};
  evening->show_power({"on_battery", 90, 800});
  evening.scan_until_cut([&] { evening->pause_for_power(); });
  CHECK(evening.lifecycle() == LifecycleState::kPaused);
  CHECK(evening.notice() == ErrorCode::kPowerOnBattery);
  CHECK(evening->view()->power == power::PowerView{"on_battery", 90, 800});
  CHECK(evening.sheets() == 3);  // the sheet under way is in it
  evening.resume();
  CHECK(evening.lifecycle() == LifecycleState::kCounting);
  CHECK_FALSE(evening.notice().has_value());
  CHECK(evening.sheets() == 6);
  CHECK(evening->finish_batch().has_value());
  CHECK(evening.incidents() == std::vector<std::string>{"power_on_battery", "power_back"});
}

TEST_CASE("the mains go out between two piles: the count rests and goes on, and no paper moves") {
  PowerEvening evening{"power-idle"};
  evening->pause_for_power();
  CHECK(evening.lifecycle() == LifecycleState::kPaused);
  CHECK(evening.notice() == ErrorCode::kPowerOnBattery);
  evening.resume();
  CHECK(evening.lifecycle() == LifecycleState::kCounting);
  CHECK(evening->view()->batches.empty());
  CHECK(evening.opened.empty());
  CHECK(evening.incidents() == std::vector<std::string>{"power_on_battery", "power_back"});
}

TEST_CASE("the power resumes only what the power stopped") {
  PowerEvening evening{"power-others"};
  const auto nothing_moves = [&] {
    const auto before = evening->view()->last_sequence;
    evening.resume();
    CHECK(evening.lifecycle() == LifecycleState::kPaused);
    CHECK(evening->view()->last_sequence == before);
  };
  SUBCASE("a jam came first") {
    evening.script.sheets = 3;
    evening.script.end = ErrorCode::kScannerJam;
    evening.scan_until_cut([] {});
    evening->pause_for_power();
    CHECK(evening.notice() == ErrorCode::kScannerJam);
    nothing_moves();
    CHECK(evening.notice() == ErrorCode::kScannerJam);
  }
  SUBCASE("a jam came while the last sheet ran out") {
    evening.script.sheets = 3;
    evening.script.end = ErrorCode::kScannerJam;
    evening.script.end_beats_stop = true;
    evening.scan_until_cut([&] { evening->pause_for_power(); });
    CHECK(evening.notice() == ErrorCode::kScannerJam);
    nothing_moves();
  }
  SUBCASE("the team paused it") {
    REQUIRE(evening->change_lifecycle(LifecycleEvent::kPause).has_value());
    evening->pause_for_power();
    nothing_moves();
  }
  SUBCASE("the team voided the pile meanwhile") {
    evening.scan_until_cut([&] { evening->pause_for_power(); });
    REQUIRE(evening->void_batch(1, "x").has_value());
    nothing_moves();
  }
}

TEST_CASE("a feed that a person stopped does not start again with the power") {
  PowerEvening evening{"power-by-hand"};
  evening.scan_until_cut([&] {
    REQUIRE(evening->stop_feed().has_value());
    evening->pause_for_power();
  });
  CHECK(evening.lifecycle() == LifecycleState::kPaused);
  evening.resume();
  CHECK(evening.lifecycle() == LifecycleState::kCounting);
  CHECK(evening.sheets() == 3);
}

TEST_CASE("scanning by hand on battery is allowed, and the power back then changes nothing") {
  PowerEvening evening{"power-hand-start"};
  evening.scan_until_cut([&] { evening->pause_for_power(); });
  REQUIRE(evening->scan("").has_value());
  evening.come_to_rest();
  CHECK(evening.sheets() == 6);
  const auto before = evening->view()->last_sequence;
  evening.resume();
  CHECK(evening->view()->last_sequence == before);
}

TEST_CASE("power that is back before the feeder rests resumes when it does") {
  PowerEvening evening{"power-quick"};
  bool too_early = false;
  evening.scan_until_cut([&] {
    evening->pause_for_power();
    too_early = !evening->resume_after_power();
  });
  CHECK(too_early);
  evening.resume();
  CHECK(evening.sheets() == 6);
}

TEST_CASE("a battery that runs low stops everything, says why, and a restart goes on") {
  PowerEvening evening{"power-low"};
  evening.scan_until_cut([&] { evening->stop_for_power(); });
  CHECK(evening.lifecycle() == LifecycleState::kPaused);
  CHECK(evening.notice() == ErrorCode::kPowerLow);
  CHECK(evening.sheets() == 3);
  CHECK(evening->scan("").error().code == ErrorCode::kPowerOnBattery);
  CHECK(evening->scan_tally_sheets().error().code == ErrorCode::kPowerOnBattery);
  CHECK(evening->shutdown(std::chrono::seconds{5}));
  const auto before = evening->view()->last_sequence;
  evening->pause_for_power();  // a look at the UPS that was under way
  evening.resume();
  CHECK(evening->view()->last_sequence == before);
  CHECK(evening.incidents() == std::vector<std::string>{"power_low"});
  const auto ledger = evening.open_ledger();
  CHECK(ledger->lifecycle() == LifecycleState::kPaused);
  CHECK(ledger->begin_feed("").has_value());
}

TEST_CASE("a low battery is noted although nothing was counting") {
  PowerEvening evening{"power-low-idle"};
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kPause).has_value());
  evening->stop_for_power();
  CHECK(evening.incidents() == std::vector<std::string>{"power_low"});
}

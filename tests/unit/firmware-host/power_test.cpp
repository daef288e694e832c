// What the station does about its mains: the table, its readings in time, and a real NUT server.

#include <doctest/doctest.h>
#include <poll.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "firmware-host/power/nut_ups.h"
#include "firmware-host/power/power_guard.h"
#include "firmware-host/power/power_watch.h"
#include "tests/unit/support/sim_ups.h"

using namespace kiemphieu;
using namespace kiemphieu::power;
using std::chrono::milliseconds;

namespace {

using Row = std::tuple<std::string, std::string, std::string, std::string>;

std::set<Row> documented_rows() {
  std::set<Row> rows;
  std::ifstream page{"docs/power.md"};
  const std::regex row{R"(^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$)"};
  std::smatch found;
  for (std::string line; std::getline(page, line);)
    if (std::regex_match(line, found, row) && found[1] != "from") rows.emplace(found[1], found[2], found[3], found[4]);
  return rows;
}

constexpr Limits kLimits{20, 120, milliseconds{2'000}, milliseconds{30'000}};

/// Looks until the UPS says `status`: the driver and the server take their time.
Reading wait_for(Ups& ups, const std::string& status) {
  for (;;) {
    if (const auto reading = ups.read(); reading && reading->status == status) return *reading;
    ::poll(nullptr, 0, 20);  // leaves the processor to them
  }
}

}  // namespace

TEST_CASE("the power table is the one in docs/power.md") {
  std::set<Row> coded;
  for (const PowerRow& row : power_table())
    coded.emplace(to_text(row.from), to_text(row.event), to_text(row.to), to_text(row.action));
  CHECK(coded.size() == power_table().size());  // no row twice
  CHECK(coded == documented_rows());
}

TEST_CASE("what a UPS says is line, battery or low") {
  using E = PowerEvent;
  struct Case {
    Reading reading;
    std::optional<E> event;
  };
  const Case cases[] = {
      {{"OL", 100, 900}, E::kLine},
      {{"OL CHRG", 5, 10}, E::kLine},        // on line the limits mean nothing
      {{"OL CHRG LB", 5, 10}, E::kLine},     // charging after a cut
      {{"OL BYPASS", {}, {}}, E::kLine},
      {{"OB DISCHRG", 100, 900}, E::kBattery},
      {{"OB", {}, {}}, E::kBattery},         // a UPS that measures nothing
      {{"OB", 20, 120}, E::kBattery},        // at the limits
      {{"OB", 19, 900}, E::kLow},
      {{"OB", 100, 119}, E::kLow},
      {{"OB LB", 100, 900}, E::kLow},
      {{"FSD OL", 100, 900}, E::kLow},       // upsmon is switching everything off
      {{"", {}, {}}, std::nullopt},
      {{"OFF", 100, 900}, std::nullopt},
      {{"WAIT", {}, {}}, std::nullopt},      // NUT's word while a driver starts
      {{"OBX LBX", {}, {}}, std::nullopt},   // words, not parts of words
  };
  for (const Case& row : cases) {
    CAPTURE(row.reading.status);
    CHECK(event_of(row.reading, kLimits) == row.event);
  }
  CHECK(event_of({"OB", 1, 1}, Limits{}) == E::kBattery);  // no limits: the UPS itself says low
}

TEST_CASE("readings in time give each action once, at its moment") {
  using A = PowerAction;
  struct Look {
    int at_ms;
    const char* status;  ///< nullptr: no answer
    A action;
  };
  struct Case {
    const char* name;
    std::vector<Look> looks;
  };
  const Case cases[] = {
      {"a cut and its end",
       {{0, "OL", A::kNothing}, {1'000, "OB", A::kWarn}, {2'000, "OB", A::kNothing}, {3'000, "OB", A::kPause},
        {4'000, "OB", A::kNothing}, {5'000, "OL", A::kResume}, {6'000, "OL", A::kNothing}}},
      {"a flicker only warns",
       {{0, "OL", A::kNothing}, {1'000, "OB", A::kWarn}, {2'999, "OB", A::kNothing}, {3'000, "OL", A::kNothing}}},
      {"two flickers do not add up",
       {{0, "OL", A::kNothing}, {1'000, "OB", A::kWarn}, {2'500, "OL", A::kNothing}, {3'000, "OB", A::kWarn},
        {4'500, "OB", A::kNothing}, {5'000, "OB", A::kPause}}},
      {"low without a look between",
       {{0, "OL", A::kNothing}, {1'000, "OB LB", A::kShutDown}, {2'000, "OB LB", A::kNothing}, {3'000, "OL", A::kNothing}}},
      {"low after a pause", {{0, "OB", A::kWarn}, {2'000, "OB", A::kPause}, {9'000, "OB LB", A::kShutDown}}},
      {"switched off from outside", {{0, "OL", A::kNothing}, {1'000, "FSD OL", A::kShutDown}}},
      {"the server away for a moment",
       {{0, "OL", A::kNothing}, {1'000, nullptr, A::kNothing}, {29'999, nullptr, A::kNothing}, {30'500, "OL", A::kNothing}}},
      {"the server gone is said once and is no power cut",
       {{0, "OL", A::kNothing}, {29'999, nullptr, A::kNothing}, {30'000, nullptr, A::kSayUnknown},
        {90'000, nullptr, A::kNothing}, {91'000, "OL", A::kNothing}, {121'000, nullptr, A::kSayUnknown}}},
      {"never heard", {{0, nullptr, A::kNothing}, {30'000, nullptr, A::kSayUnknown}, {60'000, nullptr, A::kNothing}}},
      {"a status that says nothing is silence", {{0, "OL", A::kNothing}, {30'000, "OFF", A::kSayUnknown}}},
      {"silence on battery neither resumes nor stops",
       {{0, "OB", A::kWarn}, {2'000, "OB", A::kPause}, {32'000, nullptr, A::kSayUnknown}, {33'000, "OB", A::kNothing},
        {34'000, "OL", A::kResume}}},
      {"silence in a flicker pauses nothing",
       {{0, "OL", A::kNothing}, {1'000, "OB", A::kWarn}, {2'000, nullptr, A::kNothing}, {31'000, nullptr, A::kSayUnknown},
        {32'000, "OL", A::kNothing}}},
      {"a look that comes late sees the whole time on battery",
       {{0, "OL", A::kNothing}, {1'000, "OB", A::kWarn}, {20'000, "OB", A::kPause}}},
  };
  for (const Case& row : cases) {
    CAPTURE(row.name);
    PowerWatch watch{kLimits};
    for (const Look& look : row.looks) {
      CAPTURE(look.at_ms);
      const auto reading = look.status != nullptr ? std::optional{Reading{look.status, 100, 900}} : std::nullopt;
      const A action = watch.look(reading, milliseconds{1'000'000 + look.at_ms});
      CHECK(to_text(action) == to_text(look.action));
    }
  }
  PowerWatch at_once{Limits{20, 120, milliseconds{0}, milliseconds{30'000}}};
  CHECK(at_once.look(Reading{"OB", {}, {}}, milliseconds{5}) == A::kPause);  // no flicker is let pass
}

TEST_CASE("the page sees the last word of the UPS, and unknown when there is none") {
  PowerWatch watch{kLimits};
  CHECK(view_of(watch, std::nullopt).status == "unknown");
  const Reading battery{"OB", 80, 600};
  watch.look(battery, milliseconds{0});
  CHECK(view_of(watch, battery) == PowerView{"on_battery", 80, 600});  // a flicker is battery to people
  watch.look(std::nullopt, milliseconds{60'000});
  CHECK(view_of(watch, std::nullopt) == PowerView{"unknown", {}, {}});
}

TEST_CASE("a real NUT server: line, battery, a driver and a server that go and come") {
  test::SimUps sim;
  if (!sim.made()) return;
  auto ups = open_nut_ups(sim.name());
  REQUIRE(ups.has_value());
  CHECK(wait_for(**ups, "OL") == Reading{"OL", 100, 900});
  sim.says("OB DISCHRG", 73, 410);
  CHECK(wait_for(**ups, "OB DISCHRG") == Reading{"OB DISCHRG", 73, 410});
  sim.stop_driver();
  for (;;) {
    const auto reading = (*ups)->read();
    if (reading) continue;
    CHECK(reading.error().code == ErrorCode::kPowerUnknown);
    CHECK(reading.error().evidence.find("ERR D") != std::string::npos);  // DATA-STALE or DRIVER-NOT-CONNECTED
    break;
  }
  sim.start_driver();
  wait_for(**ups, "OB DISCHRG");
  sim.stop_server();
  CHECK((*ups)->read().error().code == ErrorCode::kPowerUnknown);
  CHECK((*ups)->read().error().code == ErrorCode::kPowerUnknown);
  sim.start_server();
  wait_for(**ups, "OB DISCHRG");

  auto stranger = open_nut_ups("other" + sim.name().substr(3));
  REQUIRE(stranger.has_value());
  CHECK((*stranger)->read().error().evidence == "127.0.0.1: ERR UNKNOWN-UPS");
}

TEST_CASE("a name that is no UPS is refused") {
  for (const char* name : {"sim@127.0.0.1:x", "a b@127.0.0.1", "sim\"@127.0.0.1"}) {
    CAPTURE(name);
    CHECK(open_nut_ups(name).error().code == ErrorCode::kSettingsInvalid);
  }
}

namespace {

/// Gives its readings one after the other, the last for ever.
class ScriptedUps final : public Ups {
 public:
  explicit ScriptedUps(std::vector<const char*> statuses) : statuses_(std::move(statuses)) {}
  Result<Reading> read() override {
    const char* status = statuses_[std::min(next_++, statuses_.size() - 1)];
    if (status == nullptr) return fail(ErrorCode::kPowerUnknown, "scripted");
    return Reading{status, 50, 300};
  }

 private:
  std::vector<const char*> statuses_;
  std::size_t next_ = 0;
};

}  // namespace

TEST_CASE("the guard asks again for a resume that is not yet, and shows only what changed") {
  std::vector<std::string> heard;
  std::mutex mutex;
  std::condition_variable done;
  int resumes = 0;
  bool shut_down = false;
  PowerHands hands;
  hands.show = [&](const PowerView& view) { heard.push_back("show " + view.status); };
  hands.pause = [&] { heard.emplace_back("pause"); };
  hands.resume = [&] {
    heard.emplace_back("resume");
    return ++resumes == 3;
  };
  hands.shut_down = [&] {
    heard.emplace_back("shut_down");
    const std::lock_guard lock{mutex};
    shut_down = true;
    done.notify_all();
  };
  {
    PowerGuard guard{std::make_unique<ScriptedUps>(std::vector<const char*>{"OL", "OL", nullptr, "OB", "OB", "OL", "OL", "OL",
                                                                            "OL", "OB LB"}),
                     Limits{0, 0, milliseconds{0}, milliseconds{30'000}}, milliseconds{1}, std::move(hands)};
    std::unique_lock lock{mutex};
    done.wait(lock, [&] { return shut_down; });
  }
  CHECK(heard == std::vector<std::string>{"show on_line", "show on_battery", "pause", "show on_line", "resume", "resume",
                                          "resume", "show low", "shut_down"});
}

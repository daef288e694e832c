#include "firmware-host/station/streak_watch.h"

#include <doctest/doctest.h>

#include <string>

using namespace kiemphieu::station;

namespace {

/// "63x5 102x2": where and on how many sheets.
std::string standing(const StreakWatch& watch) {
  std::string text;
  for (const StandingStreak& streak : watch.standing())
    text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(streak.at_mm)) + "x" + std::to_string(streak.sheets);
  return text;
}

}  // namespace

TEST_CASE("a streak at one place stands after two sheets and is gone after three clean ones") {
  using Sheets = std::vector<std::vector<double>>;
  struct Row { std::string name; Sheets sheets; std::string stands; };
  const Row rows[] = {
      {"none", {{}, {}}, ""},
      {"on one sheet", {{63}}, ""},
      {"on two", {{63}, {63.4}}, "63x2"},
      {"at two places a sheet each", {{63}, {65}}, ""},
      {"1.5 mm is the same place", {{63}, {64.5}}, "64x2"},
      {"it wanders with the measure", {{63}, {64.2}, {65.4}, {66}}, "66x4"},
      {"a clean sheet between the first two", {{63}, {}, {63}}, ""},
      {"clean sheets between, once it stands", {{63}, {63}, {}, {}, {63}}, "63x3"},
      {"two clean sheets", {{63}, {63}, {}, {}}, "63x2"},
      {"three clean sheets", {{63}, {63}, {}, {}, {}}, ""},
      {"it comes back", {{63}, {63}, {}, {}, {}, {63}}, ""},
      {"two of them", {{102, 63}, {63, 102}, {63}}, "63x3 102x2"},
      {"a broad streak's two edges", {{63, 63.6}}, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    StreakWatch watch;
    for (const auto& sheet : row.sheets) watch.next_sheet(sheet);
    CHECK(standing(watch) == row.stands);
  }
}

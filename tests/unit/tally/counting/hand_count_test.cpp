#include "tally/counting/hand_count.h"

#include <doctest/doctest.h>

#include "tests/unit/tally/counting/example.h"

namespace kiemphieu::counting {
namespace {

/// 5 candidates, 3 seats, 1000 voters: 100 x 1 + 200 x 2 + 640 x 3 = 2420 votes.
const std::vector<int> kFigures = {1000, 960, 961, 950, 940, 10, 100, 200, 640, 900, 600, 400, 300, 220};

election::Station thousand_voters() {
  election::Station station;
  station.id = "tram-1";
  station.contests = {{"qh-1", Count{1000}}};
  return station;
}

}  // namespace

TEST_CASE("figures that can be become the totals they are") {
  const auto contest = example::contest("qh-1", 5, 3);
  const auto count = hand_count(contest, thousand_voters(), kFigures);
  REQUIRE(count);
  CHECK(count->voters == Count{1000});
  CHECK(count->voted == Count{960});
  CHECK(count->issued == Count{961});
  CHECK(count->totals.collected == Count{950});
  CHECK(count->totals.valid == Count{940});
  CHECK(count->totals.invalid == Count{10});
  CHECK(count->totals.classes == std::vector{Count{100}, Count{200}, Count{640}});
  CHECK(count->totals.candidates.back() == std::pair{std::string{"c5"}, Count{220}});
  CHECK(check_identities(count->totals, {count->voted, count->voters}).empty());
}

TEST_CASE("figures that cannot be become nothing, and the error names rules, never figures") {
  struct Row {
    std::string name;
    std::vector<std::pair<std::size_t, int>> changed;
    std::string codes;
  };
  const Row rows[] = {
      {"one invalid ballot more", {{5, 11}}, "F101"},
      {"one ballot of a class more", {{6, 101}}, "F102 F103"},
      {"one vote more", {{13, 221}}, "F103"},
      {"a candidate with more votes than valid ballots", {{9, 941}, {10, 559}}, "F104"},
      {"more collected than voted", {{1, 949}}, "F106"},
      {"more voted than listed", {{0, 959}}, "F107"},
      {"more collected than issued", {{2, 949}}, "F108"},
      {"more voters than the station has", {{0, 1001}}, "F109"},
      {"twice as many issued as voters, and one", {{2, 2001}}, "F109"},
      {"below zero", {{5, -1}}, "F109"},
  };
  const auto contest = example::contest("qh-1", 5, 3);
  for (const Row& row : rows) {
    CAPTURE(row.name);
    auto figures = kFigures;
    for (const auto& [place, value] : row.changed) figures[place] = value;
    const auto count = hand_count(contest, thousand_voters(), figures);
    REQUIRE_FALSE(count);
    CHECK(count.error().code == ErrorCode::kFiguresImpossible);
    CHECK(count.error().evidence == row.codes);
  }
}

TEST_CASE("every rule and every figure has words for people") {
  const auto contest = example::contest("qh-1", 5, 3);
  for (const FigureRule& rule : figure_rules(contest)) {
    CAPTURE(rule.code);
    CHECK_FALSE(rule_sentence(rule.code).vi.empty());
    CHECK_FALSE(rule_sentence(rule.code).en.empty());
  }
  CHECK_FALSE(rule_sentence(kLimitCode).vi.empty());
  CHECK(rule_sentence("F999").vi.empty());
  for (const std::string& id : figure_ids(contest)) {
    CAPTURE(id);
    CHECK_FALSE(figure_label_vi(id, contest).empty());
  }
  CHECK(figure_label_vi("class-2", contest) == "Số phiếu bầu 2 đại biểu");
  CHECK(figure_label_vi("candidate-c1", contest) ==
        "Ông " + contest.candidates[0].printed_lines().front() + " được");
  CHECK(figure_label_vi("candidate-c9", contest).empty());
  CHECK(figure_label_vi("weather", contest).empty());
}

}  // namespace kiemphieu::counting

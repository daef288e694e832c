#include "tally/counting/totals.h"

#include <doctest/doctest.h>

#include <functional>

#include "tests/unit/tally/counting/example.h"

using namespace kiemphieu;
using counting::ContestTotals;
using counting::CountedBallot;
using election::Validity;

namespace {

ContestTotals counted() {
  ContestTotals totals = counting::empty_totals(example::contest("qh-1", 5, 3));
  CHECK(counting::add(totals, CountedBallot{Validity::kValid, {"c1", "c2", "c3"}}));
  CHECK(counting::add(totals, CountedBallot{Validity::kValid, {"c1"}}));
  CHECK(counting::add(totals, CountedBallot{Validity::kInvalid, {}}));
  counting::add_in_review(totals);
  return totals;
}

}  // namespace

TEST_CASE("add counts classes and votes") {
  const ContestTotals totals = counted();
  CHECK(totals.collected == Count{4});
  CHECK(totals.valid == Count{2});
  CHECK(totals.invalid == Count{1});
  CHECK(totals.in_review == Count{1});
  CHECK(totals.classes == std::vector<Count>{Count{1}, Count{0}, Count{1}});
  CHECK(totals.candidates[0] == std::pair{std::string{"c1"}, Count{2}});
  CHECK(totals.candidates[3].second == Count{0});
  CHECK(counting::check_identities(totals).empty());
}

TEST_CASE("add refuses a ballot that cannot be and changes nothing") {
  struct Row { std::string name; CountedBallot ballot; };
  const Row rows[] = {
      {"valid without a name", {Validity::kValid, {}}},
      {"more than the seats", {Validity::kValid, {"c1", "c2", "c3", "c4"}}},
      {"unknown candidate", {Validity::kValid, {"c1", "c9"}}},
      {"the same twice", {Validity::kValid, {"c1", "c1"}}},
      {"invalid with names", {Validity::kInvalid, {"c1"}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    ContestTotals totals = counted();
    const auto added = counting::add(totals, row.ballot);
    REQUIRE_FALSE(added);
    CHECK(added.error().code == ErrorCode::kBallotImpossible);
    CHECK(totals == counted());
  }
}

TEST_CASE("totals of different contests do not add") {
  ContestTotals a = counted();
  const auto added = counting::add(a, counting::empty_totals(example::contest("xa-1", 5, 3)));
  REQUIRE_FALSE(added);
  CHECK(added.error().code == ErrorCode::kTotalsMismatch);
  CHECK(counting::add(a, counted()));
  CHECK(a.collected == Count{8});
  CHECK(a.candidates[0].second == Count{4});
}

TEST_CASE("check_identities names every broken identity") {
  struct Row { const char* code; std::function<void(ContestTotals&, counting::KnownTurnout&)> spoil; };
  const Row rows[] = {
      {"F101", [](auto& t, auto&) { ++t.collected; }},
      {"F102", [](auto& t, auto&) { ++t.classes[1]; }},
      {"F103", [](auto& t, auto&) { ++t.candidates[1].second; }},
      {"F104", [](auto& t, auto&) { t.candidates[0].second += Count{5}; }},
      {"F105", [](auto& t, auto&) { for (auto& [id, votes] : t.candidates) votes = Count{}; }},
      {"F106", [](auto&, auto& turnout) { turnout.voted = Count{3}; }},
      {"F107", [](auto&, auto& turnout) { turnout = {Count{9}, Count{8}}; }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.code);
    ContestTotals totals = counted();
    counting::KnownTurnout turnout{Count{4}, Count{4}};
    CHECK(counting::check_identities(totals, turnout).empty());
    row.spoil(totals, turnout);
    bool found = false;
    for (const auto& failure : counting::check_identities(totals, turnout)) {
      found = found || failure.code == row.code;
      CHECK_FALSE(failure.text_vi.empty());
      CHECK_FALSE(failure.source.empty());
    }
    CHECK(found);
  }
}

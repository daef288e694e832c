#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/golden/tally_deck.h"

using namespace kiemphieu;

TEST_CASE("figures on forged tally sheets are read right or go to people") {
  const golden::TallyDeck deck = golden::make_tally_deck();
  REQUIRE(deck.sheets.size() == 3);
  int fields = 0, accepted = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const auto slip =
        seed % 5 == 0 ? static_cast<forge::Slip>(seed / 5 % forge::kSlipCount) : forge::Slip::kNone;
    const auto level = static_cast<forge::PhysicsLevel>(seed % 3);
    CAPTURE(seed);
    const golden::JudgedTally judged = golden::judge_tally(deck, seed % 3, level, slip, seed);
    CHECK(judged.wrong == 0);
    fields += judged.fields;
    accepted += slip == forge::Slip::kNone ? judged.accepted : 0;
  }
  CHECK(fields > 2000);
  CHECK(accepted > fields / 3);  // or refusing everything would pass
}

TEST_CASE("the same scan gives the same digits, as a JPEG and from two readers") {
  const golden::TallyDeck deck = golden::make_tally_deck(), again = golden::make_tally_deck();
  const auto first = golden::judge_tally(deck, 1, forge::PhysicsLevel::kOffice, forge::Slip::kNone, 7);
  const auto second = golden::judge_tally(again, 1, forge::PhysicsLevel::kOffice, forge::Slip::kNone, 7);
  REQUIRE(first.reading.fields.size() == second.reading.fields.size());
  REQUIRE(!first.reading.fields.empty());
  for (std::size_t i = 0; i < first.reading.fields.size(); ++i)
    for (std::size_t k = 0; k < first.reading.fields[i].boxes.size(); ++k)
      CHECK(first.reading.fields[i].boxes[k].best[0].sure == second.reading.fields[i].boxes[k].best[0].sure);
}

TEST_CASE("a tally sheet of another station is handed back, its figures unread") {
  const golden::TallyDeck deck = golden::make_tally_deck();
  auto judged = golden::judge_tally(deck, 0, forge::PhysicsLevel::kPlain, forge::Slip::kNone, 3);
  REQUIRE(judged.reading.form == reading::Form::kTallySheet);
  judged.reading.station = "another-station";
  const auto sheet = counting::judge_tally_sheet(deck.election, deck.election.stations[0], judged.reading);
  CHECK(sheet.outcome == election::Outcome::kReturned);
  CHECK(sheet.figures.empty());
}

TEST_CASE("a tally sheet whose rows do not show its slant is found by its code") {
  // Sheets that row profiles laid at 7 degrees, though they lie at 1: handed back once.
  const golden::TallyDeck deck = golden::make_tally_deck();
  struct Row {
    std::uint64_t seed;
    std::size_t contest;
    forge::PhysicsLevel level;
  };
  const Row rows[] = {{14100100, 1, forge::PhysicsLevel::kOffice},
                      {14200056, 2, forge::PhysicsLevel::kRough},
                      {14200057, 0, forge::PhysicsLevel::kRough},
                      {14200066, 0, forge::PhysicsLevel::kRough}};
  for (const Row& row : rows) {
    CAPTURE(row.seed);
    const auto judged = golden::judge_tally(deck, row.contest, row.level, forge::Slip::kNone, row.seed);
    CHECK_FALSE(judged.returned);
    CHECK(judged.fields > 10);
    CHECK(judged.wrong == 0);
    CHECK(std::abs(judged.reading.quality.skew_mdeg) < 3000);
  }
}

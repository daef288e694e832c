#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "tally/counting/tally_sheet.h"
#include "tally/counting/totals.h"
#include "tests/unit/tally/counting/example.h"

namespace kiemphieu::counting {
namespace {

using election::Outcome;

/// 5 candidates, 3 seats: 940 + 10 collected of 960; 100 x 1 + 200 x 2 + 640 x 3 = 2420 votes.
const std::vector<int> kFigures = {1000, 960, 961, 950, 940, 10, 100, 200, 640, 900, 600, 400, 300, 220};

election::Election small_election() {
  election::Election election = example::election();
  election.stations[0].contests = {{"qh-1", Count{1000}}};
  return election;
}

reading::DigitReading sure_digit(int digit) {
  reading::DigitReading box;
  box.best = {{{digit, 10000}, {(digit + 1) % 10, 0}, {(digit + 2) % 10, 0}}};
  return box;
}
reading::DigitReading blank_box() {
  reading::DigitReading box;
  box.blank = true;
  return box;
}

reading::SheetReading sheet_of(const std::vector<int>& figures, bool left_aligned = false) {
  reading::SheetReading reading;
  reading.form = reading::Form::kTallySheet;
  reading.contest = "qh-1", reading.station = "tram-1";
  const auto ids = figure_ids(example::contest("qh-1", 5, 3));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    reading::FieldReading field{ids[i], {}};
    for (const char digit : std::to_string(figures[i])) field.boxes.push_back(sure_digit(digit - '0'));
    while (field.boxes.size() < 4)
      field.boxes.insert(left_aligned ? field.boxes.end() : field.boxes.begin(), blank_box());
    reading.fields.push_back(std::move(field));
  }
  return reading;
}

TallySheet judge(const reading::SheetReading& reading) {
  const election::Election election = small_election();
  return judge_tally_sheet(election, election.stations[0], reading);
}

const FigureResult& figure(const TallySheet& sheet, const std::string& id) {
  const auto found =
      std::find_if(sheet.figures.begin(), sheet.figures.end(), [&](const auto& f) { return f.id == id; });
  REQUIRE(found != sheet.figures.end());
  return *found;
}

}  // namespace

TEST_CASE("a clear tally sheet whose sums hold is accepted, written to the right or to the left") {
  for (const bool left : {false, true}) {
    const TallySheet sheet = judge(sheet_of(kFigures, left));
    CHECK(sheet.outcome == Outcome::kAccepted);
    CHECK(sheet.broken.empty());
    for (std::size_t i = 0; i < kFigures.size(); ++i) CHECK(sheet.figures[i].value == kFigures[i]);
  }
}

TEST_CASE("arithmetic refuses what is clear but cannot be, and changes nothing that was written") {
  struct Row {
    std::size_t figure;
    int written;
    std::string code;
    std::vector<std::string> doubted;
  };
  const std::vector<Row> rows = {{5, 11, "F101", {"collected", "valid", "invalid"}},
                                 {6, 101, "F102", {"valid", "class-1", "class-3"}},
                                 {9, 901, "F103", {"class-1", "candidate-c1", "candidate-c5"}},
                                 {9, 941, "F104", {"candidate-c1", "valid"}},
                                 {1, 949, "F106", {"voted", "collected"}},
                                 {0, 959, "F107", {"voters", "voted"}},
                                 {2, 949, "F108", {"issued", "collected"}}};
  for (const Row& row : rows) {
    CAPTURE(row.code);
    auto figures = kFigures;
    figures[row.figure] = row.written;
    const TallySheet sheet = judge(sheet_of(figures));
    CHECK(sheet.outcome == Outcome::kReview);
    CHECK(std::find(sheet.broken.begin(), sheet.broken.end(), row.code) != sheet.broken.end());
    for (const std::string& id : row.doubted) {
      CAPTURE(id);
      CHECK(figure(sheet, id).outcome == Outcome::kReview);
      CHECK(figure(sheet, id).doubt == FigureDoubt::kArithmetic);
      CHECK(!figure(sheet, id).proposal);
    }
    for (std::size_t i = 0; i < figures.size(); ++i) CHECK(sheet.figures[i].value == figures[i]);
  }
}

TEST_CASE("a figure beyond the station's voters is refused for that reason alone") {
  auto figures = kFigures;
  figures[0] = 1001;
  const TallySheet sheet = judge(sheet_of(figures));
  CHECK(sheet.outcome == Outcome::kReview);
  CHECK(figure(sheet, "voters").doubt == FigureDoubt::kLimit);
  CHECK(figure(sheet, "voters").outcome == Outcome::kReview);
  CHECK(figure(sheet, "valid").outcome == Outcome::kAccepted);
}

TEST_CASE("a doubtful digit gets a proposal from the sums and stays with people") {
  auto reading = sheet_of(kFigures);
  reading.fields[9].boxes[1].best = {{{4, 6000}, {9, 3900}, {7, 90}}};  // 900: 4, but 9 alone closes the sum
  const TallySheet sheet = judge(reading);
  CHECK(sheet.outcome == Outcome::kReview);
  CHECK(!figure(sheet, "candidate-c1").value);
  CHECK(figure(sheet, "candidate-c1").doubt == FigureDoubt::kUnclear);
  CHECK(figure(sheet, "candidate-c1").proposal == 900);
  CHECK(figure(sheet, "candidate-c2").doubt == FigureDoubt::kUnconfirmed);
  CHECK(figure(sheet, "invalid").doubt == FigureDoubt::kUnconfirmed);
  CHECK(figure(sheet, "voters").outcome == Outcome::kAccepted);
}

TEST_CASE("two 7 written like 1 do not confirm each other") {
  // Written: 755 collected, 746 valid, 739 ballots of class 3, the last crossed out.
  auto reading = sheet_of({760, 760, 760, 155, 146, 9, 3, 4, 139, 700, 600, 500, 400, 28});
  reading.fields[3].boxes[1].best = {{{1, 9690}, {7, 301}, {4, 1}}};
  reading.fields[4].boxes[1].best = {{{1, 8300}, {7, 1700}, {4, 1}}};
  reading.fields[8].boxes[1].best = {{{10, 9000}, {1, 500}, {7, 500}}};
  const TallySheet sheet = judge(reading);
  CHECK(figure(sheet, "collected").doubt == FigureDoubt::kUnconfirmed);
  CHECK(figure(sheet, "collected").outcome == Outcome::kReview);
}

TEST_CASE("a sum that closes confirms nothing while another does not") {
  // Written: 677 collected, all valid. Both were read with a 1 for the 7, one of them surely.
  auto reading = sheet_of({700, 690, 690, 617, 617, 0, 30, 40, 607, 500, 500, 500, 400, 31});
  reading.fields[4].boxes[2].best = {{{1, 8432}, {7, 1565}, {4, 1}}};
  const TallySheet sheet = judge(reading);
  CHECK(figure(sheet, "collected").doubt == FigureDoubt::kUnconfirmed);
  CHECK(figure(sheet, "class-3").doubt == FigureDoubt::kUnconfirmed);
  CHECK(!figure(sheet, "valid").proposal);  // what is sure stays, so nothing closes
}

TEST_CASE("what two figures may share has no proposal") {
  auto reading = sheet_of(kFigures);
  reading.fields[9].boxes[3].best = {{{0, 6000}, {1, 3900}, {7, 90}}};
  reading.fields[10].boxes[3].best = {{{0, 6000}, {9, 3900}, {7, 90}}};
  reading.fields[10].boxes[2].best = {{{0, 6000}, {9, 3900}, {7, 90}}};
  reading.fields[10].boxes[1].best = {{{6, 6000}, {5, 3900}, {7, 90}}};  // 900 + 600 or 901 + 599
  const TallySheet sheet = judge(reading);
  CHECK(figure(sheet, "candidate-c3").outcome == Outcome::kAccepted);  // the likeliest digits close the sum
  CHECK(!figure(sheet, "candidate-c1").proposal);
  CHECK(!figure(sheet, "candidate-c2").proposal);
}

TEST_CASE("crossed out, empty, torn apart and smudged figures go to people") {
  const auto spoil = [](const std::function<void(reading::FieldReading&)>& how) {
    auto reading = sheet_of(kFigures);
    how(reading.fields[4]);
    return judge(reading);
  };
  const auto crossed = spoil([](auto& field) { field.boxes[2].best = {{{10, 9990}, {4, 5}, {9, 5}}}; });
  CHECK(figure(crossed, "valid").doubt == FigureDoubt::kUnclear);
  CHECK(figure(crossed, "valid").proposal == 940);
  CHECK(figure(crossed, "valid").sure == 0);
  const auto empty = spoil([](auto& field) { field.boxes.assign(4, blank_box()); });
  CHECK(figure(empty, "valid").doubt == FigureDoubt::kEmpty);
  const auto apart = spoil([](auto& field) { field.boxes[2] = blank_box(); });  // 9 _ 0
  CHECK(!figure(apart, "valid").value);
  const auto smudged = spoil([](auto& field) { field.boxes[3].doubtful = true; });
  CHECK(figure(smudged, "valid").doubt == FigureDoubt::kUnclear);
  for (const auto* sheet : {&crossed, &empty, &apart, &smudged}) {
    CHECK(sheet->outcome == Outcome::kReview);
    CHECK(figure(*sheet, "valid").outcome == Outcome::kReview);
  }
}

TEST_CASE("a figure that no sum confirms needs a surer hand") {
  for (const auto& [id, index] :
       {std::pair{"voters", 0U}, std::pair{"voted", 1U}, std::pair{"issued", 2U}, std::pair{"valid", 4U}}) {
    auto reading = sheet_of(kFigures);
    reading.fields[index].boxes[3].best[0].sure = 9990;
    CAPTURE(id);
    CHECK((figure(judge(reading), id).outcome == Outcome::kAccepted) == (index == 4U));
  }
}

TEST_CASE("a sheet of another contest, station or form is handed back") {
  const auto refused = [](const std::function<void(reading::SheetReading&)>& how) {
    auto reading = sheet_of(kFigures);
    how(reading);
    return judge(reading).outcome == Outcome::kReturned;
  };
  CHECK(refused([](auto& r) { r.contest = "tinh-1"; }));
  CHECK(refused([](auto& r) { r.station = "tram-2"; }));
  CHECK(refused([](auto& r) { r.form = reading::Form::kBallot; }));
  CHECK(refused([](auto& r) { r.fields.pop_back(); }));
  CHECK(refused([](auto& r) { std::swap(r.fields[0], r.fields[1]); }));
  CHECK(judge([] {
          auto reading = sheet_of(kFigures);
          reading.findings = {election::Reason::kScale};
          return reading;
        }())
            .outcome == Outcome::kReview);
}

namespace {

struct Dice {
  std::uint64_t state;
  int below(int count) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<int>((state >> 33U) % static_cast<std::uint64_t>(count));
  }
};

/// Every combination, one after the other.
FigureSearch slow_search(const std::vector<std::vector<int>>& values, const std::vector<FigureRule>& rules) {
  FigureSearch result{true, false, std::vector<std::optional<int>>(values.size())};
  std::vector<std::size_t> at(values.size(), 0);
  for (;;) {
    std::vector<int> figures;
    for (std::size_t i = 0; i < values.size(); ++i) figures.push_back(values[i][at[i]]);
    if (std::all_of(rules.begin(), rules.end(), [&](const auto& rule) { return rule.holds(figures); })) {
      for (std::size_t i = 0; i < values.size(); ++i)
        result.agreed[i] =
            !result.possible || result.agreed[i] == figures[i] ? std::optional{figures[i]} : std::nullopt;
      if (!result.possible) result.possible = true;
    }
    std::size_t i = 0;
    while (i < values.size() && ++at[i] == values[i].size()) at[i++] = 0;
    if (i == values.size()) return result;
  }
}

}  // namespace

TEST_CASE("the search for figures finds what trying every combination finds") {
  const auto contest = example::contest("qh-1", 3, 2);
  const auto rules = figure_rules(contest);
  // 3 x 1 + 5 x 2 = 13 votes of 8 valid ballots.
  const std::vector<int> right = {12, 11, 11, 10, 8, 2, 3, 5, 6, 4, 3};
  int possible = 0, several = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Dice dice{seed};
    std::vector<std::vector<int>> values;
    for (const int figure : right) {
      std::vector<int> row = {dice.below(12) == 0 ? figure + 1 : figure};
      while (dice.below(3) == 0 && row.size() < 4) {
        const int other = std::max(0, figure + dice.below(7) - 3);
        if (std::find(row.begin(), row.end(), other) == row.end()) row.push_back(other);
      }
      values.push_back(std::move(row));
    }
    const FigureSearch quick = search_figures(values, rules), slow = slow_search(values, rules);
    CAPTURE(seed);
    REQUIRE(quick.complete);
    CHECK(quick.possible == slow.possible);
    std::vector<std::optional<int>> agreed = slow.agreed;
    CHECK(quick.agreed == agreed);
    possible += slow.possible ? 1 : 0;
    several += slow.possible && std::count(agreed.begin(), agreed.end(), std::nullopt) > 0 ? 1 : 0;
  }
  CHECK(possible > 300);
  CHECK(several > 100);
}

TEST_CASE("the rules of the figures are the identities of the totals") {
  const auto contest = example::contest("qh-1", 3, 2);
  const auto rules = figure_rules(contest);
  Dice dice{7};
  int good = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<int> f = {12, 11, 12, 10, 8, 2, 3, 5, 6, 4, 3};
    for (int change = dice.below(3); change > 0; --change) {
      const auto at = static_cast<std::size_t>(dice.below(static_cast<int>(f.size())));
      if (at != 2) f[at] = dice.below(13);  // issued: no identity of the totals
    }
    const auto count = [&](std::size_t at) { return Count{static_cast<std::uint64_t>(f[at])}; };
    ContestTotals totals = empty_totals(contest);
    totals.collected = count(3), totals.valid = count(4), totals.invalid = count(5);
    totals.classes = {count(6), count(7)};
    for (std::size_t i = 0; i < 3; ++i) totals.candidates[i].second = count(8 + i);
    const bool holds =
        std::all_of(rules.begin(), rules.end(), [&](const auto& rule) { return rule.holds(f); });
    CAPTURE(round);
    CHECK(holds == check_identities(totals, {count(1), count(0)}).empty());
    good += holds ? 1 : 0;
  }
  CHECK(good > 500);
}

TEST_CASE("too many possibilities are not searched halfway") {
  std::vector<int> all;
  for (int i = 0; i < 60; ++i) all.push_back(i);
  const auto contest = example::contest("qh-1", 5, 3);
  const std::vector<std::vector<int>> values(figure_ids(contest).size(), all);
  const FigureSearch found = search_figures(values, figure_rules(contest));
  CHECK(!found.complete);
  CHECK(!found.possible);
  for (const auto& agreed : found.agreed) CHECK(!agreed);
}

}  // namespace kiemphieu::counting

// A pile counted right once: headers, the pile fed again, the number counted by hand, and
// what is said after a stop.

#include <doctest/doctest.h>

#include <numeric>

#include "firmware-host/station/output_stack.h"
#include "tests/unit/firmware-host/pile_table.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using kiemphieu::station::testing::PaperId;
using kiemphieu::station::testing::PileTable;
using settings::OutputStack;

namespace {

/// `count` papers from `first` on, behind a header when it has a number.
std::vector<PaperId> stack_of(PaperId first, int count, int header = 0) {
  std::vector<PaperId> papers(static_cast<std::size_t>(count));
  std::iota(papers.begin(), papers.end(), first);
  if (header > 0) papers.insert(papers.begin(), -header);
  return papers;
}

std::vector<std::string> steps_of(Ledger& ledger) {
  const auto resume = resume_of(ledger.state());
  REQUIRE(resume.has_value());
  std::vector<std::string> steps;
  for (const ResumeStep step : resume->steps) steps.emplace_back(to_text(step));
  return steps;
}

journal::SheetState sheet(int position, election::Outcome outcome = election::Outcome::kAccepted) {
  journal::SheetState made;
  made.record.batch = 3;
  made.record.position = position;
  made.record.form = reading::Form::kBallot;
  made.record.interpretation.outcome = outcome;
  return made;
}

}  // namespace

TEST_CASE("where a sheet lies: counted from the top of what lies in the pile") {
  journal::BatchState pile;
  pile.batch = 3;
  for (int i = 1; i <= 58; ++i) pile.sheets.push_back(sheet(i));
  const auto top = [&](int position) { return place_of(pile, position, OutputStack::kLastOnTop); };
  CHECK(top(47) == StackPlace{12, 58});
  CHECK(place_of(pile, 47, OutputStack::kLastAtBottom) == StackPlace{47, 58});
  CHECK(top(58) == StackPlace{1, 58});
  CHECK_FALSE(top(0).has_value());
  CHECK_FALSE(top(59).has_value());

  SUBCASE("one that the team took out no longer lies there") {
    pile.sheets[49] = sheet(50, election::Outcome::kReview);
    pile.sheets[49].decision.emplace().not_a_ballot = true;
    CHECK(top(47) == StackPlace{11, 57});
    CHECK_FALSE(top(50).has_value());
  }
  SUBCASE("one that was handed back lies there until the pile is finished; a header stays") {
    pile.sheets[49] = sheet(50, election::Outcome::kReturned);
    pile.sheets[50] = sheet(51, election::Outcome::kReturned);
    pile.sheets[50].record.form = reading::Form::kBatchHeader;
    CHECK(top(47) == StackPlace{12, 58});
    pile.status = journal::BatchStatus::kClosed;
    CHECK(top(47) == StackPlace{11, 57});
    CHECK_FALSE(top(50).has_value());
    CHECK(top(51) == StackPlace{8, 57});
  }
  SUBCASE("a paper that went through twice lies where it came out last") {
    pile.sheets[57] = sheet(58, election::Outcome::kReview);
    pile.sheets[57].record.same_as = journal::SheetPlace{3, 47};
    CHECK(top(47) == StackPlace{1, 57});
    CHECK(top(58) == StackPlace{1, 57});
    CHECK(top(46) == StackPlace{12, 57});
    pile.sheets[57].decision.emplace().ballot.validity = election::Validity::kValid;  // the team: it is another
    CHECK(top(47) == StackPlace{12, 58});
  }
}

TEST_CASE("a batch header is held against the pile it lies in") {
  PileTable table{"headers"};
  table.load(stack_of(1, 6, 12));
  CHECK(table.feed() == ErrorCode::kScannerNoDocuments);
  CHECK(table.pile().sheets.front().record.header == 12);

  SUBCASE("a second header in the open pile: what the scanner had pulled behind it is not counted") {
    table.load(stack_of(10, 6, 13));
    table.machine.prefetched = 2;
    CHECK(table.feed() == ErrorCode::kSecondPile);
    CHECK(papers_of(table.pile()) == 6);
    CHECK(resume_of(table->state())->uncounted == 3);
    CHECK(table.truly_uncounted() == 3);
    CHECK(steps_of(*table) == std::vector<std::string>{"next_pile", "compare", "finish_first"});
  }
  SUBCASE("the same pile once more in the open pile, and after it was finished") {
    for (const bool finished : {false, true}) {
      if (finished) REQUIRE(table->finish_batch(6).has_value());
      table.load(stack_of(1, 6, 12));
      CHECK(table.feed() == ErrorCode::kPileFedBefore);
      CHECK(resume_of(table->state())->uncounted == 1);
      CHECK(papers_of(table.pile()) == (finished ? 0 : 6));
      CHECK(steps_of(*table).front() == "put_aside");
    }
  }
  SUBCASE("voided, it may be fed again") {
    REQUIRE(table->void_batch(1, "quét lại").has_value());
    table.load(stack_of(1, 6, 12));
    CHECK(table.feed() == ErrorCode::kScannerNoDocuments);
    CHECK(papers_of(table.pile()) == 6);
  }
  SUBCASE("of other people's piles") {
    const std::string ours = table.election().digest.hex(), here = table.polling_station().id, qh = table.contest().id;
    const reading::BatchHeader others[] = {
        {std::string(64, 'a'), here, qh, 13}, {ours, "tram-khac", qh, 13}, {ours, here, table.election().contests[1].id, 13}};
    REQUIRE(table->finish_batch().has_value());
    for (const auto& other : others) {
      CAPTURE(other.station + " " + other.contest);
      table.header = other;
      table.load(stack_of(20, 3, 13));
      CHECK(table.feed() == ErrorCode::kPileOfOthers);
      CHECK(table.pile().sheets.empty());
    }
  }
}

TEST_CASE("a header that people put back before the first ballot is taken again") {
  PileTable table{"header-again"};
  table.load({-12});
  table.feed();
  table.load(stack_of(1, 3, 12));
  CHECK(table.feed() == ErrorCode::kScannerNoDocuments);
  CHECK(papers_of(table.pile()) == 3);
  table.load({-12});
  CHECK(table.feed() == ErrorCode::kPileFedBefore);
}

TEST_CASE("ballots before any header, then a header: a pile begins there") {
  PileTable table{"late-header"};
  table.load({1, 2, -12, 3});
  CHECK(table.feed() == ErrorCode::kSecondPile);
  CHECK(papers_of(table.pile()) == 2);
}

TEST_CASE("a pile fed again without a header stops at the fifth paper that was here before") {
  PileTable table{"fed-again"};
  table.load(stack_of(1, 30));
  table.feed();
  REQUIRE(table->finish_batch(30).has_value());
  table.load(stack_of(1, 30));
  CHECK(table.feed() == ErrorCode::kPileFedBefore);
  CHECK(table.pile().sheets.size() == 4);
  CHECK(table.pile().totals.valid == Count{0});
  CHECK(resume_of(table->state())->uncounted == 1);
}

TEST_CASE("a few papers fed again among others go to the team, and the feed goes on") {
  PileTable table{"strays"};
  table.load(stack_of(1, 20));
  table.feed();
  REQUIRE(table->finish_batch(20).has_value());
  std::vector<PaperId> mixed = stack_of(50, 20);
  for (const int at : {1, 2, 3, 4, 12}) mixed[static_cast<std::size_t>(at)] = at;
  table.load(mixed);
  CHECK(table.feed() == ErrorCode::kScannerNoDocuments);
  CHECK(table.pile().totals.in_review == Count{5});
}

TEST_CASE("the number counted by hand settles a pile, or keeps it open") {
  PileTable table{"by-hand"};
  table.load(stack_of(1, 9, 12));
  table.feed();
  const auto before = table->head().sequence;
  const auto refused = table->finish_batch(10);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kPileCountDiffers);
  CHECK(refused.error().evidence == "batch=1 papers=9 by_hand=10");
  CHECK(table->head().sequence == before + 1);  // the incident alone
  CHECK(table.pile().status == journal::BatchStatus::kOpen);
  SUBCASE("no number does not settle what a number denied, not after a restart either") {
    CHECK_FALSE(table->finish_batch().has_value());
    table.restart();
    CHECK_FALSE(table->finish_batch().has_value());
  }
  SUBCASE("the right one settles it") {
    REQUIRE(table->finish_batch(9).has_value());
    CHECK(table->state().batches().at(1).papers_by_hand == 9);
    CHECK(table->state().batches().at(1).status == journal::BatchStatus::kSettled);
  }
  SUBCASE("what is fed afterwards makes the question new") {
    table.load({20});
    table.feed();
    CHECK(table->finish_batch().has_value());
  }
}

TEST_CASE("a sheet lost without a sound is found by the scanner's counter when the pile is finished") {
  PileTable table{"lost-last"};
  table.load(stack_of(1, 9));
  table.machine.lose_at = 1;
  CHECK(table.feed() == ErrorCode::kScannerCountMismatch);
  CHECK(steps_of(*table) == std::vector<std::string>{"count_by_hand", "scan"});
  const auto refused = table->finish_batch();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().evidence == "batch=1 papers=8 fed=9 moved=8");
  CHECK(hand_count_wanted(table.pile()) == HandCountWanted::kDiffers);
  SUBCASE("once") { CHECK(table->finish_batch().has_value()); }
  SUBCASE("the count by hand is right") { CHECK_FALSE(table->finish_batch(9).has_value()); }
  SUBCASE("the counter was wrong") { CHECK(table->finish_batch(8).has_value()); }
}

TEST_CASE("a paper that went through twice in its pile counts once against the count by hand") {
  PileTable table{"second-pass"};
  table.load({1, 2, 3, 2});
  table.feed();
  CHECK(papers_of(table.pile()) == 3);
  CHECK_FALSE(table->finish_batch(4).has_value());
  REQUIRE(table->finish_batch(3).has_value());
  journal::TeamDecision decision;
  decision.batch = 1;
  decision.position = 4;
  decision.ballot = {election::Validity::kValid, {table.contest().candidates.front().id}};
  decision.present = decision.in_favour = table.polling_station().team_members;
  const auto twice = table->decide(decision);
  REQUIRE_FALSE(twice.has_value());
  CHECK(twice.error().code == ErrorCode::kPileCountDiffers);
  decision.not_a_ballot = true;
  decision.ballot = {election::Validity::kInvalid, {}};
  REQUIRE(table->decide(decision).has_value());
  CHECK(table.counted(1) == std::vector<PaperId>{1, 2, 3});
}

TEST_CASE("after a power cut the counter tells how many sheets moved that no record names") {
  struct Row { const char* name; int pulled; bool before; bool reset; bool has_counter; std::optional<std::uint64_t> uncounted; };
  const Row rows[] = {{"killed after a record, two more under way", 2, false, false, true, 2},
                      {"killed before its record", 0, true, false, true, 1},
                      {"nothing under way", 0, false, false, true, 0},
                      {"the device was switched off", 2, false, true, true, std::nullopt},
                      {"no counter", 2, false, false, false, std::nullopt}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    PileTable table{"power-cut"};
    table.machine.has_counter = row.has_counter;
    table.load(stack_of(1, 9));
    CHECK_THROWS_AS(table.feed(4, row.before), testing::Killed);
    for (int i = 0; i < row.pulled; ++i) table.machine.pull();
    if (row.reset) table.machine.counter = 0;
    table.start_again();
    const auto resume = resume_of(table->state());
    REQUIRE(resume.has_value());
    CHECK(resume->uncounted == row.uncounted);
    if (resume->uncounted) CHECK(*resume->uncounted == table.truly_uncounted());
    CHECK(resume->last == (row.before ? 4 : 5));
    CHECK(steps_of(*table).front() == "clear_machine");
    CHECK(steps_of(*table)[1] == (row.uncounted ? *row.uncounted > 0 ? "put_back" : "none_uncounted" : "find_last"));
    table.put_back(table.truly_uncounted());
    CHECK(table.feed() == ErrorCode::kScannerNoDocuments);
    CHECK(table->finish_batch(9).has_value());
    CHECK(table.counted(1) == stack_of(1, 9));
  }
}

TEST_CASE("what people read names the number, the sheet and the side of the tray") {
  Resume resume;
  resume.last = 47;
  resume.uncounted = 2;
  using enum ResumeStep;
  const auto vi = [&](ResumeStep step, OutputStack stack) { return sentence(step, resume, stack, Language::kVietnamese); };
  CHECK(vi(kPutBack, OutputStack::kLastOnTop).find("đủ 2 tờ CHƯA được đếm") != std::string::npos);
  CHECK(vi(kPutBack, OutputStack::kLastAtBottom).find("dưới cùng") != std::string::npos);
  CHECK(vi(kCompare, OutputStack::kLastOnTop).find("ảnh tờ 47") != std::string::npos);
  for (int step = 0; step <= static_cast<int>(kRightPile); ++step)
    for (const Language language : {Language::kVietnamese, Language::kEnglish})
      CHECK(sentence(static_cast<ResumeStep>(step), resume, OutputStack::kLastOnTop, language).find('{') == std::string::npos);
}

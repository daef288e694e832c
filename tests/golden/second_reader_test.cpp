// A wrong reading of the first reader, planted, must not be counted: the second
// reader looks at the true picture and the sheet goes to people.
#include <doctest/doctest.h>

#include <algorithm>

#include "tally/reading/strike.h"
#include "tests/golden/deck.h"

namespace {

using namespace kiemphieu;
using election::MarkShape;

/// As Reader does: one verdict a line, confirmed by what the second reader saw there.
void plant(reading::CandidateReading& candidate, double score, MarkShape shape,
           reading::SheetReading& reading) {
  std::vector<reading::LineVerdict> verdicts;
  for (auto& line : candidate.lines) {
    reading::LineVerdict wrong;
    wrong.score = score, wrong.shape = shape;
    reading::confirm(wrong, line.second, false);
    if (!line.second.agrees) reading.findings.push_back(election::Reason::kReadersDisagree);
    verdicts.push_back(wrong);
  }
  const auto name = reading::judge_name(verdicts);
  candidate.score = name.score, candidate.shape = name.shape;
}

TEST_CASE("an error of the first reader, either way, ends with people") {
  const golden::Deck deck = golden::Deck::load();
  int planted_struck = 0, planted_kept = 0;
  for (std::size_t contest = 0; contest < deck.forges.size(); ++contest)
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      const auto& maker = *deck.forges[contest];
      const auto plan = forge::plan_situation(*forge::find_situation("careful"), maker.form(),
                                              deck.election.contests[contest].paper.rgb, seed,
                                              forge::PhysicsLevel::kOffice);
      const auto read = deck.reader->read(maker.make(plan).view(), maker.form().contest);
      REQUIRE(read.candidates.size() == plan.marks.size());
      CAPTURE(seed);
      CAPTURE(contest);
      for (std::size_t i = 0; i < plan.marks.size(); ++i) {
        reading::SheetReading wrong = read;
        const bool struck = plan.marks[i].has_value();
        plant(wrong.candidates[i], struck ? 0.0 : 0.98, struck ? MarkShape::kNone : MarkShape::kHorizontal,
              wrong);
        (struck ? planted_kept : planted_struck) += 1;
        CAPTURE(i);
        const auto meaning = counting::interpret(deck.election, wrong, maker.form().contest);
        CHECK(meaning.outcome == election::Outcome::kReview);
        CHECK(std::ranges::count(meaning.reasons, election::Reason::kReadersDisagree) == 1);
        CHECK(reading::agreement_of(wrong).disagreements >= 1);
      }
    }
  CHECK(planted_struck >= 30);
  CHECK(planted_kept >= 30);
}

}  // namespace

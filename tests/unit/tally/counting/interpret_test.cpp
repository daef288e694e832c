// Method: start from one good ballot, deface it by a named operation, demand
// the exact outcome, proposal and reasons.
#include "tally/counting/interpret.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "tests/unit/tally/counting/example.h"

using namespace kiemphieu;
using counting::Interpretation;
using counting::interpret;
using election::Mark;
using election::MarkShape;
using election::Outcome;
using election::Reason;
using election::Validity;
using reading::SheetReading;

namespace {

const election::Election kElection = example::election();

/// qh-1: 5 candidates for 3 seats, c4 and c5 struck out.
SheetReading good() { return example::ballot(kElection.contests[0], {3, 4}); }

std::string words(const std::vector<Reason>& reasons) {
  std::string text;
  for (const Reason reason : reasons) text += (text.empty() ? "" : " ") + std::string{to_text(reason)};
  return text;
}

void mark(SheetReading& sheet, std::size_t place, MarkShape shape, double score) {
  sheet.candidates.at(place).shape = shape;
  sheet.candidates.at(place).score = score;
}

}  // namespace

TEST_CASE("interpret accepts every clear number of names from one to the seats") {
  for (std::size_t left = 1; left <= 3; ++left) {
    CAPTURE(left);
    std::vector<std::size_t> struck;
    for (std::size_t i = left; i < 5; ++i) struck.push_back(i);
    const Interpretation result = interpret(kElection, example::ballot(kElection.contests[0], struck), "qh-1");
    CHECK(result.outcome == Outcome::kAccepted);
    CHECK(result.validity == Validity::kValid);
    CHECK(result.elects == static_cast<int>(left));
    CHECK(words(result.reasons).empty());
    REQUIRE(result.candidates.size() == 5);
    CHECK(result.candidates[0].mark == Mark::kKept);
    CHECK(result.candidates[4].mark == Mark::kStruck);
    CHECK(result.candidates[4].source == "câu 167");
  }
}

TEST_CASE("interpret sends a defaced ballot to the team with the right proposal") {
  struct Row {
    std::string name;
    std::function<void(SheetReading&)> deface;
    Validity validity;
    int elects;
    const char* reasons;
  };
  const Row rows[] = {
      {"one name too many", [](auto& s) { mark(s, 3, MarkShape::kNone, 0); }, Validity::kInvalid, 4, "too_many_left"},
      {"untouched", [](auto& s) { s = example::ballot(kElection.contests[0], {}); }, Validity::kInvalid, 5, "too_many_left"},
      {"all struck", [](auto& s) { s = example::ballot(kElection.contests[0], {0, 1, 2, 3, 4}); }, Validity::kInvalid, 0,
       "all_struck"},
      {"no seal", [](auto& s) { s.seal = reading::SealFinding::kAbsent; }, Validity::kInvalid, 3, "no_seal"},
      {"seal doubtful", [](auto& s) { s.seal = reading::SealFinding::kDoubtful; }, Validity::kValid, 3, "seal_doubtful"},
      {"a name added", [](auto& s) { s.findings = {Reason::kExtraContent}; }, Validity::kInvalid, 3, "extra_content"},
      {"torn", [](auto& s) { s.findings = {Reason::kDamaged}; }, Validity::kValid, 3, "damaged"},
      {"faint strike", [](auto& s) { mark(s, 3, MarkShape::kHorizontal, 0.5); }, Validity::kValid, 3, "faint_strike"},
      {"faint ink without shape", [](auto& s) { mark(s, 0, MarkShape::kNone, 0.4); }, Validity::kValid, 2, "faint_strike"},
      {"part of a name struck", [](auto& s) { mark(s, 0, MarkShape::kPartial, 0.1); }, Validity::kValid, 3, "partial_strike"},
      {"partial, unsure", [](auto& s) { mark(s, 0, MarkShape::kPartial, 0.6); }, Validity::kValid, 2, "partial_strike"},
      {"circled", [](auto& s) { mark(s, 0, MarkShape::kCircle, 0.05); }, Validity::kValid, 3, "circled"},
      {"underlined", [](auto& s) { mark(s, 0, MarkShape::kUnderline, 0.05); }, Validity::kValid, 3, "underlined"},
      {"overlined", [](auto& s) { mark(s, 0, MarkShape::kOverline, 0.05); }, Validity::kValid, 3, "overlined"},
      {"scribbled over", [](auto& s) { mark(s, 3, MarkShape::kScribble, 0.97); }, Validity::kValid, 3, "correction"},
      {"one of two lines, unsure", [](auto& s) { mark(s, 3, MarkShape::kOneOfTwoLines, 0.7); }, Validity::kValid, 3,
       "partial_strike"},
      {"unknown shape", [](auto& s) { mark(s, 0, MarkShape::kOther, 0.0); }, Validity::kValid, 2, "faint_strike"},
      {"no shape but a sure strike", [](auto& s) { mark(s, 0, MarkShape::kNone, 0.95); }, Validity::kValid, 2,
       "faint_strike"},
      {"a strike without strength", [](auto& s) { mark(s, 3, MarkShape::kSlanted, 0.02); }, Validity::kValid, 3,
       "faint_strike"},
      {"circle that scores as a strike", [](auto& s) { mark(s, 0, MarkShape::kCircle, 0.99); }, Validity::kValid, 2,
       "circled"},
      {"score is not a number", [](auto& s) { mark(s, 0, MarkShape::kNone, std::nan("")); }, Validity::kValid, 2,
       "faint_strike"},
      {"score out of range", [](auto& s) { mark(s, 3, MarkShape::kHorizontal, 1.5); }, Validity::kValid, 3, "faint_strike"},
      {"all struck but one doubtful",
       [](auto& s) {
         s = example::ballot(kElection.contests[0], {0, 1, 2, 3, 4});
         mark(s, 2, MarkShape::kCross, 0.5);
       },
       Validity::kValid, 0, "faint_strike"},
      {"two sheets and a fold", [](auto& s) { s.findings = {Reason::kFoldOnName, Reason::kTwoSheets}; }, Validity::kValid, 3,
       "two_sheets fold_on_name"},
      {"most important first",
       [](auto& s) {
         mark(s, 3, MarkShape::kNone, 0);
         mark(s, 0, MarkShape::kCircle, 0);
         s.seal = reading::SealFinding::kAbsent;
         s.findings = {Reason::kStreak, Reason::kExtraContent, Reason::kStreak};
       },
       Validity::kInvalid, 4, "too_many_left no_seal extra_content circled streak"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    SheetReading sheet = good();
    row.deface(sheet);
    const Interpretation result = interpret(kElection, sheet, "qh-1");
    CHECK(result.outcome == Outcome::kReview);
    CHECK(result.validity == row.validity);
    CHECK(result.elects == row.elects);
    CHECK(words(result.reasons) == row.reasons);
  }
}

TEST_CASE("interpret hands back what is no ballot of this pile") {
  struct Row {
    std::string name;
    std::function<void(SheetReading&)> change;
    const char* reasons;
  };
  const Row rows[] = {
      {"another contest", [](auto& s) { s = example::ballot(kElection.contests[1], {3, 4}); }, "wrong_contest"},
      {"a contest that is not in the election", [](auto& s) { s.contest = "la-1"; }, "wrong_form"},
      {"unknown paper", [](auto& s) { s = SheetReading{}; }, "wrong_form"},
      {"unreadable picture",
       [](auto& s) {
         s = SheetReading{};
         s.findings = {Reason::kUnreadable};
       },
       "unreadable"},
      {"unreadable ballot", [](auto& s) { s.findings = {Reason::kUnreadable, Reason::kScale}; }, "scale unreadable"},
      {"reading calls it foreign", [](auto& s) { s.findings = {Reason::kWrongForm}; }, "wrong_form"},
      {"a name missing", [](auto& s) { s.candidates.pop_back(); }, "wrong_form"},
      {"a name twice", [](auto& s) { s.candidates[1].id = "c1"; }, "wrong_form"},
      {"batch header", [](auto& s) { s = SheetReading{}; s.form = reading::Form::kBatchHeader; }, ""},
      {"tally sheet", [](auto& s) { s = SheetReading{}; s.form = reading::Form::kTallySheet; }, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    SheetReading sheet = good();
    row.change(sheet);
    const Interpretation result = interpret(kElection, sheet, "qh-1");
    CHECK(result.outcome == Outcome::kReturned);
    CHECK_FALSE(result.validity.has_value());
    CHECK(words(result.reasons) == row.reasons);
    CHECK(result.candidates.empty());
  }
}

TEST_CASE("interpret takes any contest of the station when none is expected") {
  CHECK(interpret(kElection, example::ballot(kElection.contests[2], {5, 6, 7}), "").outcome == Outcome::kAccepted);
}

TEST_CASE("interpret never accepts a score between the thresholds") {
  const counting::Thresholds thresholds;
  for (int permille = 0; permille <= 1000; ++permille) {
    for (int shape = 0; shape < election::kMarkShapeCount; ++shape) {
      SheetReading sheet = good();
      const double score = permille / 1000.0;
      mark(sheet, 3, static_cast<MarkShape>(shape), score);
      const Interpretation result = interpret(kElection, sheet, "qh-1");
      if (score > thresholds.kept_max && score < thresholds.struck_min) {
        CHECK(result.outcome == Outcome::kReview);
        CHECK(result.candidates[3].mark == Mark::kDoubtful);
      }
    }
  }
}

TEST_CASE("interpret sends the presumed invalid to the team even when the table forgets to") {
  election::Election lax = kElection;
  for (auto& rule : lax.rules.validity) rule.review = false;
  const Interpretation result = interpret(lax, example::ballot(lax.contests[0], {}), "qh-1");
  CHECK(result.outcome == Outcome::kReview);
  CHECK(result.validity == Validity::kInvalid);
}

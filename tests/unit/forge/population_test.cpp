// The populations hold what docs/forge.md says of them, and every print shop sets every ballot.
#include "tests/forge/population.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "tests/forge/sample_ballot.h"

namespace kiemphieu::forge {
namespace {

struct Seen {
  std::map<Expected, int> expected;
  std::set<StrokeStyle> styles;
  std::set<SheetKind> kinds;
  std::set<SealLook> seals;
  int odd_conditions = 0;  ///< creases, stains, gray or coarse scans
};

Seen look_at(Population population, int count) {
  static const SampleBallot sample = sample_ballot();
  Seen seen;
  for (int pile = 0; pile < count / 50; ++pile)
    for (const SheetPlan& plan :
         pile_of(population, sample.form, {255, 255, 255}, "other", 50, static_cast<std::uint64_t>(pile))) {
      ++seen.expected[truth_of(plan, sample.form).expected];
      seen.kinds.insert(plan.kind);
      seen.seals.insert(look_of(plan.seal));
      for (const auto& mark : plan.marks)
        if (mark) seen.styles.insert(mark->style);
      const bool odd =
          !plan.paper.creases.empty() || plan.paper.stain || plan.scanner.gray || plan.scanner.dpi > 0;
      seen.odd_conditions += odd ? 1 : 0;
    }
  return seen;
}

TEST_CASE("Clean ballots are clear but for one in fifty, and nothing happened to their paper") {
  Seen seen = look_at(Population::kClean, 5000);
  CHECK(seen.expected[Expected::kClear] > 4850);
  CHECK(seen.expected[Expected::kMustReview] > 40);
  CHECK(seen.expected[Expected::kEither] == 0);
  CHECK(seen.odd_conditions == 0);
  CHECK(seen.kinds == std::set{SheetKind::kBallot});
}

TEST_CASE("Worn ballots are clear for people, nearly all of them") {
  Seen seen = look_at(Population::kWear, 5000);
  CHECK(seen.expected[Expected::kClear] > 4700);
  CHECK(seen.expected[Expected::kEither] < 250);
  CHECK(seen.expected[Expected::kMustReturn] == 0);
  CHECK(seen.odd_conditions > 1000);
}

TEST_CASE("The hard population holds every stroke, every sheet and every seal") {
  Seen seen = look_at(Population::kHard, 5000);
  CHECK(seen.styles.size() == static_cast<std::size_t>(kStrokeStyleCount));
  CHECK(seen.kinds.size() == 9);
  CHECK(seen.seals.size() == 4);
  for (const Expected expected :
       {Expected::kClear, Expected::kEither, Expected::kMustReview, Expected::kMustReturn})
    CHECK(seen.expected[expected] > 100);
}

TEST_CASE("Every print shop sets every ballot, names apart from each other and within the page") {
  const auto election = election::load("config/examples/election.json");
  REQUIRE(election);
  for (const PrintJob& job : print_jobs())
    for (const election::Contest& contest : election->contests) {
      CAPTURE(job.name);
      CAPTURE(contest.id);
      const auto set = typeset(*election, contest, job, 200);
      REQUIRE(set);
      CHECK(set->form.candidates.size() == contest.candidates.size());
      CHECK(set->form.frame.has_value() == job.frame);
      double foot = 0;
      for (const auto& candidate : set->form.candidates)
        for (const forms::BoxMm& line : candidate.lines) {
          CHECK(line.y_mm > foot + 0.2);
          foot = line.y_mm + line.h_mm;
          CHECK(line.x_mm + line.w_mm < 138);
        }
      CHECK(foot < 200);
      CHECK(set->stranger.pixels != set->blank.pixels);
    }
}

}  // namespace
}  // namespace kiemphieu::forge

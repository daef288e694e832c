// The truth of a plan, and that the picture shows the plan.
#include "tests/forge/sheet.h"

#include <doctest/doctest.h>

#include "tests/forge/population.h"
#include "tests/forge/sample_ballot.h"
#include "tests/forge/situation.h"

namespace kiemphieu::forge {
namespace {

using election::Reason;
using election::Validity;

const SampleBallot& sample() {
  static const SampleBallot made = sample_ballot();
  return made;
}
const BallotForge& forge() {
  static const BallotForge made{sample().form, sample().blank};
  return made;
}

constexpr std::array<std::uint8_t, 3> kPink{247, 204, 214};

SheetPlan planned(std::string_view name) {
  const Situation* situation = find_situation(name);
  REQUIRE(situation != nullptr);
  return plan_situation(*situation, sample().form, kPink, 7, PhysicsLevel::kPlain);
}

TEST_CASE("The truth of each situation is the law's") {
  struct Row {
    std::string_view name;
    std::optional<Validity> validity;
    int elects;
    Expected expected;
    std::vector<Reason> reasons;
  };
  const Row rows[] = {
      {"careful", Validity::kValid, 3, Expected::kClear, {}},
      {"fewer_left", Validity::kValid, 2, Expected::kClear, {}},
      {"one_left", Validity::kValid, 1, Expected::kClear, {}},
      {"cross", Validity::kValid, 3, Expected::kClear, {}},
      {"too_many_left", Validity::kInvalid, 4, Expected::kMustReview, {Reason::kTooManyLeft}},
      {"none_struck", Validity::kInvalid, 5, Expected::kMustReview, {Reason::kTooManyLeft}},
      {"all_struck", Validity::kInvalid, 0, Expected::kMustReview, {Reason::kAllStruck}},
      {"no_seal", Validity::kInvalid, 3, Expected::kMustReview, {Reason::kNoSeal}},
      {"violet_seal", Validity::kValid, 3, Expected::kEither, {}},
      {"photocopied_seal", Validity::kInvalid, 3, Expected::kMustReview, {Reason::kSealDoubtful}},
      {"partial",
       Validity::kInvalid,
       4,
       Expected::kMustReview,
       {Reason::kTooManyLeft, Reason::kPartialStrike}},
      {"circle", Validity::kValid, 3, Expected::kMustReview, {Reason::kCircled}},
      {"one_of_two_lines", Validity::kValid, 3, Expected::kClear, {}},
      {"faint", Validity::kValid, 3, Expected::kMustReview, {Reason::kFaintStrike}},
      {"word", Validity::kInvalid, 3, Expected::kMustReview, {Reason::kExtraContent}},
      {"dots", Validity::kValid, 3, Expected::kClear, {}},
      {"upside_down", Validity::kValid, 3, Expected::kClear, {}},
      {"torn", Validity::kValid, 3, Expected::kMustReview, {Reason::kDamaged}},
      {"blank_paper", std::nullopt, 0, Expected::kMustReturn, {Reason::kWrongForm}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const SheetTruth truth = truth_of(planned(row.name), sample().form);
    CHECK(truth.validity == row.validity);
    CHECK(truth.elects == row.elects);
    CHECK(to_text(truth.expected) == to_text(row.expected));
    CHECK(truth.reasons == row.reasons);
  }
}

TEST_CASE("Every situation gives a picture of about A5 size, twice the same") {
  for (const Situation& situation : situations()) {
    CAPTURE(situation.name);
    const SheetPlan plan = planned(situation.name);
    const imaging::Image picture = forge().make(plan);
    CHECK(picture.width_px >= 1165);
    CHECK(picture.height_px >= (situation.name == "cut_off" ? 600 : 1650));
    CHECK(picture.dpi == doctest::Approx(200));
    CHECK(forge().make(plan).pixels == picture.pixels);
  }
}

TEST_CASE("A sheet is the same whatever was made before it") {
  const BallotForge fresh{sample().form, sample().blank}, used{sample().form, sample().blank};
  for (const Population population : {Population::kClean, Population::kWear, Population::kHard}) {
    const auto plans = pile_of(population, sample().form, kPink, "other", 40, 5);
    for (const SheetPlan& plan : plans) used.make(plan);
    CAPTURE(to_text(population));
    CHECK(fresh.make(plans.front()).pixels == used.make(plans.front()).pixels);
    CHECK(BallotForge(sample().form, sample().blank).make(plans.back()).pixels == used.make(plans.back()).pixels);
  }
}

/// Mean darkness within a box of an unwarped picture.
double darkness(const imaging::Image& image, const forms::BoxMm& box) {
  const double scale = image.dpi / 25.4;
  double sum = 0, count = 0;
  for (int y = static_cast<int>(box.y_mm * scale); y < (box.y_mm + box.h_mm) * scale; ++y)
    for (int x = static_cast<int>(box.x_mm * scale); x < (box.x_mm + box.w_mm) * scale; ++x, ++count)
      sum += 255 - image.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width_px) +
                                 static_cast<std::size_t>(x)) *
                                channels(image.format)];
  return sum / count;
}

TEST_CASE("Ink lies on the struck names, the seal in its zone, and nowhere else") {
  SheetPlan unmarked = planned("no_seal");
  for (auto& mark : unmarked.marks) mark.reset();
  const SheetPlan marked = planned("careful");
  const imaging::Image without = forge().make(unmarked), with = forge().make(marked);
  REQUIRE(without.pixels.size() == with.pixels.size());
  for (std::size_t i = 0; i < marked.marks.size(); ++i) {
    CAPTURE(i);
    for (const forms::BoxMm& line : sample().form.candidates[i].lines) {
      const double added = darkness(with, line) - darkness(without, line);
      if (marked.marks[i])
        CHECK(added > 8);
      else
        CHECK(std::abs(added) < 0.5);
    }
  }
  // Red ink takes little red light: the seal shows in green; here in red only a little.
  CHECK(darkness(with, *sample().form.seal) > darkness(without, *sample().form.seal) + 1);
  CHECK(std::abs(darkness(with, {100, 185, 30, 12}) - darkness(without, {100, 185, 30, 12})) < 0.5);
}

}  // namespace
}  // namespace kiemphieu::forge

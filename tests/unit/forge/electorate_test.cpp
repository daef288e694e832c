// The electorate: the same from the same seed, and totals that agree with each other.
#include "tests/forge/electorate.h"

#include <doctest/doctest.h>

#include <map>

#include "config/imaging/codec.h"
#include "tests/forge/sample_ballot.h"

namespace kiemphieu::forge {
namespace {

constexpr std::array<std::uint8_t, 3> kWhite{255, 255, 255};

TEST_CASE("Totals of a random electorate keep the identities of the minutes") {
  const SampleBallot sample = sample_ballot();
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    CAPTURE(seed);
    TruthTotals totals = empty_totals(sample.form);
    for (const SheetPlan& plan : electorate(sample.form, kWhite, 2000, seed, PhysicsLevel::kPlain))
      add(totals, truth_of(plan, sample.form));
    CHECK(totals.collected == 2000);
    CHECK(totals.valid + totals.invalid == totals.collected);
    std::uint64_t in_classes = 0, by_class = 0, votes = 0;
    for (std::size_t k = 1; k <= totals.classes.size(); ++k) {
      in_classes += totals.classes[k - 1];
      by_class += k * totals.classes[k - 1];
    }
    for (const auto& [id, count] : totals.votes) {
      votes += count;
      CHECK(count <= totals.valid);
    }
    CHECK(in_classes == totals.valid);
    CHECK(by_class == votes);
  }
}

TEST_CASE("Most ballots are clear, and each oddity turns up") {
  const SampleBallot sample = sample_ballot();
  const int count = 5000;
  std::map<std::string, int> expected;
  std::map<election::Reason, int> reasons;
  int plain = 0;
  for (const SheetPlan& plan : electorate(sample.form, kWhite, count, 11, PhysicsLevel::kOffice)) {
    const SheetTruth truth = truth_of(plan, sample.form);
    ++expected[std::string{to_text(truth.expected)}];
    for (const election::Reason reason : truth.reasons) ++reasons[reason];
    bool horizontal = true;
    for (const auto& mark : plan.marks)
      horizontal = horizontal && (!mark || mark->style == StrokeStyle::kHorizontal);
    plain += horizontal && truth.expected == Expected::kClear;
  }
  CHECK(plain > count * 80 / 100);
  CHECK(expected["clear"] > count * 93 / 100);
  CHECK(expected["must_review"] > count * 2 / 100);
  for (const auto reason :
       {election::Reason::kTooManyLeft, election::Reason::kAllStruck, election::Reason::kNoSeal,
        election::Reason::kPartialStrike, election::Reason::kCircled, election::Reason::kFaintStrike,
        election::Reason::kExtraContent}) {
    CAPTURE(election::to_text(reason));
    CHECK(reasons[reason] > 0);
  }
}

TEST_CASE("The seed decides everything, byte for byte") {
  const SampleBallot sample = sample_ballot();
  const BallotForge one{sample.form, sample.blank}, other{sample.form, sample.blank};
  const auto few = electorate(sample.form, kWhite, 4, 42, PhysicsLevel::kRough);
  const auto many = electorate(sample.form, kWhite, 9, 42, PhysicsLevel::kRough);
  const auto different = electorate(sample.form, kWhite, 4, 43, PhysicsLevel::kRough);
  for (std::size_t i = 0; i < few.size(); ++i) {
    CAPTURE(i);
    const auto first = imaging::encode_jpeg(one.make(few[i]).view(), few[i].scanner.jpeg_quality);
    const auto again = imaging::encode_jpeg(other.make(many[i]).view(), many[i].scanner.jpeg_quality);
    REQUIRE(first);
    REQUIRE(again);
    CHECK(*first == *again);
    CHECK(few[i].seed != different[i].seed);
  }
}

}  // namespace
}  // namespace kiemphieu::forge

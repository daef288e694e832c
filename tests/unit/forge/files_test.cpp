// From printed forms to sheets: what the forms library prints is a blank to start from.
#include <doctest/doctest.h>

#include <cstdlib>

#include "config/imaging/codec.h"
#include "config/json/json.h"
#include "tally/forms/print.h"
#include "tests/forge/blank.h"
#include "tests/forge/situation.h"
#include "tests/forge/truth_json.h"

namespace kiemphieu::forge {
namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kp-forge-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

TEST_CASE("A printed ballot is marked where its template says the names are") {
  const auto election = election::load("config/examples/election.json");
  REQUIRE(election);
  const Folder folder;
  REQUIRE(forms::print_forms(*election, election->stations.front(), {}, folder.path));
  for (const election::Contest& contest : election->contests) {
    CAPTURE(contest.id);
    const auto forge = load_forge(folder.path, contest.id);
    REQUIRE(forge);
    CHECK(forge->form().candidates.size() == contest.candidates.size());
    CHECK(forge->form().seats == contest.seats);
    for (const Situation& situation : situations()) {
      CAPTURE(situation.name);
      const SheetPlan plan =
          plan_situation(situation, forge->form(), contest.paper.rgb, 1, PhysicsLevel::kPlain);
      const SheetTruth truth = truth_of(plan, forge->form());
      CHECK(truth.validity.has_value() == (truth.expected != Expected::kMustReturn));
    }
    const SheetPlan careful =
        plan_situation(*find_situation("careful"), forge->form(), contest.paper.rgb, 1, PhysicsLevel::kPlain);
    const imaging::Image sheet = forge->make(careful);
    CHECK(sheet.width_px == doctest::Approx(1165).epsilon(0.002));
    CHECK(sheet.height_px == doctest::Approx(1654).epsilon(0.002));
  }
}

TEST_CASE("Files that are not there are said to be missing") {
  const Folder folder;
  CHECK_FALSE(load_forge(folder.path, "qh-1"));
  CHECK_FALSE(rasterise(folder.path / "none.pdf", 200));
}

TEST_CASE("The truth as JSON carries the totals of the totals page") {
  TruthTotals totals{"qh-1", 2, 3, 2, 1, {1, 1}, {{"c1", 2}, {"c2", 1}}};
  SheetTruth sheet{"qh-1",
                   election::Validity::kInvalid,
                   3,
                   {{"c1", election::Mark::kKept, election::MarkShape::kNone}},
                   Expected::kMustReview,
                   {election::Reason::kTooManyLeft}};
  const auto document =
      json::parse(to_json(TruthFile{"e", "s", "plain", 5, {{"qh-1/0001.jpg", sheet}}, {totals}}));
  REQUIRE(document);
  CHECK(
      (*document)["totals"].dump() ==
      R"([{"candidates":[{"id":"c1","votes":2},{"id":"c2","votes":1}],"classes":{"1":1,"2":1},"collected":3,)"
      R"("contest":"qh-1","in_review":0,"invalid":1,"last_sequence":0,"seats":2,"stations_reporting":1,"valid":2}])");
  CHECK(
      (*document)["sheets"].dump() ==
      R"([{"candidates":{"c1":"kept"},"contest":"qh-1","elects":3,"expected":"must_review","file":"qh-1/0001.jpg",)"
      R"("reasons":["too_many_left"],"shapes":{"c1":"none"},"validity":"invalid"}])");
}

}  // namespace
}  // namespace kiemphieu::forge

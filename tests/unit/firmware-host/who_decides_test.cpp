// What the ledger asks of the people: who was present at a decision, who reopens what is sealed.

#include <doctest/doctest.h>

#include "firmware-host/station/ledger.h"
#include "tests/unit/firmware-host/scratch.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using team::Role;

namespace {

/// A team of eleven of which ten are on the list, and a technician.
team::Roster roster() {
  team::Roster made{{1, Role::kHead}, {2, Role::kSecretary}};
  for (int number = 3; number <= 10; ++number) made.push_back({number, Role::kMember});
  made.push_back({40, Role::kTechnician});
  return made;
}

team::Who signed_in(int number) {
  const team::Roster list = roster();
  return {*team::find(list, number), "", list};
}

/// One pile with a sheet that the team must see.
class Doubt : public station::testing::LedgerEvening {
 public:
  Doubt() : LedgerEvening("who") {
    REQUIRE((**this).change_lifecycle(LifecycleEvent::kStartCounting).has_value());
    REQUIRE((**this).begin_feed(contest().id).has_value());
    ScannedSheet sheet;
    sheet.jpeg = {1, 2, 3};
    sheet.reading.form = reading::Form::kBallot;
    sheet.interpretation.contest = contest().id;
    sheet.interpretation.outcome = election::Outcome::kReview;
    sheet.interpretation.validity = election::Validity::kInvalid;
    REQUIRE((**this).record_sheet(sheet).has_value());
    REQUIRE((**this).end_feed({}).has_value());
  }
  journal::TeamDecision decision(std::vector<int> members) const {
    journal::TeamDecision made;
    made.batch = made.position = 1;
    made.present = made.in_favour = static_cast<int>(members.size());
    made.members = std::move(members);
    return made;
  }
  void seal() {
    REQUIRE((**this).decide(decision({1, 2, 3, 4, 5, 6, 7, 8}), signed_in(2)).has_value());
    REQUIRE((**this).finish_batch().has_value());
    REQUIRE((**this).change_lifecycle(LifecycleEvent::kClose, signed_in(2)).has_value());
    REQUIRE((**this).change_lifecycle(LifecycleEvent::kSeal, signed_in(1)).has_value());
  }
};

ErrorCode code_of(const Result<void>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace

TEST_CASE("a decision names members of the team's list, each once, no technician, two thirds of the whole team") {
  Doubt evening;
  struct Row { std::string name; std::vector<int> members; int present, in_favour, against; ErrorCode code; };
  const Row rows[] = {
      {"nobody named", {}, 8, 8, 0, ErrorCode::kMembersPresent},
      {"a technician", {1, 2, 3, 4, 5, 6, 7, 40}, 8, 8, 0, ErrorCode::kMembersPresent},
      {"not on the list", {1, 2, 3, 4, 5, 6, 7, 11}, 8, 8, 0, ErrorCode::kMembersPresent},
      {"one twice", {1, 2, 3, 4, 5, 6, 7, 7}, 8, 8, 0, ErrorCode::kMembersPresent},
      {"more present than named", {1, 2, 3, 4, 5, 6, 7, 8}, 9, 8, 0, ErrorCode::kMembersPresent},
      {"fewer present than named", {1, 2, 3, 4, 5, 6, 7, 8}, 7, 7, 0, ErrorCode::kMembersPresent},
      {"more votes than people", {1, 2, 3, 4, 5, 6, 7, 8}, 8, 8, 1, ErrorCode::kQuorum},
      {"seven of eleven", {1, 2, 3, 4, 5, 6, 7}, 7, 7, 0, ErrorCode::kQuorum},
      {"half of those present, not of all", {1, 2, 3, 4, 5, 6, 7, 8}, 8, 5, 3, ErrorCode::kQuorum},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    journal::TeamDecision decision = evening.decision(row.members);
    decision.present = row.present, decision.in_favour = row.in_favour, decision.against = row.against;
    CHECK(code_of(evening->decide(decision, signed_in(2))) == row.code);
    CHECK(evening->state().waiting().size() == 1);
  }
  journal::TeamDecision decision = evening.decision({8, 1, 7, 2, 6, 3, 5, 4});
  decision.in_favour = 6, decision.against = 2;
  decision.by = 9;  // what a request says of itself counts for nothing
  REQUIRE(evening->decide(decision, signed_in(2)).has_value());
  const auto& kept = *evening->state().find_sheet(1, 1)->decision;
  CHECK(kept.by == 2);
  CHECK(kept.members == std::vector{1, 2, 3, 4, 5, 6, 7, 8});
  evening.restart();
  CHECK(evening->state().find_sheet(1, 1)->decision->members.size() == 8);
}

TEST_CASE("without a list members need not be named; named ones are looked at all the same") {
  Doubt evening;
  journal::TeamDecision named = evening.decision({1, 2, 3, 4, 5, 6, 7, 7});
  CHECK(code_of(evening->decide(named)) == ErrorCode::kMembersPresent);
  journal::TeamDecision counted = evening.decision({});
  counted.present = counted.in_favour = 8;
  REQUIRE(evening->decide(counted).has_value());
  CHECK_FALSE(evening->state().find_sheet(1, 1)->decision->by.has_value());
  REQUIRE(evening->decide(evening.decision({11, 1, 2, 3, 4, 5, 6, 7})).has_value());
  CHECK(evening->state().find_sheet(1, 1)->decision->members.back() == 11);
}

TEST_CASE("a sealed station is reopened by a head with a reason, or without a list by a name with a reason") {
  struct Row { std::string name; team::Who who; std::string why; std::optional<ErrorCode> refused; };
  team::Who nobody, somebody, unknown;
  somebody.name = "Trần Văn Ơn";
  unknown.roster = roster();
  unknown.name = "Trần Văn Ơn";
  const Row rows[] = {
      {"nobody", nobody, "Sót một chồng", ErrorCode::kReopenWhoWhy},
      {"no reason", somebody, "", ErrorCode::kReopenWhoWhy},
      {"a blank reason", somebody, "   ", ErrorCode::kReopenWhoWhy},
      {"a name where there is a list", unknown, "Sót một chồng", ErrorCode::kRoleNotAllowed},
      {"a secretary", signed_in(2), "Sót một chồng", ErrorCode::kRoleNotAllowed},
      {"a technician", signed_in(40), "Sót một chồng", ErrorCode::kRoleNotAllowed},
      {"a head without a reason", signed_in(1), "", ErrorCode::kReopenWhoWhy},
      {"a head", signed_in(1), "Sót một chồng", std::nullopt},
      {"a name", somebody, "Sót một chồng", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Doubt evening;
    evening.seal();
    const auto rows_before = evening->outbox_last_sequence();
    const auto done = evening->change_lifecycle(LifecycleEvent::kUnseal, row.who, row.why);
    CHECK(done.has_value() == !row.refused);
    if (row.refused) CHECK(done.error().code == *row.refused);
    CHECK(evening->lifecycle() == (row.refused ? LifecycleState::kSealed : LifecycleState::kClosing));
    CHECK(evening->outbox_last_sequence() == rows_before + (row.refused ? 0 : 1));
    if (row.refused) continue;
    REQUIRE(evening->change_lifecycle(LifecycleEvent::kReopen, row.who).has_value());
    CHECK(evening->begin_feed(evening.contest().id).has_value());
    evening.restart();
    CHECK(evening->lifecycle() == LifecycleState::kPaused);
  }
}

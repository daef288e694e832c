// Every refusal of the receiver, and that its sums follow its records exactly.
#include "sync/committee/receiver.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sync/committee/board.h"
#include "tests/unit/sync/committee/fixture.h"

using namespace kiemphieu;
using committee::Receipt;
using committee::Receiver;
using committee::Store;
using test::Chain;
using test::kStation;

namespace {

struct Committee {
  Chain chain;
  test::TestStore database;
  Store store = database.open();
  Receiver receiver{store, test::example_election(), {{kStation, chain.key.public_key()}}};

  Receipt send(const std::vector<Bytes>& records, const std::string& sender = kStation) {
    return receiver.receive(sender, wire::encode_batch(records), 1'773'000'000).value();
  }
  ErrorCode refusal(const std::vector<Bytes>& records, const std::string& sender = kStation) {
    const Receipt receipt = send(records, sender);
    REQUIRE(receipt.error.has_value());
    return receipt.error->code;
  }
  std::uint64_t collected() { return store.totals().value()["qh-1"].collected; }
};

}  // namespace

TEST_CASE("records in order are summed up") {
  Committee committee;
  const Receipt receipt = committee.send(
      {committee.chain.status("counting"), committee.chain.total(1), committee.chain.total(2)});
  CHECK(!receipt.error.has_value());
  CHECK(receipt.acknowledged == 3);
  CHECK(receipt.accepted == 3);
  const auto numbers = committee.store.totals().value()["qh-1"];
  CHECK(numbers.collected == 20);
  CHECK(numbers.valid == 16);
  CHECK(numbers.invalid == 4);
  CHECK(numbers.classes.at(3) == 8);
  CHECK(numbers.votes.at(test::example_total(1).candidates[0].id) == 16);
  CHECK(numbers.stations_reporting == 1);
  CHECK(
      committee::totals_json(test::example_election(), committee.store.totals().value(), 3)
          .starts_with(
              R"([{"contest":"qh-1","seats":3,"stations_reporting":1,"collected":20,"valid":16,"invalid":4,)"
              R"("classes":{"1":2,"2":6,"3":8},"candidates":[{"id":"c1","votes":16},)"));
}

TEST_CASE("a repeat is accepted and changes nothing") {
  Committee committee;
  const std::vector<Bytes> records{committee.chain.total(1), committee.chain.total(2)};
  committee.send(records);
  const Receipt again = committee.send(records);
  CHECK(!again.error.has_value());
  CHECK(again.acknowledged == 2);
  CHECK(again.accepted == 0);
  CHECK(committee.collected() == 20);
  CHECK(committee.store.records_accepted().value() == 2);
}

TEST_CASE("what is before the first refused record stays") {
  Committee committee;
  const Bytes first = committee.chain.total(1);
  const Bytes lost = committee.chain.total(2);
  const Bytes third = committee.chain.total(3);
  const Receipt receipt = committee.send({first, third});
  REQUIRE(receipt.error.has_value());
  CHECK(receipt.error->code == ErrorCode::kWireGap);
  CHECK(receipt.acknowledged == 1);
  CHECK(committee.collected() == 10);
  CHECK(committee.send({lost, third}).acknowledged == 3);
  CHECK(committee.collected() == 30);
}

TEST_CASE("a fork is refused, kept and shown; the first chain goes on") {
  Committee committee;
  committee.send({committee.chain.total(1)});
  Chain twin;
  twin.station = kStation;
  SUBCASE("another record under the same number") {
    CHECK(committee.refusal({twin.total(9)}) == ErrorCode::kWireFork);
  }
  SUBCASE("a record that continues another chain") {
    twin.status("idle");
    CHECK(committee.refusal({twin.total(9)}) == ErrorCode::kWireFork);
  }
  CHECK(committee.collected() == 10);
  CHECK(committee.store.conflicts().value() == 1);
  CHECK(committee.store.stations().value()[0].state == committee::StationState::kConflict);
  CHECK(committee.send({committee.chain.total(2)}).acknowledged == 2);
  CHECK(committee::summary_json(committee.store.stations().value())
            .ends_with(R"("conflict":1,"conflicts":["dl-eakly-03"]})"));
}

TEST_CASE("records of the wrong hand are refused and leave nothing") {
  Committee committee;
  Chain& chain = committee.chain;
  SUBCASE("another key") {
    chain.key = crypto::SigningKey::generate();
    CHECK(committee.refusal({chain.total(1)}) == ErrorCode::kSignatureInvalid);
  }
  SUBCASE("changed on the way") {
    Bytes record = chain.total(1);
    const std::string_view ten = "\"collected\":10", eleven = "\"collected\":11";
    std::ranges::copy(eleven, std::ranges::search(record, ten).begin());
    CHECK(committee.refusal({record}) == ErrorCode::kSignatureInvalid);
  }
  SUBCASE("certificate of another station") {
    CHECK(committee.refusal({chain.total(1)}, "dl-01") == ErrorCode::kStationNotAuthorised);
  }
  SUBCASE("record of another station") {
    chain.station = "dl-01";
    CHECK(committee.refusal({chain.total(1)}) == ErrorCode::kStationNotAuthorised);
  }
  SUBCASE("another election") {
    chain.election.bytes[0] ^= 1U;
    CHECK(committee.refusal({chain.total(1)}) == ErrorCode::kElectionMismatch);
  }
  SUBCASE("cut short") {
    Bytes record = chain.total(1);
    record.resize(record.size() - 1);
    CHECK(committee.refusal({record}) == ErrorCode::kWireInvalid);
  }
  CHECK(committee.collected() == 0);
  CHECK(committee.store.head(kStation)->sequence == 0);
  CHECK(committee.store.conflicts().value() == 0);
}

TEST_CASE("a body that does not fit the election is refused and leaves nothing") {
  Committee committee;
  Chain& chain = committee.chain;
  wire::BatchTotal total = test::example_total(1);
  std::string kind = "batch_total", body;
  SUBCASE("contest") { total.contest = "qh-2"; }
  SUBCASE("seats") {
    total.seats = 4;
    total.classes.push_back(Count{0});
  }
  SUBCASE("a candidate too few") { total.candidates.pop_back(); }
  SUBCASE("candidates in another order") { std::swap(total.candidates[3], total.candidates[4]); }
  SUBCASE("unknown kind") { kind = "ballot"; }
  CHECK(committee.refusal({chain.next(kind, wire::encode(total))}) == ErrorCode::kWireInvalid);
  CHECK(committee.collected() == 0);
}

TEST_CASE("sheets in review follow the newest status") {
  Committee committee;
  const auto status = [&](std::uint64_t review) {
    return committee.chain.next(
        "status",
        wire::encode(wire::Status{.state = "counting", .contests = {{"qh-1", Count{50}, Count{review}}}}));
  };
  committee.send({status(5)});
  CHECK(committee.store.totals().value()["qh-1"].in_review == 5);
  committee.send({status(7), status(2)});
  CHECK(committee.store.totals().value()["qh-1"].in_review == 2);
  committee.send({committee.chain.status("sealed")});
  CHECK(committee.store.stations().value()[0].state == committee::StationState::kComplete);
}

TEST_CASE("a sealed station that counts again is named on the board, and its new pile counts") {
  Committee committee;
  const auto row = [&] { return committee.store.stations().value()[0]; };
  committee.send({committee.chain.status("counting"), committee.chain.status("closing"), committee.chain.status("sealed"),
                  committee.chain.status("sealed")});
  CHECK(row().state == committee::StationState::kComplete);
  CHECK(row().reopened == 0);
  CHECK(committee::summary_json({row()}).find(R"("reopened":[])") != std::string::npos);
  committee.send({committee.chain.status("closing"), committee.chain.status("counting"), committee.chain.total(1)});
  CHECK(row().state == committee::StationState::kReporting);
  CHECK(row().reopened == 1);
  CHECK(committee.collected() == 10);
  committee.send({committee.chain.status("closing"), committee.chain.status("sealed")});
  CHECK(row().state == committee::StationState::kComplete);
  CHECK(row().reopened == 1);  // it stays said
  CHECK(committee::summary_json({row()}).find(R"("reopened":["dl-eakly-03"])") != std::string::npos);
  CHECK(committee::stations_json({row()}).find(R"("reopened":1)") != std::string::npos);
}

TEST_CASE("a store is of one election and survives being opened again") {
  Committee committee;
  committee.send({committee.chain.total(1)});
  auto again = committee.database.open({kStation, "dl-new"});
  CHECK(again.head(kStation)->sequence == 1);
  CHECK(again.stations()->size() == 2);
  CHECK(committee.database.try_open({}, Digest{}).error().code == ErrorCode::kElectionMismatch);
}

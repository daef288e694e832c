// A spare machine goes on with a station's count: what the committee takes from
// it, what it sets aside, and what it says when the old machine wakes up.
#include <doctest/doctest.h>

#include "config/crypto/sha256.h"
#include "sync/committee/board.h"
#include "sync/committee/receiver.h"
#include "tests/unit/sync/committee/fixture.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using committee::Receipt;
using committee::Receiver;
using committee::Store;
using test::Chain;
using test::kStation;

namespace {

Chain chain_of(std::uint8_t seed, const wire::ChainHead& head) {
  Chain chain;
  chain.key = crypto::SigningKey::from_seed({seed});
  chain.head = head;
  return chain;
}

Bytes tally_sheet(Chain& chain, std::uint64_t sheet) {
  return chain.next("tally_total", wire::encode(wire::TallyTotal{test::example_total(sheet), 0, "", Count{100}, Count{50}, Count{60}}));
}

struct Committee {
  Chain first;
  crypto::SigningKey spare = crypto::SigningKey::from_seed({42});
  test::TestStore database;
  Store store = database.open();
  Receiver receiver{store, test::example_election(), {{kStation, first.key.public_key()}}, {spare.public_key()}};

  Receipt send(const std::vector<Bytes>& records) {
    return receiver.receive(kStation, wire::encode_batch(records), 1'773'000'000).value();
  }
  /// The spare machine's chain, which goes on where the mirror ended.
  static Chain goes_on(const Chain& mirrored) { return chain_of(42, mirrored.head); }
  std::uint64_t collected() { return store.totals().value()["qh-1"].collected; }
  committee::StationRow row() { return store.stations().value().front(); }
};

Bytes take_over(Chain& chain, std::uint64_t epoch = 2) {
  return chain.next(wire::TakeOver::kKind, wire::encode(wire::TakeOver{epoch, chain.key.public_key().hex()}));
}

}  // namespace

TEST_CASE("a spare machine goes on, and every sum goes on with it") {
  Committee committee;
  const std::vector<Bytes> mirrored{committee.first.status("counting"), committee.first.total(1)};
  REQUIRE_FALSE(committee.send(mirrored).error.has_value());
  Chain spare = committee.goes_on(committee.first);
  const Receipt receipt = committee.send({mirrored[1], take_over(spare), spare.status("counting"), spare.total(2)});
  if (receipt.error) MESSAGE(receipt.error->log_line());
  REQUIRE_FALSE(receipt.error.has_value());
  CHECK(receipt.acknowledged == 5);
  CHECK(committee.collected() == 20);
  CHECK(committee.row().machine == 2);
  CHECK(committee.row().state == committee::StationState::kReporting);
  CHECK(committee::summary_json({committee.row()}).find(R"("taken_over":["dl-eakly-03"])") != std::string::npos);
}

TEST_CASE("the old machine that wakes up is refused, kept and shown, and the new one goes on") {
  Committee committee;
  REQUIRE_FALSE(committee.send({committee.first.status("counting")}).error.has_value());
  Chain spare = committee.goes_on(committee.first);
  REQUIRE_FALSE(committee.send({take_over(spare)}).error.has_value());
  for (const Bytes& late : {committee.first.status("counting"), committee.first.total(1)}) {
    const Receipt receipt = committee.send({late});
    REQUIRE(receipt.error.has_value());
    CHECK(receipt.error->code == ErrorCode::kStationSuperseded);
  }
  CHECK(committee.row().state == committee::StationState::kConflict);
  CHECK(committee.store.conflicts().value() == 2);
  CHECK(committee.collected() == 0);
  REQUIRE_FALSE(committee.send({spare.total(1)}).error.has_value());
  CHECK(committee.collected() == 10);
}

TEST_CASE("what the mirror did not have is set aside: statuses quietly, totals as a conflict for people") {
  struct Row {
    const char* name;
    bool totals;
    committee::StationState state;
  };
  for (const Row& row : {Row{"only statuses", false, committee::StationState::kReporting},
                         Row{"a settled pile", true, committee::StationState::kConflict}}) {
    CAPTURE(row.name);
    Committee committee;
    const std::vector<Bytes> mirrored{committee.first.status("counting"), committee.first.total(1)};
    REQUIRE_FALSE(committee.send(mirrored).error.has_value());
    Chain spare = committee.goes_on(committee.first);
    REQUIRE_FALSE(committee.send({committee.first.status("paused")}).error.has_value());
    if (row.totals) REQUIRE_FALSE(committee.send({committee.first.total(2)}).error.has_value());
    // What the mirror has is acknowledged as far as the spare machine has it.
    CHECK(committee.send(mirrored).acknowledged == 2);
    const Receipt receipt = committee.send({take_over(spare), spare.status("counting")});
    if (receipt.error) MESSAGE(receipt.error->log_line());
    REQUIRE_FALSE(receipt.error.has_value());
    CHECK(receipt.acknowledged == 4);
    CHECK(committee.collected() == 10);
    CHECK(committee.row().lifecycle == "counting");
    CHECK(committee.row().state == row.state);
    REQUIRE_FALSE(committee.send({spare.total(2)}).error.has_value());
    CHECK(committee.collected() == 20);
    CHECK(committee.store.totals().value()["qh-1"].stations_reporting == 1);
  }
}

TEST_CASE("a hand count and sheets in review are taken away and put back with what stays") {
  Committee committee;
  REQUIRE_FALSE(committee.send({committee.first.status("counting")}).error.has_value());
  Chain spare = committee.goes_on(committee.first);
  REQUIRE_FALSE(committee.send({tally_sheet(committee.first, 1)}).error.has_value());
  CHECK(committee.collected() == 10);
  REQUIRE_FALSE(committee.send({take_over(spare)}).error.has_value());
  CHECK(committee.collected() == 0);
  CHECK(committee.store.totals().value()["qh-1"].stations_reporting == 0);
  REQUIRE_FALSE(committee.send({tally_sheet(spare, 1)}).error.has_value());
  CHECK(committee.collected() == 10);
}

TEST_CASE("nobody takes a station over who may not, out of turn, or from a journal the committee does not know") {
  Committee committee;
  REQUIRE_FALSE(committee.send({committee.first.status("counting")}).error.has_value());
  const auto refused = [&](Chain chain, std::uint64_t epoch) {
    const Receipt receipt = committee.send({take_over(chain, epoch)});
    REQUIRE(receipt.error.has_value());
    CHECK(committee.row().machine == 1);
    return receipt.error->code;
  };
  CHECK(refused(chain_of(66, committee.first.head), 2) == ErrorCode::kStationNotAuthorised);
  CHECK(refused(committee.goes_on(committee.first), 3) == ErrorCode::kWireFork);
  CHECK(refused(chain_of(42, {1, crypto::sha256(as_bytes("another record"))}), 2) == ErrorCode::kWireFork);
  CHECK(refused(chain_of(42, {7, committee.first.head.digest}), 2) == ErrorCode::kWireGap);
}

TEST_CASE("the first machine may take the station back, knowingly") {
  Committee committee;
  REQUIRE_FALSE(committee.send({committee.first.status("counting")}).error.has_value());
  Chain spare = committee.goes_on(committee.first);
  REQUIRE_FALSE(committee.send({take_over(spare)}).error.has_value());
  committee.first.head = spare.head;
  REQUIRE_FALSE(committee.send({take_over(committee.first, 3), committee.first.total(1)}).error.has_value());
  CHECK(committee.row().machine == 3);
  CHECK(committee.collected() == 10);
}

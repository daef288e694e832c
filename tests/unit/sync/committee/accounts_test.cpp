// What a station's records mean for the committee's sums, and what is said against them.
#include <doctest/doctest.h>

#include <random>

#include "tests/unit/sync/committee/fixture.h"

using namespace kiemphieu;
using committee::Objection;
using committee::Receipt;
using committee::StationState;
using test::Chain;
using test::kStation;

namespace {

/// n ballots of qh-1: all valid, each for its first candidate alone.
wire::BatchTotal simple(std::uint64_t pile, std::uint64_t n) {
  wire::BatchTotal total = test::example_total(pile);
  total.collected = total.valid = Count{n};
  total.invalid = Count{};
  total.classes = {Count{n}, Count{}, Count{}};
  for (auto& line : total.candidates) line.votes = Count{};
  total.candidates.front().votes = Count{n};
  return total;
}

wire::ContestResult result_of(std::uint64_t piles, std::uint64_t n) {
  wire::ContestResult result;
  result.sums = simple(piles, n);
  return result;
}

wire::TallyTotal sheet_of(std::uint64_t sheet, std::uint64_t n, std::uint64_t replaces = 0, std::uint64_t voters = 1072) {
  wire::TallyTotal total;
  total.sums = simple(sheet, n);
  total.replaces = replaces;
  if (replaces > 0) total.reason = "Viết nhầm số";
  total.voters = Count{voters}, total.voted = total.issued = Count{n};
  return total;
}

struct Evening {
  test::TestStore database;
  Chain chain;
  committee::Store store = database.open();
  committee::Receiver receiver{store, test::example_day(), {{kStation, chain.key.public_key()}}};
  Receipt last;

  template <class Body>
  Bytes record(const Body& body) {
    return chain.next(Body::kKind, wire::encode(body));
  }
  Receipt send(const std::vector<Bytes>& records) {
    last = receiver.receive(kStation, wire::encode_batch(records), 1'773'000'000).value();
    return last;
  }
  template <class Body>
  std::vector<Objection> say(const Body& body) {
    send({record(body)});
    REQUIRE_MESSAGE(!last.error, last.error->log_line());
    std::vector<Objection> said;
    for (const auto& objected : last.objections) said.push_back(objected.what);
    return said;
  }
  committee::ContestNumbers numbers() { return store.totals().value()["qh-1"]; }
  committee::StationRow row() { return store.stations().value().front(); }
  std::vector<Objection> standing() {
    std::vector<Objection> all;
    const auto objections = store.objections();
    for (const auto& objected : objections.value()) all.push_back(objected.what);
    return all;
  }
};

using Said = std::vector<Objection>;

}  // namespace

TEST_CASE("figures that cannot be true are kept, not counted, and make the station a conflict until a true result comes") {
  const std::uint64_t listed = test::example_day().find_station(kStation)->voters("qh-1").value();
  struct Row {
    const char* name;
    wire::BatchTotal total;
    Said said;
    std::uint64_t counts;
  };
  wire::BatchTotal sums = simple(1, 10), classes = sums, votes = sums;
  sums.collected += Count{1};
  classes.classes = {Count{9}, Count{1}, Count{}};
  votes.candidates.front().votes = Count{11};
  const Row rows[] = {
      {"true", simple(1, 10), {}, 10},
      {"collected is not valid + invalid", sums, {Objection::kResultImpossible}, 0},
      {"the classes do not give the votes", classes, {Objection::kResultImpossible}, 0},
      {"more votes than ballots", votes, {Objection::kResultImpossible}, 0},
      {"a few above the list", simple(1, listed + 3), {Objection::kAboveList}, listed + 3},
      {"a digit too many", simple(1, listed * 10), {Objection::kFarAboveList}, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Evening evening;
    CHECK(evening.say(row.total) == row.said);
    CHECK(evening.numbers().collected == row.counts);
    CHECK(evening.last.acknowledged == 1);
    const bool conflict = !row.said.empty() && committee::level_of(row.said.front()) == committee::Level::kConflict;
    CHECK((evening.row().state == StationState::kConflict) == conflict);
    if (!conflict) continue;
    CHECK(evening.say(simple(2, 10)).empty());  // the corrected pile under a number of its own
    CHECK(evening.row().state == StationState::kConflict);
    CHECK(evening.say(result_of(1, 10)).empty());
    CHECK(evening.row().state == StationState::kReporting);
    CHECK(evening.numbers().collected == 10);
  }
}

TEST_CASE("the list bounds the sum of the piles, not only each of them") {
  Evening evening;
  const std::uint64_t listed = test::example_day().find_station(kStation)->voters("qh-1").value();
  CHECK(evening.say(simple(1, listed)).empty());
  CHECK(evening.say(simple(2, listed)) == Said{Objection::kFarAboveList});
  CHECK(evening.numbers().collected == listed);
}

TEST_CASE("a pile counts once, even under a new record") {
  Evening evening;
  CHECK(evening.say(simple(1, 10)).empty());
  CHECK(evening.say(simple(1, 10)) == Said{Objection::kPileRepeated});
  CHECK(evening.numbers().collected == 10);
  CHECK(evening.numbers().stations_reporting == 1);
}

TEST_CASE("a pile is withdrawn with a reason, and its sheets count as other piles") {
  Evening evening;
  evening.say(simple(1, 10));
  evening.say(simple(2, 30));
  CHECK(evening.say(wire::BatchWithdrawn{"qh-1", 2, "Lẫn phiếu của chồng khác"}).empty());
  CHECK(evening.numbers().collected == 10);
  CHECK(evening.say(wire::BatchWithdrawn{"qh-1", 2, "Lần nữa"}) == Said{Objection::kPileUnknown});
  evening.say(wire::BatchWithdrawn{"qh-1", 1, "Quét lại cả hai"});
  CHECK(evening.numbers().collected == 0);
  CHECK(evening.numbers().stations_reporting == 0);
  evening.say(simple(3, 40));
  CHECK(evening.numbers().collected == 40);
  const auto bare = evening.chain.next("batch_withdrawn", R"({"batch":3,"contest":"qh-1"})");
  CHECK(evening.send({bare}).error->code == ErrorCode::kWireInvalid);  // no correction without a reason
}

TEST_CASE("a contest counted by hand: one sheet counts, a correction with its reason takes its place, piles do not") {
  Evening evening;
  CHECK(evening.say(sheet_of(2, 10)).empty());
  CHECK(evening.numbers().collected == 10);
  CHECK(evening.say(sheet_of(5, 12, 2)).empty());
  CHECK(evening.numbers().collected == 12);
  CHECK(evening.numbers().stations_reporting == 1);
  CHECK(evening.say(sheet_of(7, 13)) == Said{Objection::kReplacesNothing});
  CHECK(evening.say(sheet_of(8, 13, 2)) == Said{Objection::kReplacesNothing});
  CHECK(evening.say(simple(1, 10)) == Said{Objection::kCountedTwoWays});
  CHECK(evening.numbers().collected == 12);

  Evening scanned;
  scanned.say(simple(1, 0));  // an empty pile holds no ballots
  CHECK(scanned.say(sheet_of(1, 9)).empty());
  Evening both;
  both.say(simple(1, 10));
  CHECK(both.say(sheet_of(1, 10)) == Said{Objection::kCountedTwoWays});
  CHECK(both.numbers().collected == 10);
  Evening far;
  CHECK(far.say(sheet_of(1, 10, 0, 50'000)) == Said{Objection::kFarAboveList});
}

TEST_CASE("the final result counts; where it differs from the piles people are told, and a correction says why") {
  Evening evening;
  evening.say(simple(1, 10));
  evening.say(simple(2, 30));
  const std::uint64_t first = evening.chain.head.sequence + 1;
  CHECK(evening.say(result_of(2, 41)) == Said{Objection::kResultDiffers});
  CHECK(evening.numbers().collected == 41);
  CHECK(evening.row().state == StationState::kConflict);
  auto again = result_of(2, 40);
  CHECK(evening.say(again) == Said{Objection::kReplacesNothing});
  CHECK(evening.numbers().collected == 41);
  again.replaces = first, again.reason = "Cộng nhầm";
  CHECK(evening.say(again).empty());
  CHECK(evening.numbers().collected == 40);
  CHECK(evening.standing().empty());
  CHECK(evening.row().state == StationState::kReporting);
}

TEST_CASE("a result that comes before its chain counts at once, and its chain confirms it byte for byte") {
  Evening evening;
  const Bytes first = evening.record(simple(1, 10)), second = evening.record(simple(2, 30));
  auto final_words = result_of(2, 40);
  const Bytes result = evening.record(final_words);
  SUBCASE("the photograph first, the network later") {
    const Receipt alone = evening.send({result});
    CHECK_FALSE(alone.error);
    CHECK(alone.held == 1);
    CHECK(alone.acknowledged == 0);
    CHECK(evening.numbers().collected == 40);
    CHECK(evening.row().state == StationState::kReporting);
    CHECK(evening.row().held == 1);
    CHECK(evening.send({result}).held == 1);  // the same photograph again
    CHECK(evening.numbers().collected == 40);
    evening.send({first});
    CHECK(evening.numbers().collected == 40);  // not counted on top of it
    CHECK(evening.send({second, result}).acknowledged == 3);
    CHECK(evening.numbers().collected == 40);
    CHECK(evening.row().held == 0);
    CHECK(evening.standing().empty());
  }
  SUBCASE("the network first: the photograph is a repeat") {
    evening.send({first, second, result});
    const Receipt again = evening.send({result});
    CHECK_FALSE(again.error);
    CHECK(again.accepted == 0);
    CHECK(again.held == 0);
    CHECK(evening.numbers().collected == 40);
  }
  SUBCASE("the network first, then the codes with some of its records") {
    evening.send({first, second, result});
    const Receipt again = evening.send({first, result});
    CHECK_FALSE(again.error);
    CHECK(again.acknowledged == 3);
    CHECK(evening.numbers().collected == 40);
  }
  SUBCASE("codes with the result behind records that are here: taken as far as they go, the result held") {
    evening.send({first});
    const Receipt codes = evening.send({first, result});
    CHECK_FALSE(codes.error);
    CHECK(codes.held == 1);
    CHECK(evening.numbers().collected == 40);
  }
  SUBCASE("the chain has another record in its place") {
    evening.send({result});
    Chain twin;
    twin.key = crypto::SigningKey::from_seed({1, 2, 3});  // the same key
    const std::vector<Bytes> other{twin.next("batch_total", wire::encode(simple(1, 10))),
                                   twin.next("batch_total", wire::encode(simple(2, 5))),
                                   twin.next("contest_result", wire::encode(result_of(2, 15)))};
    evening.send(other);
    CHECK(evening.row().state == StationState::kConflict);
    CHECK(evening.store.conflicts().value() == 1);
    CHECK(evening.numbers().collected == 15);
  }
  SUBCASE("signed by nobody's key: refused, and nothing counts") {
    Bytes forged = result;
    forged[forged.size() - 1] ^= 1U;
    CHECK(evening.send({forged}).error->code == ErrorCode::kSignatureInvalid);
    CHECK(evening.numbers().collected == 0);
  }
  SUBCASE("other records wait for their chain") {
    CHECK(evening.send({second}).error->code == ErrorCode::kWireGap);
    CHECK(evening.numbers().collected == 0);
  }
}

TEST_CASE("turnout by the set hours: the newest stands, an odd one is said, the late are named") {
  Evening evening;
  const auto voted = [](std::string at, std::uint64_t n) { return wire::Turnout{std::move(at), {{"qh-1", Count{n}}}}; };
  CHECK(evening.say(voted("08:00", 300)).empty());
  CHECK(evening.store.without_turnout("08:00").value().empty());
  CHECK(evening.store.without_turnout("10:30").value() == std::vector<std::string>{kStation});
  CHECK(evening.say(voted("10:30", 200)) == Said{Objection::kTurnoutFalls});
  CHECK(evening.say(voted("10:30", 500)).empty());
  CHECK(evening.numbers().voted.at("08:00") == 300);
  CHECK(evening.numbers().voted.at("10:30") == 500);
  CHECK(evening.say(voted("18:00", 99'999)) == Said{Objection::kFarAboveList});
  CHECK(evening.store.without_turnout("18:00").value() == std::vector<std::string>{kStation});
  auto result = result_of(1, 450);
  result.voters = Count{1072}, result.voted = Count{460}, result.issued = Count{470};
  CHECK(evening.say(result) == Said{Objection::kResultBelowTurnout, Objection::kResultDiffers});
  const auto nobody_asked = evening.record(voted("09:00", 5));
  CHECK(evening.send({nobody_asked}).error->code == ErrorCode::kWireInvalid);
}

TEST_CASE("a bad signature inside a run that its last signature proves changes nothing, one at its end stops it") {
  Evening evening;
  std::vector<Bytes> records{evening.record(simple(1, 1)), evening.record(simple(2, 2)), evening.record(simple(3, 3))};
  std::vector<Bytes> bad = records;
  bad[2].back() ^= 1U;
  const Receipt receipt = evening.send(bad);
  CHECK(receipt.error->code == ErrorCode::kSignatureInvalid);
  CHECK(receipt.acknowledged == 2);
  CHECK(evening.numbers().collected == 3);
  bad = records;
  bad[0].back() ^= 1U;  // the next one names other bytes than these
  CHECK(evening.send(bad).error.has_value());
  CHECK(evening.send(records).acknowledged == 3);
  CHECK(evening.numbers().collected == 6);
}

TEST_CASE("every act against the plain way is in the audit log") {
  Evening evening;
  evening.say(simple(1, 10));
  evening.say(simple(1, 10));
  Chain twin;
  twin.key = crypto::SigningKey::from_seed({1, 2, 3});  // the same key
  evening.send({twin.next("batch_total", wire::encode(simple(9, 1)))});
  const auto lines = evening.store.audit_lines(0, 10).value();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].act == "pile_repeated");
  CHECK(lines[1].act == "wire_fork");
  CHECK(lines[1].station == kStation);
  CHECK(evening.store.audit_lines(lines[0].number, 10).value().size() == 1);
}

TEST_CASE("any order of arrival gives the sums that the records give in their order") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    Evening evening;
    std::vector<Bytes> records;
    std::map<std::uint64_t, std::uint64_t> piles;
    std::uint64_t truth = 0, result_at = 0;
    for (int i = 0; i < 14; ++i) {
      const std::uint64_t pile = 1 + random() % 6, n = random() % 40;
      if (piles.contains(pile)) {
        records.push_back(evening.record(wire::BatchWithdrawn{"qh-1", pile, "Quét lại"}));
        piles.erase(pile);
      } else {
        records.push_back(evening.record(simple(pile, n)));
        piles[pile] = n;
      }
    }
    for (const auto& [pile, n] : piles) truth += n;
    records.push_back(evening.record(result_of(piles.size(), truth)));
    result_at = records.size() - 1;
    for (int step = 0; step < 40; ++step) {  // pieces, repeats, too early, and the photograph at any time
      const std::size_t from = random() % records.size(), count = 1 + random() % 5;
      if (random() % 7 == 0) evening.send({records[result_at]});
      else evening.send({records.begin() + static_cast<std::ptrdiff_t>(from),
                         records.begin() + static_cast<std::ptrdiff_t>(std::min(records.size(), from + count))});
    }
    evening.send(records);
    CHECK(evening.last.acknowledged == records.size());
    CHECK(evening.numbers().collected == truth);
    CHECK(evening.numbers().votes.at("c1") == truth);
    CHECK(evening.standing().empty());
    CHECK(evening.store.conflicts().value() == 0);
    CHECK(evening.row().held == 0);
  }
}

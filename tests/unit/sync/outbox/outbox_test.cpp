#include "sync/outbox/outbox.h"

#include <doctest/doctest.h>

#include <string>

#include "sync/wire/envelope.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using outbox::Outbox;
using storage::Database;

namespace {

/// A station's database with its outbox.
struct Station {
  test::TemporaryFolder folder;
  crypto::SigningKey key = crypto::SigningKey::generate();
  Digest election = {};
  Database database = Database::open(folder.path() / "journal.db").value();
  Outbox box = Outbox::open(database, "dl-01", election, key).value();

  std::uint64_t add(std::string_view body) {
    auto transaction = database.begin().value();
    const std::uint64_t sequence = box.enqueue(transaction, "status", body).value();
    REQUIRE(transaction.commit().has_value());
    return sequence;
  }
};

}  // namespace

TEST_CASE("records are numbered, chained and signed") {
  Station station;
  CHECK(station.add("{\"a\":1}") == 1);
  CHECK(station.add("{\"a\":2}") == 2);
  CHECK(station.add("{\"a\":3}") == 3);
  const auto items = station.box.pending(station.database, 100, 1'000'000).value();
  REQUIRE(items.size() == 3);
  wire::ChainHead head;
  for (const auto& item : items) {
    const auto envelope = wire::decode(item.envelope).value();
    CHECK(envelope.station == "dl-01");
    CHECK(wire::verify(envelope, station.key.public_key(), head).has_value());
    head = {.sequence = item.sequence, .digest = wire::record_digest(item.envelope)};
  }
  CHECK(head.sequence == 3);
}

TEST_CASE("what cannot be signed is not enqueued") {
  struct NoToken final : crypto::Signer {
    Result<crypto::Signature> sign(ByteView) override { return fail(ErrorCode::kKeyTokenGone, "pulled"); }
    Result<void> save(const std::filesystem::path&) const override { return {}; }
  };
  Station station;
  station.add("{}");
  const crypto::SigningKey pulled{station.key.public_key(), std::make_unique<NoToken>()};
  const Outbox box = Outbox::open(station.database, "dl-01", station.election, pulled).value();
  {
    auto transaction = station.database.begin().value();
    CHECK(Outbox{box}.enqueue(transaction, "status", "{}").error().code == ErrorCode::kKeyTokenGone);
    REQUIRE(transaction.commit().has_value());  // even a caller that goes on has no unsigned row
  }
  CHECK(station.box.status(station.database)->last_sequence == 1);
  CHECK(station.add("{}") == 2);
}

TEST_CASE("a record lives and dies with its transaction") {
  Station station;
  station.add("{}");
  {
    auto transaction = station.database.begin().value();
    CHECK(station.box.enqueue(transaction, "status", "{}").value() == 2);
    CHECK(station.box.enqueue(transaction, "status", "{}").value() == 3);
  }
  CHECK(station.box.status(station.database)->last_sequence == 1);
  CHECK(station.add("{}") == 2);
}

TEST_CASE("pending is bounded, in order, and never empty while something waits") {
  Station station;
  for (int i = 0; i < 5; ++i) station.add("{\"pad\":\"" + std::string(1000, 'x') + "\"}");
  CHECK(station.box.pending(station.database, 3, 1'000'000)->size() == 3);
  CHECK(station.box.pending(station.database, 100, 2'500)->size() == 2);
  CHECK(station.box.pending(station.database, 100, 1)->size() == 1);
  REQUIRE(station.box.acknowledge(station.database, 3).has_value());
  const auto rest = station.box.pending(station.database, 100, 1'000'000).value();
  REQUIRE(rest.size() == 2);
  CHECK(rest.front().sequence == 4);
}

TEST_CASE("an acknowledgement goes forward only and not past the end") {
  Station station;
  station.add("{}");
  station.add("{}");
  CHECK(!station.box.acknowledge(station.database, 3).has_value());
  CHECK(station.box.acknowledge(station.database, 2).has_value());
  CHECK(station.box.acknowledge(station.database, 2).has_value());
  CHECK(!station.box.acknowledge(station.database, 1).has_value());
  CHECK(station.box.status(station.database)->acknowledged_sequence == 2);
}

TEST_CASE("records can be neither changed nor deleted nor skipped") {
  Station station;
  station.add("{}");
  CHECK(!station.database.execute("DELETE FROM outbox_records").has_value());
  CHECK(!station.database.execute("UPDATE outbox_records SET envelope = x'00'").has_value());
  CHECK(!station.database.execute("INSERT INTO outbox_records VALUES(3, zeroblob(32), x'00')").has_value());
  CHECK(!station.database.execute("UPDATE outbox_acknowledged SET sequence = 9").has_value());
}

TEST_CASE("the chain goes on after a restart; another station's outbox is refused") {
  Station station;
  station.add("{}");
  Database again = Database::open(station.folder.path() / "journal.db").value();
  Outbox box = Outbox::open(again, "dl-01", station.election, station.key).value();
  auto transaction = again.begin().value();
  CHECK(box.enqueue(transaction, "status", "{}").value() == 2);
  REQUIRE(transaction.commit().has_value());

  Digest other;
  other.bytes.fill(7);
  CHECK(Outbox::open(again, "dl-02", station.election, station.key).error().code ==
        ErrorCode::kStationNotAuthorised);
  CHECK(Outbox::open(again, "dl-01", other, station.key).error().code == ErrorCode::kElectionMismatch);
}

TEST_CASE("a body beyond the limit is refused and leaves nothing") {
  Station station;
  auto transaction = station.database.begin().value();
  CHECK(!station.box.enqueue(transaction, "status", std::string(wire::kMaxBodyBytes + 1, 'x')).has_value());
  CHECK(station.box.enqueue(transaction, "status", std::string(wire::kMaxBodyBytes, 'x')).has_value());
}

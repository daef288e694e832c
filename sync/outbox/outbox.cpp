#include "sync/outbox/outbox.h"

#include "config/storage/migrations.h"
#include "sync/wire/envelope.h"

namespace kiemphieu::outbox {
namespace {

using storage::Database;
using storage::Statement;
using storage::Transaction;

// The acknowledgement has a table of its own, so that the records can be
// append-only for every program that opens the file.
constexpr storage::Migration kMigrations[] = {{1, R"sql(
CREATE TABLE outbox_records(
  sequence INTEGER PRIMARY KEY CHECK(sequence > 0),
  digest   BLOB NOT NULL CHECK(length(digest) = 32),
  envelope BLOB NOT NULL
) STRICT;
CREATE TRIGGER outbox_records_keep BEFORE DELETE ON outbox_records
  BEGIN SELECT RAISE(ABORT, 'outbox records are never deleted'); END;
CREATE TRIGGER outbox_records_same BEFORE UPDATE ON outbox_records
  BEGIN SELECT RAISE(ABORT, 'outbox records are never changed'); END;
CREATE TRIGGER outbox_records_next BEFORE INSERT ON outbox_records
  WHEN NEW.sequence <> (SELECT ifnull(max(sequence), 0) + 1 FROM outbox_records)
  BEGIN SELECT RAISE(ABORT, 'outbox records have no gaps'); END;
CREATE TABLE outbox_acknowledged(
  only_row INTEGER PRIMARY KEY CHECK(only_row = 1),
  sequence INTEGER NOT NULL CHECK(sequence >= 0)
) STRICT;
INSERT INTO outbox_acknowledged VALUES(1, 0);
CREATE TRIGGER outbox_acknowledged_forward BEFORE UPDATE ON outbox_acknowledged
  WHEN NEW.sequence < OLD.sequence
   OR NEW.sequence > (SELECT ifnull(max(sequence), 0) FROM outbox_records)
  BEGIN SELECT RAISE(ABORT, 'acknowledgement out of range'); END;
)sql"}};

Result<wire::ChainHead> chain_head(Database& database) {
  KP_TRY(Statement query,
         database.prepare("SELECT sequence, digest FROM outbox_records ORDER BY sequence DESC LIMIT 1"));
  KP_TRY(const bool found, query.step());
  if (!found) return wire::ChainHead{};
  KP_TRY(const Digest digest, Digest::from_bytes(query.blob(1)));
  return wire::ChainHead{.sequence = static_cast<std::uint64_t>(query.integer(0)), .digest = digest};
}

/// The file may hold another station's or another election's records.
Result<void> check_owner(Database& database, const std::string& station, const Digest& election) {
  KP_TRY(Statement query,
         database.prepare("SELECT envelope FROM outbox_records ORDER BY sequence DESC LIMIT 1"));
  KP_TRY(const bool found, query.step());
  if (!found) return {};
  KP_TRY(const wire::Envelope last, wire::decode(query.blob(0)));
  if (last.station != station)
    return fail(ErrorCode::kStationNotAuthorised,
                "the outbox is of " + last.station + ", this is " + station);
  if (last.election != election)
    return fail(ErrorCode::kElectionMismatch, "the outbox is of election " + last.election.short_hex());
  return {};
}

}  // namespace

Result<void> create_tables(Database& database) { return storage::migrate(database, "outbox", kMigrations); }

Result<void> copy_records(Database& from, Transaction& copy) {
  KP_TRY(const wire::ChainHead have, chain_head(copy.database()));
  KP_TRY(Statement select, from.prepare("SELECT sequence, digest, envelope FROM outbox_records WHERE sequence > ? ORDER BY sequence"));
  KP_TRY(Statement insert, copy.database().prepare("INSERT INTO outbox_records(sequence, digest, envelope) VALUES(?, ?, ?)"));
  select.bind(1, static_cast<std::int64_t>(have.sequence));
  for (;;) {
    KP_TRY(const bool row, select.step());
    if (!row) break;
    insert.bind(1, select.integer(0)).bind(2, ByteView{select.blob(1)}).bind(3, ByteView{select.blob(2)});
    KP_TRY_VOID(insert.run());
  }
  KP_TRY(Statement acknowledged, from.prepare("SELECT sequence FROM outbox_acknowledged"));
  KP_TRY(const bool found, acknowledged.step());
  KP_CHECK(found);
  KP_TRY(Statement update, copy.database().prepare("UPDATE outbox_acknowledged SET sequence = ? WHERE sequence < ?"));
  return update.bind(1, acknowledged.integer(0)).bind(2, acknowledged.integer(0)).run();
}

Result<std::vector<Item>> read_records(Database& database, std::uint64_t first_sequence, std::size_t max_records,
                                       std::size_t max_bytes) {
  KP_TRY(Statement query,
         database.prepare("SELECT sequence, envelope FROM outbox_records WHERE sequence >= ? "
                          "ORDER BY sequence LIMIT ?"));
  query.bind(1, static_cast<std::int64_t>(first_sequence)).bind(2, static_cast<std::int64_t>(max_records));
  std::vector<Item> items;
  std::size_t bytes = 0;
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return items;
    Item item{.sequence = static_cast<std::uint64_t>(query.integer(0)), .envelope = query.blob(1)};
    bytes += item.envelope.size();
    if (bytes > max_bytes && !items.empty()) return items;  // one at least, or nothing would ever move
    items.push_back(std::move(item));
  }
}

Result<Outbox> Outbox::open(Database& database, std::string station, const Digest& election,
                            const crypto::SigningKey& key) {
  KP_TRY_VOID(create_tables(database));
  KP_TRY_VOID(check_owner(database, station, election));
  return Outbox{std::move(station), election, key};
}

Result<std::uint64_t> Outbox::enqueue(Transaction& transaction, std::string_view kind,
                                      std::string_view body) {
  if (body.size() > wire::kMaxBodyBytes)
    return fail(ErrorCode::kWireInvalid, "body of " + std::string{kind} + " too large");
  Database& database = transaction.database();
  KP_TRY(const wire::ChainHead head, chain_head(database));
  KP_TRY(const wire::Envelope record, wire::sign({.station = station_,
                                                  .election = election_,
                                                  .sequence = head.sequence + 1,
                                                  .previous = head.digest,
                                                  .kind = std::string{kind},
                                                  .body = std::string{body},
                                                  .signature = {}},
                                                 *key_));
  const Bytes envelope = wire::encode(record);
  KP_TRY(Statement insert,
         database.prepare("INSERT INTO outbox_records(sequence, digest, envelope) VALUES(?, ?, ?)"));
  const Digest digest = wire::record_digest(envelope);
  insert.bind(1, static_cast<std::int64_t>(head.sequence + 1))
      .bind(2, digest.view())
      .bind(3, ByteView{envelope});
  KP_TRY_VOID(insert.run());
  return head.sequence + 1;
}

Result<std::vector<Item>> Outbox::pending(Database& database, std::size_t max_records,
                                          std::size_t max_bytes) const {
  KP_TRY(const Status now, status(database));
  return records_from(database, now.acknowledged_sequence + 1, max_records, max_bytes);
}

Result<std::vector<Item>> Outbox::records_from(Database& database, std::uint64_t first_sequence,
                                               std::size_t max_records, std::size_t max_bytes) const {
  return read_records(database, first_sequence, max_records, max_bytes);
}

Result<void> Outbox::acknowledge(Database& database, std::uint64_t through_sequence) const {
  KP_TRY(Transaction transaction, database.begin());
  KP_TRY(const Status now, status(database));
  if (through_sequence < now.acknowledged_sequence || through_sequence > now.last_sequence)
    return fail(ErrorCode::kWireInvalid, "acknowledged " + std::to_string(through_sequence) + ", have " +
                                             std::to_string(now.acknowledged_sequence) + " to " +
                                             std::to_string(now.last_sequence));
  KP_TRY(Statement update, database.prepare("UPDATE outbox_acknowledged SET sequence = ?"));
  KP_TRY_VOID(update.bind(1, static_cast<std::int64_t>(through_sequence)).run());
  return transaction.commit();
}

Result<Status> Outbox::status(Database& database) const {
  KP_TRY(Statement query, database.prepare("SELECT (SELECT ifnull(max(sequence), 0) FROM outbox_records), "
                                           "(SELECT sequence FROM outbox_acknowledged)"));
  KP_TRY(const bool found, query.step());
  KP_CHECK(found);
  return Status{.last_sequence = static_cast<std::uint64_t>(query.integer(0)),
                .acknowledged_sequence = static_cast<std::uint64_t>(query.integer(1))};
}

}  // namespace kiemphieu::outbox

#include "sync/committee/store.h"

#include <charconv>

#include "config/storage/migrations.h"

namespace kiemphieu::committee {
namespace {

using storage::Database;
using storage::Statement;
using storage::Transaction;

constexpr storage::Migration kMigrations[] = {{1, R"sql(
CREATE TABLE election(
  only_row INTEGER PRIMARY KEY CHECK(only_row = 1),
  digest   BLOB NOT NULL CHECK(length(digest) = 32)
) STRICT;
CREATE TABLE stations(
  id           TEXT PRIMARY KEY,
  sequence     INTEGER NOT NULL DEFAULT 0,
  digest       BLOB NOT NULL DEFAULT (zeroblob(32)),
  lifecycle    TEXT NOT NULL DEFAULT '',
  conflict     INTEGER NOT NULL DEFAULT 0,
  last_contact INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE records(
  station  TEXT NOT NULL REFERENCES stations(id),
  sequence INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY(station, sequence)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER records_keep BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TRIGGER records_same BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TABLE conflicts(
  station  TEXT NOT NULL REFERENCES stations(id),
  sequence INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  UNIQUE(station, envelope)
) STRICT;
CREATE TABLE batches(
  station TEXT NOT NULL REFERENCES stations(id),
  contest TEXT NOT NULL,
  batch   INTEGER NOT NULL,
  PRIMARY KEY(station, contest, batch)
) STRICT, WITHOUT ROWID;
CREATE TABLE in_review(
  station TEXT NOT NULL REFERENCES stations(id),
  contest TEXT NOT NULL,
  sheets  INTEGER NOT NULL,
  PRIMARY KEY(station, contest)
) STRICT, WITHOUT ROWID;
-- Sums over all stations: collected, valid, invalid, in_review, stations, class:K, votes:ID.
CREATE TABLE numbers(
  contest TEXT NOT NULL,
  field   TEXT NOT NULL,
  value   INTEGER NOT NULL CHECK(value >= 0),
  PRIMARY KEY(contest, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE accepted(
  only_row INTEGER PRIMARY KEY CHECK(only_row = 1),
  records  INTEGER NOT NULL
) STRICT;
INSERT INTO accepted VALUES(1, 0);
)sql"},
                                             {2, R"sql(
-- Piles from before this version all count as having ballots.
ALTER TABLE batches ADD COLUMN collected INTEGER NOT NULL DEFAULT 1;
-- The tally sheet that counts, one a station and contest counted by hand: its body.
-- What it replaced stays in records.
CREATE TABLE tallies(
  station TEXT NOT NULL REFERENCES stations(id),
  contest TEXT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY(station, contest)
) STRICT, WITHOUT ROWID;
)sql"},
                                             {3, R"sql(
-- Machines that took a station's count over, in their order; the first machine's key is in the settings.
CREATE TABLE signers(
  station    TEXT NOT NULL REFERENCES stations(id),
  epoch      INTEGER NOT NULL CHECK(epoch >= 2),
  public_key BLOB NOT NULL CHECK(length(public_key) = 32),
  PRIMARY KEY(station, epoch)
) STRICT, WITHOUT ROWID;
-- Records of the machine before that the next one did not know. They count no more.
CREATE TABLE set_aside(
  station  TEXT NOT NULL REFERENCES stations(id),
  sequence INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  UNIQUE(station, envelope)
) STRICT;
DROP TRIGGER records_keep;
CREATE TRIGGER records_keep BEFORE DELETE ON records
  WHEN NOT EXISTS (SELECT 1 FROM set_aside WHERE station = OLD.station AND envelope = OLD.envelope)
  BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
)sql"},
                                             {4, R"sql(
-- How often a sealed station was reopened, by its statuses.
ALTER TABLE stations ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
)sql"}};

Result<void> check_election(Database& database, const Digest& election) {
  KP_TRY(Statement insert, database.prepare("INSERT OR IGNORE INTO election VALUES(1, ?)"));
  KP_TRY_VOID(insert.bind(1, election.view()).run());
  KP_TRY(Statement query, database.prepare("SELECT digest FROM election"));
  KP_TRY(const bool found, query.step());
  KP_CHECK(found);
  KP_TRY(const Digest stored, Digest::from_bytes(query.blob(0)));
  if (stored == election) return {};
  return fail(ErrorCode::kElectionMismatch, "the store is of election " + stored.short_hex() +
                                                ", the definition is " + election.short_hex());
}

void put_field(ContestNumbers& numbers, std::string_view field, std::uint64_t value) {
  if (field == "stations") numbers.stations_reporting = value;
  if (field == "collected") numbers.collected = value;
  if (field == "valid") numbers.valid = value;
  if (field == "invalid") numbers.invalid = value;
  if (field == "in_review") numbers.in_review = value;
  if (field.starts_with("votes:")) numbers.votes[std::string{field.substr(6)}] = value;
  if (!field.starts_with("class:")) return;
  int k = 0;
  std::from_chars(field.data() + 6, field.data() + field.size(), k);
  numbers.classes[k] = value;
}

StationState state_of(bool conflict, std::int64_t sequence, std::string_view lifecycle) {
  if (conflict) return StationState::kConflict;
  if (sequence == 0) return StationState::kWaiting;
  return lifecycle == "sealed" ? StationState::kComplete : StationState::kReporting;
}

std::int64_t as_integer(Count count) { return static_cast<std::int64_t>(count.value()); }

}  // namespace

std::string_view to_text(StationState state) {
  switch (state) {
    case StationState::kWaiting:
      return "waiting";
    case StationState::kReporting:
      return "reporting";
    case StationState::kComplete:
      return "complete";
    case StationState::kConflict:
      return "conflict";
  }
  return "waiting";
}

Result<Store> Store::open(const std::filesystem::path& path, const Digest& election,
                          const std::vector<std::string>& stations) {
  KP_TRY(Database database, Database::open(path));
  KP_TRY_VOID(storage::migrate(database, "committee", kMigrations));
  KP_TRY(Transaction transaction, database.begin());
  KP_TRY_VOID(check_election(database, election));
  KP_TRY(Statement insert, database.prepare("INSERT OR IGNORE INTO stations(id) VALUES(?)"));
  for (const std::string& station : stations) KP_TRY_VOID(insert.bind(1, station).run());
  KP_TRY_VOID(transaction.commit());
  return Store{std::move(database)};
}

Result<wire::ChainHead> Store::head(const std::string& station) {
  KP_TRY(Statement query, database_.prepare("SELECT sequence, digest FROM stations WHERE id = ?"));
  KP_TRY(const bool found, query.bind(1, station).step());
  if (!found) return fail(ErrorCode::kStationNotAuthorised, station);
  KP_TRY(const Digest digest, Digest::from_bytes(query.blob(1)));
  return wire::ChainHead{.sequence = static_cast<std::uint64_t>(query.integer(0)), .digest = digest};
}

Result<std::optional<Bytes>> Store::record(const std::string& station, std::uint64_t sequence) {
  KP_TRY(Statement query,
         database_.prepare("SELECT envelope FROM records WHERE station = ? AND sequence = ?"));
  KP_TRY(const bool found, query.bind(1, station).bind(2, static_cast<std::int64_t>(sequence)).step());
  return found ? std::optional<Bytes>{query.blob(0)} : std::nullopt;
}

Result<void> Store::add_record(const std::string& station, std::uint64_t sequence, const Digest& digest,
                               ByteView envelope) {
  const auto number = static_cast<std::int64_t>(sequence);
  KP_TRY(Statement insert,
         database_.prepare("INSERT INTO records(station, sequence, envelope) VALUES(?, ?, ?)"));
  KP_TRY_VOID(insert.bind(1, station).bind(2, number).bind(3, envelope).run());
  KP_TRY(Statement update, database_.prepare("UPDATE stations SET sequence = ?, digest = ? WHERE id = ?"));
  KP_TRY_VOID(update.bind(1, number).bind(2, digest.view()).bind(3, station).run());
  return database_.execute("UPDATE accepted SET records = records + 1");
}

Result<void> Store::add_conflict(const std::string& station, std::uint64_t sequence, ByteView envelope) {
  KP_TRY(Statement insert,
         database_.prepare("INSERT OR IGNORE INTO conflicts(station, sequence, envelope) VALUES(?, ?, ?)"));
  KP_TRY_VOID(insert.bind(1, station).bind(2, static_cast<std::int64_t>(sequence)).bind(3, envelope).run());
  KP_TRY(Statement update, database_.prepare("UPDATE stations SET conflict = 1 WHERE id = ?"));
  return update.bind(1, station).run();
}

Result<void> Store::add_number(const std::string& contest, const std::string& field, std::int64_t change) {
  // Two statements: an upsert would check the sign of the change alone first.
  KP_TRY(Statement insert,
         database_.prepare("INSERT OR IGNORE INTO numbers(contest, field, value) VALUES(?, ?, 0)"));
  KP_TRY_VOID(insert.bind(1, contest).bind(2, field).run());
  KP_TRY(Statement update,
         database_.prepare("UPDATE numbers SET value = value + ? WHERE contest = ? AND field = ?"));
  return update.bind(1, change).bind(2, contest).bind(3, field).run();
}

Result<Store::Reported> Store::reported(const std::string& station, const std::string& contest, std::uint64_t pile) {
  KP_TRY(Statement piles, database_.prepare("SELECT count(*), ifnull(sum(batch = ?), 0), ifnull(sum(collected > 0), 0) "
                                            "FROM batches WHERE station = ? AND contest = ?"));
  KP_TRY(const bool found, piles.bind(1, static_cast<std::int64_t>(pile)).bind(2, station).bind(3, contest).step());
  KP_CHECK(found);
  Reported so_far{piles.integer(0), piles.integer(1), piles.integer(2), {}};
  KP_TRY(Statement tally, database_.prepare("SELECT body FROM tallies WHERE station = ? AND contest = ?"));
  KP_TRY(const bool has_tally, tally.bind(1, station).bind(2, contest).step());
  if (has_tally) {
    KP_TRY(so_far.tally, wire::decode_tally_total(tally.text(0)));
  }
  return so_far;
}

Result<void> Store::add_sums(const wire::BatchTotal& total, std::int64_t sign) {
  KP_TRY_VOID(add_number(total.contest, "collected", sign * as_integer(total.collected)));
  KP_TRY_VOID(add_number(total.contest, "valid", sign * as_integer(total.valid)));
  KP_TRY_VOID(add_number(total.contest, "invalid", sign * as_integer(total.invalid)));
  for (std::size_t k = 1; k <= total.classes.size(); ++k)
    KP_TRY_VOID(add_number(total.contest, "class:" + std::to_string(k), sign * as_integer(total.classes[k - 1])));
  for (const auto& line : total.candidates)
    KP_TRY_VOID(add_number(total.contest, "votes:" + line.id, sign * as_integer(line.votes)));
  return {};
}

Result<void> Store::add_total(const std::string& station, const wire::BatchTotal& total) {
  KP_TRY(const Reported so_far, reported(station, total.contest, total.batch));
  if (so_far.same_pile != 0)
    return fail(ErrorCode::kWireInvalid, "batch " + std::to_string(total.batch) + " of " + total.contest + " came before");
  if (so_far.tally) return fail(ErrorCode::kWireInvalid, total.contest + " was counted by hand");
  if (so_far.piles == 0) KP_TRY_VOID(add_number(total.contest, "stations", 1));
  KP_TRY(Statement insert, database_.prepare("INSERT INTO batches(station, contest, batch, collected) VALUES(?, ?, ?, ?)"));
  KP_TRY_VOID(insert.bind(1, station)
                  .bind(2, total.contest)
                  .bind(3, static_cast<std::int64_t>(total.batch))
                  .bind(4, as_integer(total.collected))
                  .run());
  return add_sums(total, 1);
}

Result<void> Store::add_tally(const std::string& station, const wire::TallyTotal& total) {
  const std::string& contest = total.sums.contest;
  KP_TRY(const Reported so_far, reported(station, contest, 0));
  if (so_far.piles_with_ballots != 0) return fail(ErrorCode::kWireInvalid, "ballots of " + contest + " were scanned");
  if (total.replaces != (so_far.tally ? so_far.tally->sums.batch : 0))
    return fail(ErrorCode::kWireInvalid, "tally sheet " + std::to_string(total.sums.batch) + " of " + contest +
                                             " does not replace the one that counts");
  if (so_far.tally) KP_TRY_VOID(add_sums(so_far.tally->sums, -1));
  if (!so_far.tally && so_far.piles == 0) KP_TRY_VOID(add_number(contest, "stations", 1));
  KP_TRY(Statement upsert, database_.prepare("INSERT INTO tallies VALUES(?, ?, ?) "
                                             "ON CONFLICT DO UPDATE SET body = excluded.body"));
  KP_TRY_VOID(upsert.bind(1, station).bind(2, contest).bind(3, wire::encode(total)).run());
  return add_sums(total.sums, 1);
}

Result<void> Store::set_status(const std::string& station, const wire::Status& status) {
  KP_TRY(Statement update, database_.prepare("UPDATE stations SET reopened = reopened + "
                                                    "(lifecycle = 'sealed' AND ?1 <> 'sealed'), lifecycle = ?1 WHERE id = ?2"));
  KP_TRY_VOID(update.bind(1, status.state).bind(2, station).run());
  for (const auto& row : status.contests) {
    KP_TRY(Statement query,
           database_.prepare("SELECT sheets FROM in_review WHERE station = ? AND contest = ?"));
    KP_TRY(const bool found, query.bind(1, station).bind(2, row.contest).step());
    const std::int64_t before = found ? query.integer(0) : 0;
    KP_TRY_VOID(add_number(row.contest, "in_review", as_integer(row.in_review) - before));
    KP_TRY(Statement upsert, database_.prepare("INSERT INTO in_review VALUES(?, ?, ?) "
                                               "ON CONFLICT DO UPDATE SET sheets = excluded.sheets"));
    KP_TRY_VOID(upsert.bind(1, station).bind(2, row.contest).bind(3, as_integer(row.in_review)).run());
  }
  return {};
}

Result<void> Store::note_contact(const std::string& station, std::int64_t now_unix_s) {
  KP_TRY(Statement update, database_.prepare("UPDATE stations SET last_contact = ? WHERE id = ?"));
  return update.bind(1, now_unix_s).bind(2, station).run();
}

Result<std::map<std::string, ContestNumbers>> Store::totals() {
  KP_TRY(Statement query, database_.prepare("SELECT contest, field, value FROM numbers"));
  std::map<std::string, ContestNumbers> totals;
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return totals;
    put_field(totals[query.text(0)], query.text(1), static_cast<std::uint64_t>(query.integer(2)));
  }
}

Result<std::vector<StationRow>> Store::stations() {
  KP_TRY(
      Statement query,
      database_.prepare("SELECT id, sequence, lifecycle, conflict, last_contact, "
                        "1 + (SELECT count(*) FROM signers WHERE station = id), reopened FROM stations ORDER BY id"));
  std::vector<StationRow> rows;
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return rows;
    StationRow row{.id = query.text(0),
                   .last_sequence = static_cast<std::uint64_t>(query.integer(1)),
                   .lifecycle = query.text(2),
                   .last_contact_unix_s = query.integer(4),
                   .reopened = static_cast<std::uint64_t>(query.integer(6)),
                   .machine = static_cast<int>(query.integer(5))};
    row.state = state_of(query.integer(3) != 0, query.integer(1), row.lifecycle);
    rows.push_back(std::move(row));
  }
}

Result<std::int64_t> Store::one_number(std::string_view sql) {
  KP_TRY(Statement query, database_.prepare(sql));
  KP_TRY(const bool found, query.step());
  KP_CHECK(found);
  return query.integer(0);
}

Result<std::uint64_t> Store::records_accepted() {
  KP_TRY(const std::int64_t number, one_number("SELECT records FROM accepted"));
  return static_cast<std::uint64_t>(number);
}

Result<std::uint64_t> Store::conflicts() {
  KP_TRY(const std::int64_t number, one_number("SELECT count(*) FROM conflicts"));
  return static_cast<std::uint64_t>(number);
}

}  // namespace kiemphieu::committee

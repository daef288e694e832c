#include "sync/enrol/book.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "config/storage/migrations.h"

namespace kiemphieu::enrol {
namespace {

using storage::Statement;

constexpr storage::Migration kMigrations[] = {{1, R"sql(
CREATE TABLE machines(
  number     INTEGER PRIMARY KEY,
  station    TEXT NOT NULL,
  spare      INTEGER NOT NULL,
  listed     INTEGER NOT NULL,
  public_key BLOB NOT NULL CHECK(length(public_key) = 32),
  since      INTEGER NOT NULL,
  revoked    INTEGER NOT NULL DEFAULT 0,
  reason     TEXT NOT NULL DEFAULT '',
  UNIQUE(station, public_key)
) STRICT;
CREATE TABLE codes(
  number    INTEGER PRIMARY KEY,
  station   TEXT NOT NULL,
  spare     INTEGER NOT NULL,
  hash      TEXT NOT NULL,
  made      INTEGER NOT NULL,
  expires   INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL DEFAULT 0,
  used_by   INTEGER REFERENCES machines(number)
) STRICT;
CREATE INDEX codes_of_station ON codes(station, number);
CREATE TABLE certificates(
  fingerprint BLOB PRIMARY KEY CHECK(length(fingerprint) = 32),
  machine     INTEGER NOT NULL REFERENCES machines(number),
  code        INTEGER REFERENCES codes(number),
  tls_key     BLOB NOT NULL CHECK(length(tls_key) = 32),
  pem         TEXT NOT NULL,
  issued      INTEGER NOT NULL,
  until       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX certificates_of_machine ON certificates(machine, issued);
CREATE TABLE audit(
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  time    INTEGER NOT NULL,
  act     INTEGER NOT NULL,
  station TEXT NOT NULL,
  who     TEXT NOT NULL,
  what    TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_keep BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit lines are never deleted'); END;
CREATE TRIGGER audit_same BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END;
CREATE TRIGGER revoked_stays BEFORE UPDATE ON machines WHEN OLD.revoked <> 0
  BEGIN SELECT RAISE(ABORT, 'a revocation is never taken back'); END;
)sql"}};

constexpr std::string_view kMachineColumns =
    "SELECT number, station, spare, listed, public_key, since, revoked, reason, "
    "coalesce((SELECT max(until) FROM certificates WHERE machine = machines.number), 0) FROM machines ";
constexpr std::string_view kCodeColumns = "SELECT number, station, spare, hash, made, expires, withdrawn, used_by FROM codes ";
constexpr std::string_view kCertificateColumns = "SELECT fingerprint, machine, code, tls_key, pem, issued, until FROM certificates ";

constexpr std::array kActs{std::pair{Act::kCodeMade, "code_made"}, std::pair{Act::kEnrolled, "enrolled"},
                           std::pair{Act::kRefused, "refused"},    std::pair{Act::kRenewed, "renewed"},
                           std::pair{Act::kRevoked, "revoked"},    std::pair{Act::kListed, "listed"}};

Result<std::vector<CodeRow>> read_codes(Statement query) {
  std::vector<CodeRow> rows;
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return rows;
    CodeRow& row = rows.emplace_back();
    row.number = query.integer(0);
    row.station = query.text(1);
    row.spare = query.integer(2) != 0;
    row.hash = query.text(3);
    row.made_unix_s = query.integer(4);
    row.expires_unix_s = query.integer(5);
    row.withdrawn = query.integer(6) != 0;
    if (!query.is_null(7)) row.used_by = query.integer(7);
  }
}

Result<std::optional<CertificateRow>> read_certificate(Statement query) {
  KP_TRY(const bool found, query.step());
  if (!found) return std::optional<CertificateRow>{};
  CertificateRow row;
  KP_TRY(row.fingerprint, Digest::from_bytes(query.blob(0)));
  row.machine = query.integer(1);
  if (!query.is_null(2)) row.code = query.integer(2);
  KP_TRY(row.key, Digest::from_bytes(query.blob(3)));
  row.pem = query.text(4);
  row.issued_unix_s = query.integer(5);
  row.until_unix_s = query.integer(6);
  return std::optional{std::move(row)};
}

}  // namespace

std::filesystem::path book_file(const std::filesystem::path& folder) { return folder / "enrolment.db"; }

std::string_view to_text(Act act) {
  return std::ranges::find(kActs, act, [](const auto& row) { return row.first; })->second;
}

Result<Book> Book::open(const std::filesystem::path& file) {
  const bool existed = std::filesystem::exists(file);
  KP_TRY(storage::Database database, storage::Database::open(file));
  // Hashes of codes are in it; the files that SQLite puts beside it take its mode.
  if (!existed && ::chmod(file.c_str(), 0600) != 0) return fail(ErrorCode::kStorageIo, file.string() + ": chmod");
  KP_TRY_VOID(storage::migrate(database, "enrolment", kMigrations));
  return Book{std::move(database)};
}

Result<void> Book::write_audit(Act act, const std::string& station, const std::string& who, const std::string& what,
                               std::int64_t now_unix_s) {
  KP_TRY(Statement insert, database_.prepare("INSERT INTO audit(time, act, station, who, what) VALUES(?, ?, ?, ?, ?)"));
  return insert.bind(1, now_unix_s).bind(2, static_cast<std::int64_t>(act)).bind(3, station).bind(4, who).bind(5, what).run();
}

Result<std::vector<AuditLine>> Book::audit() {
  KP_TRY(Statement query, database_.prepare("SELECT number, time, act, station, who, what FROM audit ORDER BY number"));
  std::vector<AuditLine> lines;
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return lines;
    const std::int64_t act = query.integer(2);
    if (act < 0 || act >= static_cast<std::int64_t>(kActs.size()))
      return fail(ErrorCode::kStorageVersion, "audit act " + std::to_string(act));
    lines.push_back({query.integer(0), query.integer(1), static_cast<Act>(act), query.text(3), query.text(4), query.text(5)});
  }
}

Result<std::int64_t> Book::generation() {
  KP_TRY(Statement query, database_.prepare("SELECT coalesce(max(number), 0) FROM audit"));
  KP_TRY_VOID(query.step());
  return query.integer(0);
}

Result<void> Book::add_code(const CodeRow& code) {
  KP_TRY(Statement withdraw, database_.prepare("UPDATE codes SET withdrawn = 1 WHERE station = ? AND spare = ? AND used_by IS NULL"));
  KP_TRY_VOID(withdraw.bind(1, code.station).bind(2, std::int64_t{code.spare}).run());
  KP_TRY(Statement insert, database_.prepare("INSERT INTO codes(station, spare, hash, made, expires) VALUES(?, ?, ?, ?, ?)"));
  return insert.bind(1, code.station)
      .bind(2, std::int64_t{code.spare})
      .bind(3, code.hash)
      .bind(4, code.made_unix_s)
      .bind(5, code.expires_unix_s)
      .run();
}

Result<std::vector<CodeRow>> Book::codes(const std::string& station, int limit) {
  KP_TRY(Statement query, database_.prepare(std::string{kCodeColumns} + "WHERE station = ? ORDER BY number DESC LIMIT ?"));
  query.bind(1, station).bind(2, std::int64_t{limit});
  return read_codes(std::move(query));
}

Result<std::vector<CodeRow>> Book::open_codes(std::int64_t now_unix_s) {
  KP_TRY(Statement query, database_.prepare(std::string{kCodeColumns} +
                                            "WHERE withdrawn = 0 AND used_by IS NULL AND expires > ? ORDER BY station, number"));
  query.bind(1, now_unix_s);
  return read_codes(std::move(query));
}

Result<void> Book::mark_used(std::int64_t code, std::int64_t machine) {
  KP_TRY(Statement update, database_.prepare("UPDATE codes SET used_by = ? WHERE number = ?"));
  return update.bind(1, machine).bind(2, code).run();
}

Result<void> Book::withdraw_codes(const std::string& station) {
  KP_TRY(Statement update, database_.prepare("UPDATE codes SET withdrawn = 1 WHERE station = ? AND used_by IS NULL"));
  return update.bind(1, station).run();
}

Result<std::int64_t> Book::add_machine(const Machine& machine) {
  KP_TRY(Statement insert, database_.prepare("INSERT OR IGNORE INTO machines(station, spare, listed, public_key, since) "
                                             "VALUES(?, ?, ?, ?, ?)"));
  KP_TRY_VOID(insert.bind(1, machine.station)
                  .bind(2, std::int64_t{machine.spare})
                  .bind(3, std::int64_t{machine.listed})
                  .bind(4, ByteView{machine.public_key.bytes})
                  .bind(5, machine.since_unix_s)
                  .run());
  KP_TRY(Statement query, database_.prepare("SELECT number FROM machines WHERE station = ? AND public_key = ?"));
  KP_TRY(const bool found, query.bind(1, machine.station).bind(2, ByteView{machine.public_key.bytes}).step());
  KP_CHECK(found);
  return query.integer(0);
}

Result<std::vector<Machine>> Book::read_machines(Statement query) {
  std::vector<Machine> machines;
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return machines;
    Machine& machine = machines.emplace_back();
    machine.number = query.integer(0);
    machine.station = query.text(1);
    machine.spare = query.integer(2) != 0;
    machine.listed = query.integer(3) != 0;
    std::ranges::copy(query.blob(4), machine.public_key.bytes.begin());
    machine.since_unix_s = query.integer(5);
    machine.revoked_unix_s = query.integer(6);
    machine.reason = query.text(7);
    machine.certificate_until_unix_s = query.integer(8);
  }
}

Result<std::vector<Machine>> Book::machines() {
  KP_TRY(Statement query, database_.prepare(std::string{kMachineColumns} + "ORDER BY station, number"));
  return read_machines(std::move(query));
}

Result<std::vector<Machine>> Book::machines_of(const std::string& station) {
  KP_TRY(Statement query, database_.prepare(std::string{kMachineColumns} + "WHERE station = ? ORDER BY number"));
  query.bind(1, station);
  return read_machines(std::move(query));
}

Result<void> Book::mark_revoked(std::int64_t machine, const std::string& reason, std::int64_t now_unix_s) {
  KP_TRY(Statement update, database_.prepare("UPDATE machines SET revoked = ?, reason = ? WHERE number = ?"));
  return update.bind(1, now_unix_s).bind(2, reason).bind(3, machine).run();
}

Result<void> Book::add_certificate(const CertificateRow& certificate) {
  KP_TRY(Statement insert, database_.prepare("INSERT INTO certificates VALUES(?, ?, ?, ?, ?, ?, ?)"));
  insert.bind(1, certificate.fingerprint.view()).bind(2, certificate.machine);
  certificate.code ? insert.bind(3, *certificate.code) : insert.bind_null(3);
  return insert.bind(4, certificate.key.view())
      .bind(5, certificate.pem)
      .bind(6, certificate.issued_unix_s)
      .bind(7, certificate.until_unix_s)
      .run();
}

Result<std::optional<CertificateRow>> Book::certificate(const Digest& fingerprint) {
  KP_TRY(Statement query, database_.prepare(std::string{kCertificateColumns} + "WHERE fingerprint = ?"));
  query.bind(1, fingerprint.view());
  return read_certificate(std::move(query));
}

Result<std::optional<CertificateRow>> Book::certificate_of_code(std::int64_t code) {
  KP_TRY(Statement query, database_.prepare(std::string{kCertificateColumns} + "WHERE code = ?"));
  query.bind(1, code);
  return read_certificate(std::move(query));
}

Result<std::int64_t> Book::certificates_since(std::int64_t machine, std::int64_t unix_s) {
  KP_TRY(Statement query, database_.prepare("SELECT count(*) FROM certificates WHERE machine = ? AND issued >= ?"));
  KP_TRY_VOID(query.bind(1, machine).bind(2, unix_s).step());
  return query.integer(0);
}

Result<Machine> revoke(Book& book, const std::string& station, std::string_view key, const std::string& reason,
                       const std::string& who, std::int64_t now_unix_s) {
  KP_TRY(storage::Transaction transaction, book.begin());
  KP_TRY(std::vector<Machine> machines, book.machines_of(station));
  std::erase_if(machines, [&](const Machine& machine) { return !machine.active() || !machine.public_key.hex().starts_with(key); });
  if (machines.size() != 1)
    return fail(ErrorCode::kMachineUnknown, station + ": " + std::to_string(machines.size()) + " active machines" +
                                                (key.empty() ? std::string{} : " with key " + std::string{key} + "…"));
  const Machine& lost = machines.front();
  KP_TRY_VOID(book.mark_revoked(lost.number, reason, now_unix_s));
  KP_TRY_VOID(book.withdraw_codes(station));
  KP_TRY_VOID(book.write_audit(Act::kRevoked, station, who, "key " + lost.public_key.hex() + ": " + reason, now_unix_s));
  KP_TRY_VOID(transaction.commit());
  return lost;
}

}  // namespace kiemphieu::enrol

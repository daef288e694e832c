#include "tally/journal/store.h"

#include <array>

#include "config/storage/migrations.h"

namespace kiemphieu::journal {
namespace {

/// The triggers stop our own mistakes, not an attacker; the chain finds those.
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE journal(
  sequence  INTEGER PRIMARY KEY CHECK(sequence >= 1),
  kind      TEXT NOT NULL,
  body      BLOB NOT NULL,
  digest    BLOB NOT NULL CHECK(length(digest) = 32),
  signature BLOB NOT NULL CHECK(length(signature) = 64)
) STRICT;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_in_order BEFORE INSERT ON journal
  WHEN NEW.sequence IS NOT (SELECT COALESCE(MAX(sequence), 0) + 1 FROM journal)
  BEGIN SELECT RAISE(ABORT, 'the journal has no gaps'); END;
)sql";

constexpr std::array kMigrations = {storage::Migration{1, kVersion1}};

/// SQLite reads '?', '#' and '%' of a file name in a URI as its own.
std::string uri_of(const std::filesystem::path& path) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '?') uri += "%3f";
    else if (c == '#') uri += "%23";
    else if (c == '%') uri += "%25";
    else uri += c;
  }
  return uri + "?immutable=1";
}

Result<storage::Database> readable(storage::Database database) {
  KP_TRY_VOID(database.execute("SELECT count(*) FROM sqlite_schema"));
  return database;
}

}  // namespace

std::filesystem::path database_path(const std::filesystem::path& folder) { return folder / "journal.db"; }

Result<void> create_tables(storage::Database& database) { return storage::migrate(database, "journal", kMigrations); }

Result<storage::Database> open_to_read(const std::filesystem::path& folder) {
  const std::filesystem::path path = database_path(folder);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return fail(ErrorCode::kFileNotFound, path.string());
  storage::OpenOptions read_only;
  read_only.read_only = true;
  auto opened = storage::Database::open(path, read_only);
  if (opened) opened = readable(std::move(*opened));
  if (opened || opened.error().code == ErrorCode::kStorageBusy) return opened;
  // WAL needs a file beside the database, which a read-only medium refuses.
  // Without a log of unfinished work the file alone is the whole truth.
  if (std::filesystem::exists(path.string() + "-wal", ignored)) return opened;
  auto fixed = storage::Database::open(uri_of(path), read_only);
  return fixed ? readable(std::move(*fixed)) : std::move(fixed);
}

Result<void> read_rows(storage::Database& database, std::uint64_t behind,
                       const std::function<Result<void>(StoredRecord)>& each) {
  KP_TRY(storage::Statement select, database.prepare("SELECT sequence, kind, body, digest, signature FROM journal "
                                                     "WHERE sequence > ? ORDER BY sequence"));
  select.bind(1, static_cast<std::int64_t>(behind));
  for (;;) {
    KP_TRY(const bool row, select.step());
    if (!row) return {};
    StoredRecord record{static_cast<std::uint64_t>(select.integer(0)), select.text(1), select.blob(2), select.blob(3),
                        select.blob(4)};
    KP_TRY_VOID(each(std::move(record)));
  }
}

Result<std::optional<Digest>> digest_at(storage::Database& database, std::uint64_t sequence) {
  KP_TRY(storage::Statement select, database.prepare("SELECT digest FROM journal WHERE sequence = ?"));
  KP_TRY(const bool row, select.bind(1, static_cast<std::int64_t>(sequence)).step());
  if (!row) return std::optional<Digest>{};
  KP_TRY(const Digest digest, Digest::from_bytes(select.blob(0)));
  return std::optional{digest};
}

Result<storage::Statement> prepare_insert(storage::Database& database) {
  return database.prepare("INSERT INTO journal(sequence, kind, body, digest, signature) VALUES(?, ?, ?, ?, ?)");
}

Result<void> add_row(storage::Statement& insert, const StoredRecord& record) {
  insert.bind(1, static_cast<std::int64_t>(record.sequence)).bind(2, std::string_view{record.kind});
  insert.bind(3, ByteView{record.body}).bind(4, ByteView{record.digest}).bind(5, ByteView{record.signature});
  return insert.run();
}

}  // namespace kiemphieu::journal

#include "config/storage/database.h"

#include <doctest/doctest.h>

#include "config/storage/files.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::storage;

namespace {

Database open_with_table(const std::filesystem::path& path) {
  auto database = Database::open(path);
  REQUIRE(database.has_value());
  REQUIRE(database->execute("CREATE TABLE IF NOT EXISTS sheet(id INTEGER PRIMARY KEY, body BLOB) STRICT").has_value());
  return std::move(database).value();
}

OpenOptions options(bool read_only, bool create, int busy_timeout_ms = 5000) {
  OpenOptions made;
  made.read_only = read_only;
  made.create = create;
  made.busy_timeout_ms = busy_timeout_ms;
  return made;
}

std::int64_t number(Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  REQUIRE(statement.has_value());
  REQUIRE(*statement->step());
  return statement->integer(0);
}

}  // namespace

TEST_CASE("every connection writes ahead and syncs each commit, as the journal needs") {
  const test::TempFolder folder;
  Database database = open_with_table(folder / "a.db");
  auto mode = database.prepare("PRAGMA journal_mode");
  REQUIRE(*mode->step());
  CHECK(mode->text(0) == "wal");
  CHECK(number(database, "PRAGMA synchronous") == 2);  // FULL
  CHECK(number(database, "PRAGMA foreign_keys") == 1);
}

TEST_CASE("what is bound comes back the same") {
  const test::TempFolder folder;
  auto database = Database::open(folder / "a.db");
  REQUIRE(database.has_value());
  REQUIRE(database->execute("CREATE TABLE t(i INTEGER, s TEXT, b BLOB, n TEXT)").has_value());
  auto insert = database->prepare("INSERT INTO t VALUES(?, ?, ?, ?)");
  const std::string text("Đắk\0Lắk", 12);
  REQUIRE(insert->bind(1, INT64_MIN).bind(2, text).bind(3, ByteView{}).bind_null(4).run().has_value());
  REQUIRE(insert->bind(1, INT64_MAX).bind(2, std::string_view{}).bind(3, ByteView{Bytes{0, 255}}).run().has_value());
  auto select = database->prepare("SELECT i, s, b, n FROM t ORDER BY rowid");
  REQUIRE(*select->step());
  CHECK(select->integer(0) == INT64_MIN);
  CHECK(select->text(1) == text);
  CHECK_FALSE(select->is_null(2));  // an empty blob is not NULL
  CHECK(select->blob(2).empty());
  CHECK(select->is_null(3));
  REQUIRE(*select->step());
  CHECK(select->integer(0) == INT64_MAX);
  CHECK(select->blob(2) == Bytes{0, 255});
  CHECK_FALSE(*select->step());
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  const test::TempFolder folder;
  Database database = open_with_table(folder / "a.db");
  {
    auto transaction = database.begin();
    REQUIRE(transaction.has_value());
    REQUIRE(database.execute("INSERT INTO sheet(id) VALUES(1)").has_value());
    CHECK(number(database, "SELECT count(*) FROM sheet") == 1);
  }
  CHECK(number(database, "SELECT count(*) FROM sheet") == 0);
  {
    auto transaction = database.begin();
    REQUIRE(database.execute("INSERT INTO sheet(id) VALUES(2)").has_value());
    Transaction moved = std::move(transaction).value();
    REQUIRE(moved.commit().has_value());
  }
  CHECK(number(database, "SELECT count(*) FROM sheet") == 1);
}

TEST_CASE("a commit that fails rolls the whole transaction back and frees the connection") {
  const test::TempFolder folder;
  Database database = open_with_table(folder / "a.db");
  REQUIRE(database
              .execute("CREATE TABLE part(sheet INTEGER REFERENCES sheet(id) DEFERRABLE INITIALLY DEFERRED)")
              .has_value());
  {
    auto transaction = database.begin();
    REQUIRE(database.execute("INSERT INTO sheet(id) VALUES(1); INSERT INTO part VALUES(99)").has_value());
    CHECK(transaction->commit().error().code == ErrorCode::kStorageIo);
  }
  CHECK(number(database, "SELECT count(*) FROM sheet") == 0);
  auto next = database.begin();
  REQUIRE(next.has_value());
  CHECK(next->commit().has_value());
}

TEST_CASE("a second writer gets 'busy', not a wait for ever and not a broken file") {
  const test::TempFolder folder;
  Database first = open_with_table(folder / "a.db");
  auto second = Database::open(folder / "a.db", options(false, true, 0));
  REQUIRE(second.has_value());
  auto holding = first.begin();
  REQUIRE(holding.has_value());
  CHECK(second->begin().error().code == ErrorCode::kStorageBusy);
  REQUIRE(holding->commit().has_value());
  CHECK(second->begin().has_value());
}

TEST_CASE("a read-only connection reads and refuses to write") {
  const test::TempFolder folder;
  const auto path = folder / "a.db";
  Database writer = open_with_table(path);
  REQUIRE(writer.execute("INSERT INTO sheet(id) VALUES(7)").has_value());
  auto reader = Database::open(path, options(true, false));
  REQUIRE(reader.has_value());
  CHECK(number(*reader, "SELECT id FROM sheet") == 7);
  CHECK_FALSE(reader->execute("INSERT INTO sheet(id) VALUES(8)").has_value());
  CHECK(number(writer, "SELECT count(*) FROM sheet") == 1);
}

TEST_CASE("what is not a database, or is damaged, is called so") {
  const test::TempFolder folder;
  CHECK(Database::open(folder / "absent.db", options(false, false)).error().code == ErrorCode::kFileNotFound);
  CHECK(Database::open(folder.path() / "no" / "a.db").error().code == ErrorCode::kFileUnreadable);
  REQUIRE(write_file_durably(folder / "text.db", as_bytes(std::string(8192, 'x'))).has_value());
  CHECK(Database::open(folder / "text.db").error().code == ErrorCode::kStorageCorrupt);
}

TEST_CASE("check_integrity finds pages that were overwritten") {
  const test::TempFolder folder;
  const auto path = folder / "a.db";
  {
    Database database = open_with_table(path);
    for (int i = 0; i < 50; ++i)
      REQUIRE(database.execute("INSERT INTO sheet(body) VALUES(zeroblob(1000))").has_value());
    CHECK(database.check_integrity().has_value());
  }
  Bytes bytes = *read_file(path, 1U << 20U);
  REQUIRE(bytes.size() > 5 * 4096);
  std::fill(bytes.begin() + 2 * 4096, bytes.begin() + 4 * 4096, std::uint8_t{0xA5});
  REQUIRE(write_file_durably(path, bytes).has_value());
  auto damaged = Database::open(path);
  REQUIRE(damaged.has_value());
  CHECK(damaged->check_integrity().error().code == ErrorCode::kStorageCorrupt);
}

TEST_CASE("a mistake in SQL is an error with the statement in it") {
  const test::TempFolder folder;
  Database database = open_with_table(folder / "a.db");
  const auto result = database.prepare("SELECT body FROM nowhere");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().evidence == "SELECT body FROM nowhere: no such table: nowhere (1)");
}

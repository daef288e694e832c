#include "config/storage/migrations.h"

#include <doctest/doctest.h>

#include <array>

#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::storage;

namespace {

constexpr std::array<Migration, 3> kThree = {{
    {1, "CREATE TABLE sheet(id INTEGER PRIMARY KEY) STRICT; INSERT INTO sheet VALUES(1)"},
    {2, "ALTER TABLE sheet ADD COLUMN contest TEXT NOT NULL DEFAULT 'qh-1'"},
    {3, "CREATE INDEX by_contest ON sheet(contest)"},
}};

Database fresh(const test::TempFolder& folder) {
  auto database = Database::open(folder / "a.db");
  REQUIRE(database.has_value());
  return std::move(database).value();
}

std::string one(Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  if (!statement || !*statement->step()) return "nothing";
  return statement->text(0);
}

}  // namespace

TEST_CASE("migrate brings any older file to the newest version, and is repeatable") {
  for (std::size_t start = 0; start <= kThree.size(); ++start) {
    CAPTURE(start);
    const test::TempFolder folder;
    Database database = fresh(folder);
    REQUIRE(migrate(database, "journal", std::span{kThree}.first(start)).has_value());
    for (int again = 0; again < 2; ++again) REQUIRE(migrate(database, "journal", kThree).has_value());
    CHECK(one(database, "SELECT contest FROM sheet WHERE id = 1") == "qh-1");
    CHECK(one(database, "SELECT version FROM schema_versions WHERE component = 'journal'") == "3");
    CHECK(one(database, "SELECT count(*) FROM sheet") == "1");
  }
}

TEST_CASE("a file of a newer program is refused and left as it is") {
  const test::TempFolder folder;
  Database database = fresh(folder);
  REQUIRE(migrate(database, "journal", kThree).has_value());
  const auto result = migrate(database, "journal", std::span{kThree}.first(2));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kStorageVersion);
  CHECK(result.error().evidence == "journal has version 3, this program knows 2");
  CHECK(one(database, "SELECT version FROM schema_versions WHERE component = 'journal'") == "3");
}

TEST_CASE("a step that fails is undone whole; the steps before it stay") {
  const test::TempFolder folder;
  Database database = fresh(folder);
  const std::array<Migration, 2> broken = {{kThree[0], {2, "CREATE TABLE half(id INTEGER); nonsense"}}};
  CHECK_FALSE(migrate(database, "journal", broken).has_value());
  CHECK(one(database, "SELECT version FROM schema_versions WHERE component = 'journal'") == "1");
  CHECK(one(database, "SELECT count(*) FROM sqlite_master WHERE name = 'half'") == "0");
  CHECK(migrate(database, "journal", kThree).has_value());
}

TEST_CASE("several components keep their own versions in one file") {
  const test::TempFolder folder;
  Database database = fresh(folder);
  const std::array<Migration, 1> outbox = {{{1, "CREATE TABLE outbox(id INTEGER)"}}};
  REQUIRE(migrate(database, "journal", kThree).has_value());
  REQUIRE(migrate(database, "outbox", outbox).has_value());
  CHECK(one(database, "SELECT group_concat(component || version) FROM schema_versions") == "journal3,outbox1");
}

#include "sync/sql/sql.h"

#include <utility>

#include "config/base/check.h"

namespace kiemphieu::sql {

Transaction::Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  // A rollback that fails leaves nothing to do: the database rolls back when the connection ends.
  if (connection_ != nullptr) static_cast<void>(connection_->end(false));
}

Result<void> Transaction::commit() {
  KP_CHECK(connection_ != nullptr);
  return std::exchange(connection_, nullptr)->end(true);
}

Result<Transaction> Connection::begin() {
  KP_TRY_VOID(start());
  return Transaction{*this};
}

namespace {

Result<std::int64_t> version_of(Connection& connection, std::string_view component) {
  KP_TRY(const auto rows, connection.select("SELECT version FROM schema_versions WHERE component = ?", {component}));
  KP_TRY(const bool found, rows->next());
  return found ? rows->integer(0) : 0;
}

}  // namespace

Result<void> migrate(Connection& connection, std::string_view component, std::span<const storage::Migration> migrations) {
  KP_TRY(Transaction transaction, connection.begin());
  // One process makes the tables; the others wait here and then find them made.
  if (connection.engine() == Engine::kPostgres) KP_TRY_VOID(connection.execute("SELECT pg_advisory_xact_lock(7311945)"));
  KP_TRY_VOID(connection.execute("CREATE TABLE IF NOT EXISTS schema_versions(component TEXT PRIMARY KEY, version BIGINT NOT NULL)"));
  KP_TRY(const std::int64_t version, version_of(connection, component));
  if (version > static_cast<std::int64_t>(migrations.size()))
    return fail(ErrorCode::kStorageVersion, std::string{component} + " has version " + std::to_string(version) +
                                                ", this program knows " + std::to_string(migrations.size()));
  for (const storage::Migration& migration : migrations.subspan(static_cast<std::size_t>(version))) {
    KP_TRY_VOID(connection.execute(migration.sql));
    KP_TRY_VOID(connection.run("INSERT INTO schema_versions VALUES(?, ?) ON CONFLICT(component) DO UPDATE SET version = excluded.version",
                               {component, std::int64_t{migration.version}}));
  }
  return transaction.commit();
}

}  // namespace kiemphieu::sql

#include "config/storage/migrations.h"

namespace kiemphieu::storage {
namespace {

Result<int> current_version(Database& database, std::string_view component) {
  KP_TRY(Statement query, database.prepare("SELECT version FROM schema_versions WHERE component = ?"));
  query.bind(1, component);
  KP_TRY(const bool found, query.step());
  return found ? static_cast<int>(query.integer(0)) : 0;
}

}  // namespace

Result<void> migrate(Database& database, std::string_view component, std::span<const Migration> migrations) {
  KP_TRY_VOID(database.execute(
      "CREATE TABLE IF NOT EXISTS schema_versions(component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT"));
  KP_TRY(const int version, current_version(database, component));
  if (version > static_cast<int>(migrations.size()))
    return fail(ErrorCode::kStorageVersion, std::string{component} + " has version " + std::to_string(version) +
                                                ", this program knows " + std::to_string(migrations.size()));
  for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(version))) {
    KP_TRY(Transaction transaction, database.begin());
    KP_TRY_VOID(database.execute(migration.sql));
    KP_TRY(Statement note, database.prepare("INSERT INTO schema_versions VALUES(?, ?) "
                                            "ON CONFLICT(component) DO UPDATE SET version = excluded.version"));
    KP_TRY_VOID(note.bind(1, component).bind(2, std::int64_t{migration.version}).run());
    KP_TRY_VOID(transaction.commit());
  }
  return {};
}

}  // namespace kiemphieu::storage

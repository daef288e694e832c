#include "config/storage/database.h"

#include <sqlite3.h>

#include <cstdlib>

namespace kiemphieu::storage {
namespace {

ErrorCode code_of(int result) {
  switch (result & 0xFF) {
    case SQLITE_FULL: return ErrorCode::kDiskFull;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::kStorageCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::kStorageBusy;
    case SQLITE_CANTOPEN: return ErrorCode::kFileUnreadable;
    default: return ErrorCode::kStorageIo;
  }
}

}  // namespace

Error sqlite_error(sqlite3* connection, int result, std::string_view doing) {
  const char* message = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(result);
  return fail(code_of(result), std::string{doing} + ": " + message + " (" + std::to_string(result) + ")");
}

Result<Database> Database::open(const std::filesystem::path& path, const OpenOptions& options) {
  if (!options.create && !std::filesystem::exists(path)) return fail(ErrorCode::kFileNotFound, path.string());
  int flags = options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.create && !options.read_only) flags |= SQLITE_OPEN_CREATE;
  sqlite3* connection = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
  Database database{connection};  // closes the connection on every way out
  if (result != SQLITE_OK) return sqlite_error(connection, result, path.string());
  sqlite3_busy_timeout(connection, options.busy_timeout_ms);
  const std::string_view settings = options.read_only
      ? "PRAGMA query_only=1; PRAGMA cell_size_check=1"
      : "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=1; PRAGMA cell_size_check=1";
  auto set = database.execute(settings);
  if (!set) return std::move(set).error().with_context("opening " + path.string());
  return database;
}

Database::~Database() { sqlite3_close_v2(connection_); }
Database::Database(Database&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
Database& Database::operator=(Database&& other) noexcept {
  std::swap(connection_, other.connection_);
  return *this;
}

Result<void> Database::execute(std::string_view sql) {
  const int result = sqlite3_exec(connection_, std::string{sql}.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return sqlite_error(connection_, result, sql.substr(0, 60));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v2(connection_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (result != SQLITE_OK) return sqlite_error(connection_, result, sql.substr(0, 60));
  return Statement{statement};
}

Result<Transaction> Database::begin() {
  KP_TRY_VOID(execute("BEGIN IMMEDIATE"));
  return Transaction{*this};
}

std::int64_t Database::last_insert_rowid() const { return sqlite3_last_insert_rowid(connection_); }

Result<void> Database::check_integrity() {
  KP_TRY(Statement check, prepare("PRAGMA integrity_check(1)"));
  KP_TRY(const bool row, check.step());
  if (!row || check.text(0) != "ok") return fail(ErrorCode::kStorageCorrupt, row ? check.text(0) : "no answer");
  return {};
}

Statement::~Statement() { sqlite3_finalize(statement_); }
Statement::Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  KP_CHECK(sqlite3_bind_int64(statement_, index, value) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int index, std::string_view text) {
  KP_CHECK(sqlite3_bind_text64(statement_, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int index, ByteView blob) {
  // A null pointer would bind NULL; an empty blob is not NULL.
  const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
  KP_CHECK(sqlite3_bind_blob64(statement_, index, data, blob.size(), SQLITE_TRANSIENT) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind_null(int index) {
  KP_CHECK(sqlite3_bind_null(statement_, index) == SQLITE_OK);
  return *this;
}

Result<bool> Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return sqlite_error(sqlite3_db_handle(statement_), result, sqlite3_sql(statement_));
}

Result<void> Statement::run() {
  auto row = step();
  reset();
  if (!row) return std::move(row).error();
  KP_CHECK(!*row);
  return {};
}

void Statement::reset() { sqlite3_reset(statement_); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
std::string Statement::text(int column) const {
  const auto* data = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string{} : std::string{reinterpret_cast<const char*>(data), size};
}
Bytes Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? Bytes{} : Bytes(data, data + size);
}
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // A failed ROLLBACK leaves nothing to do: SQLite rolls back by itself on the next open.
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

Result<void> Transaction::commit() {
  KP_CHECK(database_ != nullptr);
  Database* database = std::exchange(database_, nullptr);
  auto done = database->execute("COMMIT");
  if (!done) static_cast<void>(database->execute("ROLLBACK"));
  return done;
}

}  // namespace kiemphieu::storage

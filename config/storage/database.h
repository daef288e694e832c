#pragma once
/// SQLite with the durability the journal needs. The only folder that includes
/// <sqlite3.h>.
///
/// Every connection runs WAL with synchronous=FULL: when commit() has returned
/// ok, the transaction survives a power cut. A connection and its statements
/// belong to one thread at a time.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "config/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kiemphieu::storage {

class Statement;
class Transaction;

struct OpenOptions {
  bool read_only = false;
  bool create = true;
  /// Name of a registered SQLite VFS; empty = the default. Fault tests put theirs here.
  std::string vfs;
  /// How long to wait for another process's lock.
  int busy_timeout_ms = 5000;
};

class Database {
 public:
  /// Errors: kFileNotFound (create = false), kStorageCorrupt, kStorageIo, kDiskFull, kStorageBusy.
  static Result<Database> open(const std::filesystem::path& path, const OpenOptions& options = {});

  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  /// Runs one or more statements that return no rows.
  Result<void> execute(std::string_view sql);
  Result<Statement> prepare(std::string_view sql);
  /// BEGIN IMMEDIATE: takes the write lock now, so commit() cannot fail on a lock.
  Result<Transaction> begin();
  std::int64_t last_insert_rowid() const;
  /// PRAGMA integrity_check; kStorageCorrupt with SQLite's own finding.
  Result<void> check_integrity();
  sqlite3* raw() const { return connection_; }

 private:
  explicit Database(sqlite3* connection) : connection_(connection) {}
  sqlite3* connection_ = nullptr;
};

/// A prepared statement. Parameters and columns count from 1 and 0, as in SQLite.
/// Blob and text parameters are copied.
class Statement {
 public:
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, ByteView blob);
  Statement& bind_null(int index);

  /// True when a row is there, false at the end.
  Result<bool> step();
  /// step() that must end at once, then reset().
  Result<void> run();
  void reset();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  Bytes blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* statement_ = nullptr;
};

/// Rolls back unless committed. Nothing is durable until commit() returned ok.
/// The Database must outlive it and stay where it is.
class Transaction {
 public:
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;

  /// After a failed commit the transaction is rolled back: nothing of it is stored.
  Result<void> commit();
  Database& database() { return *database_; }

 private:
  friend class Database;
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

/// Maps an SQLite result code of `connection` to an Error; for VFS tests.
Error sqlite_error(sqlite3* connection, int result, std::string_view doing);

}  // namespace kiemphieu::storage

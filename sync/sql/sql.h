#pragma once
/// One way to speak to the committee's database, whichever it is: SQLite in a file, or
/// PostgreSQL that several receivers share. The SQL itself is the common part of both
/// (parameters are `?`); what differs, a caller asks engine() for.
///
/// A Connection, its queries and its transaction belong to one thread at a time.

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "config/base/bytes.h"
#include "config/base/result.h"
#include "config/storage/migrations.h"

namespace kiemphieu::sql {

enum class Engine : std::uint8_t { kSqlite, kPostgres };

/// A parameter. Integers are 64 bits, texts UTF-8; what they point to must live until the statement ran.
using Value = std::variant<std::int64_t, std::string_view, ByteView>;

/// The rows of one statement, one after the other.
class Rows {
 public:
  virtual ~Rows() = default;
  /// True when a row is there, false at the end.
  virtual Result<bool> next() = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string text(int column) const = 0;
  virtual Bytes blob(int column) const = 0;
  virtual bool is_null(int column) const = 0;
};

class Connection;

/// Rolls back unless committed. Nothing is durable until commit() returned ok.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  /// After a failed commit nothing of it is stored.
  Result<void> commit();

 private:
  Connection* connection_;
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual Engine engine() const = 0;

  /// Statements without parameters and rows; several with `;` between.
  virtual Result<void> execute(std::string_view sql) = 0;
  /// Prepared once for each text and kept. The rows end with the next statement of the
  /// same text: a loop must not run its own statement inside.
  virtual Result<std::unique_ptr<Rows>> select(std::string_view sql, std::span<const Value> values) = 0;
  virtual Result<void> run(std::string_view sql, std::span<const Value> values) = 0;
  Result<std::unique_ptr<Rows>> select(std::string_view sql, std::initializer_list<Value> values = {}) {
    return select(sql, std::span{values.begin(), values.size()});
  }
  Result<void> run(std::string_view sql, std::initializer_list<Value> values = {}) {
    return run(sql, std::span{values.begin(), values.size()});
  }
  /// Many rows at once, in the order given; `values` is one row behind the other.
  virtual Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                                   std::span<const Value> values) = 0;
  /// SQLite takes the whole file's write lock, PostgreSQL locks what is written or selected FOR UPDATE.
  Result<Transaction> begin();

 private:
  friend class Transaction;
  virtual Result<void> start() = 0;
  virtual Result<void> end(bool keep) = 0;
};

/// A file; made when it is not there. Errors: storage codes.
Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& path);
/// `conninfo`: "host=… dbname=… user=…" or a postgresql:// address (libpq). A connection that
/// broke is made anew by the next begin() or select outside of a transaction.
/// Errors: kStorageBusy (not reachable now, a deadlock, a conflict with another receiver: ask again), kDiskFull, kStorageIo.
Result<std::unique_ptr<Connection>> open_postgres(const std::string& conninfo);

/// Brings `component`'s tables to the last version, as storage::migrate does; several
/// processes may start at once.
Result<void> migrate(Connection& connection, std::string_view component, std::span<const storage::Migration> migrations);

}  // namespace kiemphieu::sql

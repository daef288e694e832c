#include <map>
#include <vector>

#include "config/base/check.h"
#include "config/storage/database.h"
#include "sync/sql/sql.h"

namespace kiemphieu::sql {
namespace {

using storage::Database;
using storage::Statement;

void bind_all(Statement& statement, std::span<const Value> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    std::visit([&](const auto& value) { statement.bind(static_cast<int>(i) + 1, value); }, values[i]);
}

class SqliteRows final : public Rows {
 public:
  explicit SqliteRows(Statement& statement) : statement_(&statement) {}
  ~SqliteRows() override { statement_->reset(); }
  SqliteRows(const SqliteRows&) = delete;
  SqliteRows& operator=(const SqliteRows&) = delete;

  Result<bool> next() override { return statement_->step(); }
  std::int64_t integer(int column) const override { return statement_->integer(column); }
  std::string text(int column) const override { return statement_->text(column); }
  Bytes blob(int column) const override { return statement_->blob(column); }
  bool is_null(int column) const override { return statement_->is_null(column); }

 private:
  Statement* statement_;
};

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(Database database) : database_(std::move(database)) {}

  Engine engine() const override { return Engine::kSqlite; }
  Result<void> execute(std::string_view sql) override { return database_.execute(sql); }

  Result<std::unique_ptr<Rows>> select(std::string_view sql, std::span<const Value> values) override {
    KP_TRY(Statement * statement, prepared(sql));
    bind_all(*statement, values);
    return std::unique_ptr<Rows>{std::make_unique<SqliteRows>(*statement)};
  }

  Result<void> run(std::string_view sql, std::span<const Value> values) override {
    KP_TRY(Statement * statement, prepared(sql));
    bind_all(*statement, values);
    return statement->run();
  }

  Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                           std::span<const Value> values) override {
    KP_CHECK(!columns.empty() && values.size() % columns.size() == 0);
    std::string sql = "INSERT INTO " + std::string{table} + "(", marks;
    for (const std::string_view column : columns)
      sql += (marks.empty() ? "" : ", ") + std::string{column}, marks += marks.empty() ? "?" : ", ?";
    KP_TRY(Statement * statement, prepared(sql + ") VALUES(" + marks + ")"));
    for (std::size_t row = 0; row < values.size(); row += columns.size()) {
      bind_all(*statement, values.subspan(row, columns.size()));
      KP_TRY_VOID(statement->run());
    }
    return {};
  }

 private:
  Result<void> start() override { return database_.execute("BEGIN IMMEDIATE"); }
  Result<void> end(bool keep) override {
    auto done = database_.execute(keep ? "COMMIT" : "ROLLBACK");
    if (!done && keep) static_cast<void>(database_.execute("ROLLBACK"));
    return done;
  }

  Result<Statement*> prepared(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
      KP_TRY(Statement statement, database_.prepare(sql));
      found = statements_.emplace(sql, std::move(statement)).first;
    }
    found->second.reset();
    return &found->second;
  }

  Database database_;
  std::map<std::string, Statement, std::less<>> statements_;  ///< ends before the database does
};

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& path) {
  KP_TRY(Database database, Database::open(path));
  return std::unique_ptr<Connection>{std::make_unique<SqliteConnection>(std::move(database))};
}

}  // namespace kiemphieu::sql

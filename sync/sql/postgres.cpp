// The only file that uses libpq. Values go and come in binary form; every statement is
// prepared once a connection.
#include <libpq-fe.h>

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "config/base/check.h"
#include "config/base/log.h"
#include "sync/sql/sql.h"

namespace kiemphieu::sql {
namespace {

constexpr Oid kBytea = 17, kInt8 = 20, kInt4 = 23, kText = 25, kBool = 16;

struct EndResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, EndResult>;
struct EndConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

std::string_view trimmed(const char* message) {
  std::string_view text = message == nullptr ? "" : message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

/// By SQLSTATE class (PostgreSQL manual, appendix A).
ErrorCode code_of(std::string_view state) {
  if (state == "53100") return ErrorCode::kDiskFull;
  // 40: deadlock or serialisation; 08, 57: the server is gone or going; 53: out of connections; none: no connection.
  for (const std::string_view busy : {"40", "08", "57", "53"})
    if (state.starts_with(busy)) return ErrorCode::kStorageBusy;
  if (state == "55P03" || state.empty()) return ErrorCode::kStorageBusy;
  return state.starts_with("XX") ? ErrorCode::kStorageCorrupt : ErrorCode::kStorageIo;
}

Error error_of(PGconn* connection, const PGresult* result, std::string_view doing) {
  const char* state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const std::string_view text = trimmed(result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(connection));
  return fail(code_of(state != nullptr ? state : ""), std::string{doing.substr(0, 60)} + ": " + std::string{text});
}

bool is_good(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// "?" becomes "$1", "$2" …; no text of ours has a question mark inside quotes.
std::string numbered(std::string_view sql) {
  std::string out;
  int number = 0;
  for (const char c : sql) {
    if (c == '?') out += '$' + std::to_string(++number);
    else out += c;
  }
  return out;
}

template <class Integer>
void put_big_endian(std::string& out, Integer value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xFFU));
}

Oid type_of(const Value& value) { return std::array{kInt8, kText, kBytea}.at(value.index()); }
std::string_view bytes_of(const Value& value, std::string& room) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    room.clear();
    put_big_endian(room, *number, 8);
    return room;
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) return *text;
  return as_text(std::get<ByteView>(value));
}

class PostgresRows final : public Rows {
 public:
  explicit PostgresRows(Answer answer) : answer_(std::move(answer)) {}

  Result<bool> next() override { return ++row_ < PQntuples(answer_.get()); }
  std::int64_t integer(int column) const override {
    const ByteView bytes = raw(column);
    const Oid type = PQftype(answer_.get(), column);
    if (bytes.empty()) return 0;
    KP_CHECK(type == kInt8 || type == kInt4 || type == kBool);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8U | byte;
    return type == kInt4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value)) : static_cast<std::int64_t>(value);
  }
  std::string text(int column) const override { return std::string{as_text(raw(column))}; }
  Bytes blob(int column) const override {
    const ByteView bytes = raw(column);
    return {bytes.begin(), bytes.end()};
  }
  bool is_null(int column) const override { return PQgetisnull(answer_.get(), row_, column) != 0; }

 private:
  ByteView raw(int column) const {
    return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(answer_.get(), row_, column)),
            static_cast<std::size_t>(PQgetlength(answer_.get(), row_, column))};
  }
  Answer answer_;
  int row_ = -1;
};

class PostgresConnection final : public Connection {
 public:
  explicit PostgresConnection(std::string conninfo) : conninfo_(std::move(conninfo)) {}

  Engine engine() const override { return Engine::kPostgres; }

  Result<void> connect() {
    prepared_.clear();
    connection_.reset(PQconnectdb(conninfo_.c_str()));
    if (PQstatus(connection_.get()) != CONNECTION_OK) return error_of(connection_.get(), nullptr, "connect");
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
    return execute("SET client_encoding TO 'UTF8'; SET idle_in_transaction_session_timeout TO '60s'; SET lock_timeout TO '20s'");
  }

  Result<void> execute(std::string_view sql) override {
    const Answer answer{PQexec(connection_.get(), std::string{sql}.c_str())};
    if (!is_good(answer.get())) return error_of(connection_.get(), answer.get(), sql);
    return {};
  }

  Result<std::unique_ptr<Rows>> select(std::string_view sql, std::span<const Value> values) override {
    KP_TRY(Answer answer, ask(sql, values));
    return std::unique_ptr<Rows>{std::make_unique<PostgresRows>(std::move(answer))};
  }

  Result<void> run(std::string_view sql, std::span<const Value> values) override {
    KP_TRY(const Answer answer, ask(sql, values));
    return {};
  }

  Result<void> insert_many(std::string_view table, std::span<const std::string_view> columns,
                           std::span<const Value> values) override {
    KP_CHECK(!columns.empty() && values.size() % columns.size() == 0);
    std::string sql = "COPY " + std::string{table} + "(";
    for (std::size_t i = 0; i < columns.size(); ++i) sql += (i == 0 ? "" : ", ") + std::string{columns[i]};
    sql += ") FROM STDIN (FORMAT binary)";
    const Answer begun{PQexec(connection_.get(), sql.c_str())};
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return error_of(connection_.get(), begun.get(), sql);
    const std::string data = copy_data(columns.size(), values);
    const bool sent = PQputCopyData(connection_.get(), data.data(), static_cast<int>(data.size())) == 1 &&
                      PQputCopyEnd(connection_.get(), nullptr) == 1;
    std::optional<Error> wrong;
    if (!sent) wrong = error_of(connection_.get(), nullptr, sql);
    for (Answer answer{PQgetResult(connection_.get())}; answer; answer.reset(PQgetResult(connection_.get())))
      if (!is_good(answer.get()) && !wrong) wrong = error_of(connection_.get(), answer.get(), sql);
    if (wrong) return *std::move(wrong);
    return {};
  }

 private:
  /// PostgreSQL manual, COPY: file formats, binary.
  static std::string copy_data(std::size_t columns, std::span<const Value> values) {
    std::string data{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
    std::string room;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i % columns == 0) put_big_endian(data, columns, 2);
      const std::string_view bytes = bytes_of(values[i], room);
      put_big_endian(data, bytes.size(), 4);
      data += bytes;
    }
    put_big_endian(data, std::int64_t{-1}, 2);
    return data;
  }

  Result<void> start() override {
    if (PQstatus(connection_.get()) != CONNECTION_OK) KP_TRY_VOID(connect());
    auto begun = execute("BEGIN");
    if (begun || PQstatus(connection_.get()) == CONNECTION_OK) return begun;
    KP_TRY_VOID(connect());  // it had broken while nobody looked
    return execute("BEGIN");
  }
  Result<void> end(bool keep) override {
    // COMMIT of a transaction that has failed says ROLLBACK and no error.
    const bool failed = PQtransactionStatus(connection_.get()) == PQTRANS_INERROR;
    auto done = execute(keep ? "COMMIT" : "ROLLBACK");
    if (done && keep && failed) return fail(ErrorCode::kStorageIo, "commit after a failed statement");
    return done;
  }

  Result<const std::string*> statement_of(std::string_view sql, std::span<const Value> values) {
    auto found = prepared_.find(sql);
    if (found != prepared_.end()) return &found->second;
    const std::string name = "kp" + std::to_string(prepared_.size());
    std::vector<Oid> types;
    for (const Value& value : values) types.push_back(type_of(value));
    const Answer answer{PQprepare(connection_.get(), name.c_str(), numbered(sql).c_str(), static_cast<int>(types.size()), types.data())};
    if (!is_good(answer.get())) return error_of(connection_.get(), answer.get(), sql);
    return &prepared_.emplace(sql, name).first->second;
  }

  Result<Answer> ask(std::string_view sql, std::span<const Value> values) {
    const bool idle = PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
    auto answer = ask_once(sql, values);
    if (answer || PQstatus(connection_.get()) == CONNECTION_OK || !idle) return answer;
    KP_TRY_VOID(connect());
    return ask_once(sql, values);
  }

  Result<Answer> ask_once(std::string_view sql, std::span<const Value> values) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) return error_of(connection_.get(), nullptr, sql);
    KP_TRY(const std::string* name, statement_of(sql, values));
    const std::size_t count = values.size();
    std::vector<std::string> rooms(count);
    std::vector<const char*> data(count);
    std::vector<int> lengths(count), binary(count, 1);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view bytes = bytes_of(values[i], rooms[i]);
      data[i] = bytes.data() != nullptr ? bytes.data() : "";
      lengths[i] = static_cast<int>(bytes.size());
    }
    Answer answer{PQexecPrepared(connection_.get(), name->c_str(), static_cast<int>(count), data.data(), lengths.data(), binary.data(), 1)};
    if (!is_good(answer.get())) return error_of(connection_.get(), answer.get(), sql);
    return answer;
  }

  std::string conninfo_;
  std::unique_ptr<PGconn, EndConnection> connection_;
  std::map<std::string, std::string, std::less<>> prepared_;  ///< text → name on this connection
};

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const std::string& conninfo) {
  auto connection = std::make_unique<PostgresConnection>(conninfo);
  KP_TRY_VOID(connection->connect());
  return std::unique_ptr<Connection>{std::move(connection)};
}

}  // namespace kiemphieu::sql

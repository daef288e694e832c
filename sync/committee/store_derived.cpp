// What follows from the records, kept up to date with them: piles, results, turnout, sums.
#include <set>

#include "config/base/check.h"
#include "sync/committee/store.h"

namespace kiemphieu::committee {
namespace {

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// On PostgreSQL many receivers add to the same sums: spread over rows they seldom meet.
/// A file has one writer.
std::int64_t shard_of(sql::Engine engine, std::string_view station) {
  constexpr std::uint64_t kShards = 16;
  if (engine == sql::Engine::kSqlite) return 0;
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a: the same on every machine and in every version
  for (const char c : station) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  return number(hash % kShards);
}

template <class T>
std::string text_or_empty(const std::optional<T>& value) {
  return value ? wire::encode(*value) : std::string{};
}

}  // namespace

void Store::change_number(const std::string& station, const std::string& contest, const std::string& field, std::int64_t change) {
  if (change != 0) changes_[{shard_of(sql_->engine(), station), contest, field}] += change;
}

Result<void> Store::write_numbers() {
  constexpr std::size_t kAtOnce = 32;
  for (auto next = changes_.begin(); next != changes_.end();) {
    std::string sql = "INSERT INTO numbers(shard, contest, field, value) VALUES";
    std::vector<sql::Value> values;
    for (std::size_t rows = 0; rows < kAtOnce && next != changes_.end(); ++rows, ++next) {
      sql += rows == 0 ? "(?, ?, ?, ?)" : ", (?, ?, ?, ?)";
      values.insert(values.end(), {next->first.shard, std::string_view{next->first.contest},
                                   std::string_view{next->first.field}, next->second});
    }
    KP_TRY_VOID(sql_->run(sql + " ON CONFLICT(shard, contest, field) DO UPDATE SET value = numbers.value + excluded.value", values));
  }
  changes_.clear();
  return {};
}

Result<Counted> Store::counted(const std::string& station, const std::string& contest) {
  KP_TRY(const auto rows, sql_->select("SELECT piles, tally, result, result_sequence FROM counted WHERE station = ? AND contest = ?",
                                       {std::string_view{station}, std::string_view{contest}}));
  KP_TRY(const bool found, rows->next());
  Counted counted;
  if (!found) return counted;
  if (const std::string piles = rows->text(0); !piles.empty()) {
    KP_TRY(counted.piles, wire::decode_batch_total(piles));
  }
  if (const std::string tally = rows->text(1); !tally.empty()) {
    KP_TRY(counted.tally, wire::decode_tally_total(tally));
  }
  if (const std::string result = rows->text(2); !result.empty()) {
    KP_TRY(counted.result, wire::decode_contest_result(result));
  }
  counted.result_sequence = static_cast<std::uint64_t>(rows->integer(3));
  return counted;
}

Result<void> Store::set_counted(const std::string& station, const std::string& contest, const Counted& before, const Counted& after) {
  for (const auto& [field, value] : fields_of(before.standing())) change_number(station, contest, field, -value);
  for (const auto& [field, value] : fields_of(after.standing())) change_number(station, contest, field, value);
  const std::string piles = text_or_empty(after.piles), tally = text_or_empty(after.tally), result = text_or_empty(after.result);
  return sql_->run("INSERT INTO counted(station, contest, piles, tally, result, result_sequence) VALUES(?, ?, ?, ?, ?, ?) "
                   "ON CONFLICT(station, contest) DO UPDATE SET piles = excluded.piles, tally = excluded.tally, "
                   "result = excluded.result, result_sequence = excluded.result_sequence",
                   {std::string_view{station}, std::string_view{contest}, std::string_view{piles}, std::string_view{tally},
                    std::string_view{result}, number(after.result_sequence)});
}

Result<std::optional<wire::BatchTotal>> Store::pile(const std::string& station, const std::string& contest, std::uint64_t batch) {
  KP_TRY(const auto rows, sql_->select("SELECT body FROM piles WHERE station = ? AND contest = ? AND batch = ?",
                                       {std::string_view{station}, std::string_view{contest}, number(batch)}));
  KP_TRY(const bool found, rows->next());
  if (!found) return std::optional<wire::BatchTotal>{};
  KP_TRY(wire::BatchTotal total, wire::decode_batch_total(rows->text(0)));
  return std::optional{std::move(total)};
}

Result<void> Store::add_pile(const std::string& station, const wire::BatchTotal& total) {
  const std::string body = wire::encode(total);
  return sql_->run("INSERT INTO piles(station, contest, batch, body) VALUES(?, ?, ?, ?)",
                   {std::string_view{station}, std::string_view{total.contest}, number(total.batch), std::string_view{body}});
}

Result<void> Store::remove_pile(const std::string& station, const std::string& contest, std::uint64_t batch) {
  return sql_->run("DELETE FROM piles WHERE station = ? AND contest = ? AND batch = ?",
                   {std::string_view{station}, std::string_view{contest}, number(batch)});
}

Result<void> Store::set_status(const std::string& station, const wire::Status& status) {
  const std::int64_t leaves_the_seal = status.state == "sealed" ? 0 : 1;
  KP_TRY_VOID(
      sql_->run("UPDATE stations SET reopened = reopened + CASE WHEN lifecycle = 'sealed' THEN ? ELSE 0 END, "
                "lifecycle = ? WHERE id = ?",
                {leaves_the_seal, std::string_view{status.state}, std::string_view{station}}));
  std::map<std::string, std::int64_t> before;
  {
    KP_TRY(const auto rows, sql_->select("SELECT contest, sheets FROM in_review WHERE station = ?", {std::string_view{station}}));
    for (;;) {
      KP_TRY(const bool found, rows->next());
      if (!found) break;
      before[rows->text(0)] = rows->integer(1);
    }
  }
  for (const auto& row : status.contests) {
    const std::int64_t waits = number(row.in_review.value());
    if (before[row.contest] == waits) continue;
    change_number(station, row.contest, "in_review", waits - before[row.contest]);
    KP_TRY_VOID(sql_->run("INSERT INTO in_review(station, contest, sheets) VALUES(?, ?, ?) "
                          "ON CONFLICT(station, contest) DO UPDATE SET sheets = excluded.sheets",
                          {std::string_view{station}, std::string_view{row.contest}, waits}));
  }
  return {};
}

Result<Store::VotedBefore> Store::voted_before(const std::string& station, const std::string& contest, const std::string& hour) {
  KP_TRY(const auto rows, sql_->select("SELECT hour, voted FROM turnout WHERE station = ? AND contest = ? ORDER BY hour",
                                       {std::string_view{station}, std::string_view{contest}}));
  VotedBefore before;
  for (;;) {
    KP_TRY(const bool found, rows->next());
    if (!found) return before;
    const std::string at = rows->text(0);
    const auto voted = static_cast<std::uint64_t>(rows->integer(1));
    if (at == hour) before.same_hour = voted;
    if (at < hour) before.earlier_hour = voted;
    before.newest = voted;
  }
}

Result<void> Store::set_voted(const std::string& station, const std::string& contest, const std::string& hour, std::uint64_t voted,
                              std::uint64_t before) {
  change_number(station, contest, "voted:" + hour, number(voted) - number(before));
  return sql_->run("INSERT INTO turnout(station, contest, hour, voted) VALUES(?, ?, ?, ?) "
                   "ON CONFLICT(station, contest, hour) DO UPDATE SET voted = excluded.voted",
                   {std::string_view{station}, std::string_view{contest}, std::string_view{hour}, number(voted)});
}

Result<void> Store::object(const Objected& objected) {
  return sql_->run("INSERT INTO objections(station, sequence, contest, code, detail) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                   {std::string_view{objected.station}, number(objected.sequence), std::string_view{objected.contest},
                    to_text(objected.what), std::string_view{objected.detail}});
}

Result<void> Store::settle(const std::string& station, const std::string& contest, std::uint64_t by_sequence) {
  return sql_->run("UPDATE objections SET settled_by = ? WHERE station = ? AND contest = ? AND settled_by = 0 AND sequence < ?",
                   {number(by_sequence), std::string_view{station}, std::string_view{contest}, number(by_sequence)});
}

Result<void> Store::forget_derived(const std::string& station) {
  const auto each = [&](std::string_view sql, auto take) -> Result<void> {
    KP_TRY(const auto rows, sql_->select(sql, {std::string_view{station}}));
    for (;;) {
      KP_TRY(const bool found, rows->next());
      if (!found) return {};
      take(*rows);
    }
  };
  std::set<std::string> contests;
  KP_TRY_VOID(each("SELECT contest FROM counted WHERE station = ?", [&](sql::Rows& row) { contests.insert(row.text(0)); }));
  for (const std::string& contest : contests) {
    KP_TRY(const Counted before, counted(station, contest));
    KP_TRY_VOID(set_counted(station, contest, before, {}));
  }
  KP_TRY_VOID(each("SELECT contest, sheets FROM in_review WHERE station = ?",
                   [&](sql::Rows& row) { change_number(station, row.text(0), "in_review", -row.integer(1)); }));
  KP_TRY_VOID(each("SELECT contest, hour, voted FROM turnout WHERE station = ?",
                   [&](sql::Rows& row) { change_number(station, row.text(0), "voted:" + row.text(1), -row.integer(2)); }));
  for (const char* sql : {"DELETE FROM piles WHERE station = ?", "DELETE FROM counted WHERE station = ?",
                          "DELETE FROM in_review WHERE station = ?", "DELETE FROM turnout WHERE station = ?",
                          "DELETE FROM objections WHERE station = ?",
                          "UPDATE stations SET lifecycle = '', reopened = 0 WHERE id = ?"})
    KP_TRY_VOID(sql_->run(sql, {std::string_view{station}}));
  return {};
}

Result<std::vector<std::string>> Store::must_derive() {
  KP_TRY(const auto rows, sql_->select("SELECT id FROM stations WHERE must_derive = 1 ORDER BY id"));
  std::vector<std::string> stations;
  for (;;) {
    KP_TRY(const bool found, rows->next());
    if (!found) return stations;
    stations.push_back(rows->text(0));
  }
}

Result<void> Store::derived(const std::string& station) {
  return sql_->run("UPDATE stations SET must_derive = 0 WHERE id = ?", {std::string_view{station}});
}

}  // namespace kiemphieu::committee

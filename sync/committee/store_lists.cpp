// What the board reads.
#include <charconv>

#include "config/base/check.h"
#include "sync/committee/store.h"

namespace kiemphieu::committee {
namespace {

void put_field(ContestNumbers& numbers, std::string_view field, std::uint64_t value) {
  if (field == "stations") numbers.stations_reporting = value;
  if (field == "collected") numbers.collected = value;
  if (field == "valid") numbers.valid = value;
  if (field == "invalid") numbers.invalid = value;
  if (field == "in_review") numbers.in_review = value;
  if (field.starts_with("votes:")) numbers.votes[std::string{field.substr(6)}] = value;
  if (field.starts_with("voted:")) numbers.voted[std::string{field.substr(6)}] = value;
  if (!field.starts_with("class:")) return;
  int k = 0;
  std::from_chars(field.data() + 6, field.data() + field.size(), k);
  numbers.classes[k] = value;
}

StationState state_of(const StationRow& row, bool fork) {
  if (fork || row.conflicts > 0) return StationState::kConflict;
  if (row.last_sequence == 0 && row.held == 0) return StationState::kWaiting;
  return row.lifecycle == "sealed" ? StationState::kComplete : StationState::kReporting;
}

std::uint64_t unsigned_of(const sql::Rows& rows, int column) { return static_cast<std::uint64_t>(rows.integer(column)); }

}  // namespace

std::string_view to_text(StationState state) {
  switch (state) {
    case StationState::kWaiting: return "waiting";
    case StationState::kReporting: return "reporting";
    case StationState::kComplete: return "complete";
    case StationState::kConflict: return "conflict";
  }
  check_failed("a station state without a name", __FILE__, __LINE__);
}

Result<std::map<std::string, ContestNumbers>> Store::totals() {
  KP_TRY(const auto rows, sql_->select("SELECT contest, field, CAST(SUM(value) AS BIGINT) FROM numbers WHERE "
                                       "contest <> '' GROUP BY contest, field"));
  std::map<std::string, ContestNumbers> totals;
  for (;;) {
    KP_TRY(const bool found, rows->next());
    if (!found) return totals;
    put_field(totals[rows->text(0)], rows->text(1), unsigned_of(*rows, 2));
  }
}

Result<std::vector<StationRow>> Store::stations() {
  std::map<std::string, StationRow> notes;  // what few stations have
  KP_TRY(const auto standing, sql_->select("SELECT station, code, count(*) FROM objections WHERE settled_by = 0 GROUP BY station, code"));
  for (;;) {
    KP_TRY(const bool found, standing->next());
    if (!found) break;
    const auto what = objection_from(standing->text(1));
    const bool conflict = !what || level_of(*what) == Level::kConflict;
    (conflict ? notes[standing->text(0)].conflicts : notes[standing->text(0)].warnings) += unsigned_of(*standing, 2);
  }
  KP_TRY(const auto held, sql_->select("SELECT station, count(*) FROM held GROUP BY station"));
  for (;;) {
    KP_TRY(const bool found, held->next());
    if (!found) break;
    notes[held->text(0)].held = unsigned_of(*held, 1);
  }
  KP_TRY(const auto signers, sql_->select("SELECT station, count(*) FROM signers GROUP BY station"));
  for (;;) {
    KP_TRY(const bool found, signers->next());
    if (!found) break;
    notes[signers->text(0)].machine = 1 + static_cast<int>(signers->integer(1));
  }
  KP_TRY(const auto rows, sql_->select("SELECT id, sequence, lifecycle, conflict, last_contact, reopened FROM stations ORDER BY id"));
  std::vector<StationRow> stations;
  for (;;) {
    KP_TRY(const bool found, rows->next());
    if (!found) return stations;
    const auto note = notes.find(rows->text(0));
    StationRow row = note == notes.end() ? StationRow{} : note->second;
    row.id = rows->text(0);
    row.last_sequence = unsigned_of(*rows, 1);
    row.lifecycle = rows->text(2);
    row.last_contact_unix_s = rows->integer(4);
    row.reopened = unsigned_of(*rows, 5);
    row.state = state_of(row, rows->integer(3) != 0);
    stations.push_back(std::move(row));
  }
}

Result<std::vector<std::string>> Store::without_turnout(const std::string& hour) {
  KP_TRY(const auto rows, sql_->select("SELECT id FROM stations WHERE NOT EXISTS "
                                       "(SELECT 1 FROM turnout WHERE station = id AND hour = ?) ORDER BY id", {std::string_view{hour}}));
  std::vector<std::string> stations;
  for (;;) {
    KP_TRY(const bool found, rows->next());
    if (!found) return stations;
    stations.push_back(rows->text(0));
  }
}

Result<std::vector<Objected>> Store::objections() {
  KP_TRY(const auto rows, sql_->select("SELECT station, sequence, contest, code, detail FROM objections "
                                       "WHERE settled_by = 0 ORDER BY station, sequence"));
  std::vector<Objected> all;
  for (;;) {
    KP_TRY(const bool found, rows->next());
    if (!found) return all;
    const auto what = objection_from(rows->text(3));
    if (!what) return fail(ErrorCode::kStorageVersion, "objection " + rows->text(3));
    all.push_back({rows->text(0), unsigned_of(*rows, 1), rows->text(2), *what, rows->text(4)});
  }
}

Result<std::vector<AuditLine>> Store::audit_lines(std::uint64_t after_number, std::size_t most) {
  KP_TRY(const auto rows, sql_->select("SELECT number, at, station, act, detail FROM audit WHERE number > ? ORDER BY number LIMIT ?",
                                       {static_cast<std::int64_t>(after_number), static_cast<std::int64_t>(most)}));
  std::vector<AuditLine> lines;
  for (;;) {
    KP_TRY(const bool found, rows->next());
    if (!found) return lines;
    lines.push_back({unsigned_of(*rows, 0), rows->integer(1), rows->text(2), rows->text(3), rows->text(4)});
  }
}

Result<std::int64_t> Store::one_number(std::string_view sql) {
  KP_TRY(const auto rows, sql_->select(sql));
  KP_TRY(const bool found, rows->next());
  KP_CHECK(found);
  return rows->integer(0);
}

Result<std::uint64_t> Store::records_accepted() {
  KP_TRY(const std::int64_t number, one_number("SELECT CAST(coalesce(SUM(value), 0) AS BIGINT) FROM numbers "
                                               "WHERE contest = '' AND field = 'records'"));
  return static_cast<std::uint64_t>(number);
}

Result<std::uint64_t> Store::conflicts() {
  KP_TRY(const std::int64_t number, one_number("SELECT count(*) FROM conflicts"));
  return static_cast<std::uint64_t>(number);
}

}  // namespace kiemphieu::committee

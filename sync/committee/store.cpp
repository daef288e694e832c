// Records, chains and the audit log; what follows from the records is in store_derived.cpp,
// what the board reads in store_lists.cpp.
#include "sync/committee/store.h"

#include <algorithm>

#include "config/base/check.h"
#include "sync/committee/schema.h"

namespace kiemphieu::committee {
namespace {

Result<void> check_election(sql::Connection& sql, const Digest& election) {
  KP_TRY_VOID(sql.run("INSERT INTO election VALUES(1, ?) ON CONFLICT DO NOTHING", {election.view()}));
  KP_TRY(const auto rows, sql.select("SELECT digest FROM election"));
  KP_TRY(const bool found, rows->next());
  KP_CHECK(found);
  KP_TRY(const Digest stored, Digest::from_bytes(rows->blob(0)));
  if (stored == election) return {};
  return fail(ErrorCode::kElectionMismatch, "the store is of election " + stored.short_hex() +
                                                ", the definition is " + election.short_hex());
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Result<std::vector<StoredRecord>> all_of(sql::Rows& rows) {
  std::vector<StoredRecord> records;
  for (;;) {
    KP_TRY(const bool found, rows.next());
    if (!found) return records;
    records.push_back({static_cast<std::uint64_t>(rows.integer(0)), rows.blob(1)});
  }
}

crypto::PublicKey key_of(const Bytes& bytes) {
  crypto::PublicKey key{};
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

}  // namespace

Result<Store> Store::open(std::unique_ptr<sql::Connection> connection, const Digest& election,
                          const std::vector<std::string>& stations) {
  KP_TRY_VOID(sql::migrate(*connection, "committee", migrations(connection->engine())));
  KP_TRY(sql::Transaction transaction, connection->begin());
  KP_TRY_VOID(check_election(*connection, election));
  KP_TRY_VOID(transaction.commit());
  Store store{std::move(connection)};
  KP_TRY_VOID(store.add_stations(stations));
  return store;
}

Result<void> Store::add_stations(const std::vector<std::string>& stations) {
  KP_TRY(sql::Transaction transaction, sql_->begin());
  for (const std::string& station : stations)
    KP_TRY_VOID(sql_->run("INSERT INTO stations(id) VALUES(?) ON CONFLICT DO NOTHING", {std::string_view{station}}));
  return transaction.commit();
}

Result<Store> Store::open(const std::filesystem::path& path, const Digest& election, const std::vector<std::string>& stations) {
  KP_TRY(auto connection, sql::open_sqlite(path));
  return open(std::move(connection), election, stations);
}

Result<sql::Transaction> Store::begin() {
  changes_.clear();
  return sql_->begin();
}

Result<void> Store::commit(sql::Transaction transaction) {
  KP_TRY_VOID(write_numbers());
  return transaction.commit();
}

Result<wire::ChainHead> Store::head(const std::string& station) {
  KP_TRY(const auto rows, sql_->select("SELECT sequence, digest FROM stations WHERE id = ?", {std::string_view{station}}));
  KP_TRY(const bool found, rows->next());
  if (!found) return fail(ErrorCode::kStationNotAuthorised, station);
  KP_TRY(const Digest digest, Digest::from_bytes(rows->blob(1)));
  return wire::ChainHead{.sequence = static_cast<std::uint64_t>(rows->integer(0)), .digest = digest};
}

Result<wire::ChainHead> Store::lock(const std::string& station) {
  if (sql_->engine() == sql::Engine::kPostgres) {
    KP_TRY(const auto rows, sql_->select("SELECT id FROM stations WHERE id = ? FOR UPDATE", {std::string_view{station}}));
  }
  return head(station);
}

Result<std::vector<StoredRecord>> Store::records(const std::string& station, std::uint64_t first, std::uint64_t last) {
  KP_TRY(const auto rows, sql_->select("SELECT sequence, envelope FROM records WHERE station = ? AND "
                                       "sequence BETWEEN ? AND ? ORDER BY sequence",
                                       {std::string_view{station}, number(first), number(last)}));
  return all_of(*rows);
}

Result<void> Store::add_records(const std::string& station, std::uint64_t first, std::span<const ByteView> envelopes, const Digest& last) {
  if (envelopes.empty()) return {};
  static constexpr std::array<std::string_view, 3> kColumns{"station", "sequence", "envelope"};
  std::vector<sql::Value> values;
  values.reserve(kColumns.size() * envelopes.size());
  for (std::size_t i = 0; i < envelopes.size(); ++i) {
    values.emplace_back(std::string_view{station});
    values.emplace_back(number(first + i));
    values.emplace_back(envelopes[i]);
  }
  KP_TRY_VOID(sql_->insert_many("records", kColumns, values));
  KP_TRY_VOID(sql_->run("UPDATE stations SET sequence = ?, digest = ? WHERE id = ?",
                        {number(first + envelopes.size() - 1), last.view(), std::string_view{station}}));
  change_number(station, "", "records", static_cast<std::int64_t>(envelopes.size()));
  return {};
}

Result<void> Store::each_record(const std::string& station, const std::function<Result<void>(ByteView envelope)>& each) {
  constexpr std::uint64_t kAtOnce = 256;
  for (std::uint64_t first = 1;; first += kAtOnce) {
    KP_TRY(const auto some, records(station, first, first + kAtOnce - 1));
    for (const StoredRecord& record : some) KP_TRY_VOID(each(record.envelope));
    if (some.size() < kAtOnce) return {};
  }
}

Result<bool> Store::add_conflict(const std::string& station, std::uint64_t sequence, ByteView envelope) {
  {
    KP_TRY(const auto rows, sql_->select("SELECT 1 FROM conflicts WHERE station = ? AND sequence = ? AND envelope = ?",
                                         {std::string_view{station}, number(sequence), envelope}));
    KP_TRY(const bool known, rows->next());
    if (known) return false;
  }
  KP_TRY_VOID(sql_->run("INSERT INTO conflicts(station, sequence, envelope) VALUES(?, ?, ?)",
                        {std::string_view{station}, number(sequence), envelope}));
  KP_TRY_VOID(sql_->run("UPDATE stations SET conflict = 1 WHERE id = ?", {std::string_view{station}}));
  return true;
}

Result<bool> Store::hold(const std::string& station, std::uint64_t sequence, ByteView envelope) {
  {
    KP_TRY(const auto rows, sql_->select("SELECT envelope FROM held WHERE station = ? AND sequence = ?",
                                         {std::string_view{station}, number(sequence)}));
    KP_TRY(const bool found, rows->next());
    if (found && std::ranges::equal(rows->blob(0), envelope)) return false;
    if (found) return fail(ErrorCode::kWireFork, station + " record " + std::to_string(sequence) + " came with other bytes");
  }
  KP_TRY_VOID(sql_->run("INSERT INTO held VALUES(?, ?, ?)", {std::string_view{station}, number(sequence), envelope}));
  return true;
}

Result<std::vector<StoredRecord>> Store::held(const std::string& station) {
  KP_TRY(const auto rows,
         sql_->select("SELECT sequence, envelope FROM held WHERE station = ? ORDER BY sequence",
                      {std::string_view{station}}));
  return all_of(*rows);
}

Result<void> Store::release(const std::string& station, std::uint64_t sequence) {
  return sql_->run("DELETE FROM held WHERE station = ? AND sequence = ?", {std::string_view{station}, number(sequence)});
}

Result<Signer> Store::signer(const std::string& station) {
  KP_TRY(const auto rows,
         sql_->select("SELECT epoch, public_key FROM signers WHERE station = ? ORDER BY epoch DESC LIMIT 1",
                      {std::string_view{station}}));
  KP_TRY(const bool found, rows->next());
  if (!found) return Signer{};
  return Signer{static_cast<int>(rows->integer(0)), key_of(rows->blob(1))};
}

Result<std::vector<crypto::PublicKey>> Store::earlier_signers(const std::string& station) {
  KP_TRY(const auto rows, sql_->select("SELECT public_key FROM signers WHERE station = ? ORDER BY epoch DESC",
                                       {std::string_view{station}}));
  std::vector<crypto::PublicKey> keys;
  for (bool newest = true;; newest = false) {
    KP_TRY(const bool found, rows->next());
    if (!found) return keys;
    if (!newest) keys.push_back(key_of(rows->blob(0)));
  }
}

Result<void> Store::set_signer(const std::string& station, const Signer& signer) {
  return sql_->run("INSERT INTO signers VALUES(?, ?, ?)",
                   {std::string_view{station}, std::int64_t{signer.epoch}, ByteView{signer.key->bytes}});
}

Result<bool> Store::set_aside_behind(const std::string& station, std::uint64_t sequence) {
  KP_TRY_VOID(forget_derived(station));
  bool has_totals = false;
  Digest last;
  std::uint64_t kept = 0, aside = 0;
  KP_TRY_VOID(each_record(station, [&](ByteView bytes) -> Result<void> {
    KP_TRY(const wire::Envelope envelope, wire::decode(bytes));
    if (envelope.sequence > sequence) has_totals = has_totals || envelope.kind != wire::Status::kKind, ++aside;
    else last = wire::record_digest(bytes), kept = envelope.sequence;
    return {};
  }));
  for (const char* sql : {"INSERT INTO set_aside SELECT station, sequence, envelope FROM records "
                          "WHERE station = ? AND sequence > ? ON CONFLICT DO NOTHING",
                          "DELETE FROM records WHERE station = ? AND sequence > ?"})
    KP_TRY_VOID(sql_->run(sql, {std::string_view{station}, number(sequence)}));
  change_number(station, "", "records", -number(aside));
  KP_TRY_VOID(sql_->run("UPDATE stations SET sequence = ?, digest = ? WHERE id = ?",
                        {number(kept), last.view(), std::string_view{station}}));
  if (has_totals) KP_TRY_VOID(sql_->run("UPDATE stations SET conflict = 1 WHERE id = ?", {std::string_view{station}}));
  return has_totals;
}

Result<void> Store::note_contact(const std::string& station, std::int64_t now_unix_s) {
  return sql_->run("UPDATE stations SET last_contact = ? WHERE id = ?", {now_unix_s, std::string_view{station}});
}

Result<void> Store::audit(std::int64_t at_unix_s, const std::string& station, std::string_view act, std::string_view detail) {
  const std::string_view sql = sql_->engine() == sql::Engine::kPostgres
      ? "INSERT INTO audit(at, station, act, detail) VALUES(?, ?, ?, ?)"
      : "INSERT INTO audit SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ? FROM audit";
  return sql_->run(sql, {at_unix_s, std::string_view{station}, act, detail});
}

}  // namespace kiemphieu::committee

// The part of the store about stations that another machine took over.
#include "sync/committee/store.h"

#include <algorithm>
#include <set>

namespace kiemphieu::committee {

using storage::Statement;

Result<Signer> Store::signer(const std::string& station) {
  KP_TRY(Statement query, database_.prepare("SELECT epoch, public_key FROM signers WHERE station = ? ORDER BY epoch DESC LIMIT 1"));
  KP_TRY(const bool found, query.bind(1, station).step());
  if (!found) return Signer{};
  Signer signer{static_cast<int>(query.integer(0)), crypto::PublicKey{}};
  const Bytes key = query.blob(1);
  std::copy(key.begin(), key.end(), signer.key->bytes.begin());
  return signer;
}

Result<std::vector<crypto::PublicKey>> Store::earlier_signers(const std::string& station) {
  KP_TRY(Statement query, database_.prepare("SELECT public_key FROM signers WHERE station = ? ORDER BY epoch DESC LIMIT -1 OFFSET 1"));
  query.bind(1, station);
  std::vector<crypto::PublicKey> keys;
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return keys;
    const Bytes key = query.blob(0);
    std::copy(key.begin(), key.end(), keys.emplace_back().bytes.begin());
  }
}

Result<void> Store::set_signer(const std::string& station, const Signer& signer) {
  KP_TRY(Statement insert, database_.prepare("INSERT INTO signers VALUES(?, ?, ?)"));
  return insert.bind(1, station).bind(2, std::int64_t{signer.epoch}).bind(3, ByteView{signer.key->bytes}).run();
}

Result<void> Store::each_record(const std::string& station, const std::function<Result<void>(ByteView envelope)>& each) {
  KP_TRY(Statement query, database_.prepare("SELECT envelope FROM records WHERE station = ? ORDER BY sequence"));
  query.bind(1, station);
  for (;;) {
    KP_TRY(const bool found, query.step());
    if (!found) return {};
    KP_TRY_VOID(each(query.blob(0)));
  }
}

Result<void> Store::take_away_sums(const std::string& station) {
  std::vector<wire::BatchTotal> totals;
  KP_TRY_VOID(each_record(station, [&](ByteView bytes) -> Result<void> {
    KP_TRY(const wire::Envelope envelope, wire::decode(bytes));
    if (envelope.kind != wire::BatchTotal::kKind) return {};
    KP_TRY(totals.emplace_back(), wire::decode_batch_total(envelope.body));
    return {};
  }));
  KP_TRY(Statement tallies, database_.prepare("SELECT body FROM tallies WHERE station = ?"));
  tallies.bind(1, station);
  for (;;) {
    KP_TRY(const bool found, tallies.step());
    if (!found) break;
    KP_TRY(const wire::TallyTotal tally, wire::decode_tally_total(tallies.text(0)));
    totals.push_back(tally.sums);
  }
  std::set<std::string> reported;
  for (const wire::BatchTotal& total : totals) {
    KP_TRY_VOID(add_sums(total, -1));
    if (reported.insert(total.contest).second) KP_TRY_VOID(add_number(total.contest, "stations", -1));
  }
  KP_TRY(Statement review, database_.prepare("SELECT contest, sheets FROM in_review WHERE station = ?"));
  review.bind(1, station);
  for (;;) {
    KP_TRY(const bool found, review.step());
    if (!found) break;
    KP_TRY_VOID(add_number(review.text(0), "in_review", -review.integer(1)));
  }
  for (const char* sql : {"DELETE FROM batches WHERE station = ?", "DELETE FROM tallies WHERE station = ?",
                          "DELETE FROM in_review WHERE station = ?"}) {
    KP_TRY(Statement remove, database_.prepare(sql));
    KP_TRY_VOID(remove.bind(1, station).run());
  }
  return {};
}

Result<bool> Store::set_aside_behind(const std::string& station, std::uint64_t sequence) {
  KP_TRY_VOID(take_away_sums(station));
  bool has_totals = false;
  Digest last;
  std::uint64_t kept = 0;
  KP_TRY_VOID(each_record(station, [&](ByteView bytes) -> Result<void> {
    KP_TRY(const wire::Envelope envelope, wire::decode(bytes));
    if (envelope.sequence > sequence) has_totals = has_totals || envelope.kind != wire::Status::kKind;
    else last = wire::record_digest(bytes), kept = envelope.sequence;
    return {};
  }));
  const auto number = static_cast<std::int64_t>(sequence);
  for (const char* sql : {"INSERT OR IGNORE INTO set_aside SELECT station, sequence, envelope FROM records "
                          "WHERE station = ? AND sequence > ?",
                          "DELETE FROM records WHERE station = ? AND sequence > ?"}) {
    KP_TRY(Statement move, database_.prepare(sql));
    KP_TRY_VOID(move.bind(1, station).bind(2, number).run());
  }
  KP_TRY(Statement update, database_.prepare("UPDATE stations SET sequence = ?, digest = ?, conflict = max(conflict, ?) WHERE id = ?"));
  KP_TRY_VOID(update.bind(1, static_cast<std::int64_t>(kept))
                  .bind(2, last.view())
                  .bind(3, std::int64_t{has_totals ? 1 : 0})
                  .bind(4, station)
                  .run());
  return has_totals;
}

}  // namespace kiemphieu::committee

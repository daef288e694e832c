// Tested by tests/unit/sync/committee/receiver_test.cpp (every refusal) and
// end_to_end_test.cpp (over the network).
#include "sync/committee/receiver.h"

#include <algorithm>

#include "config/base/log.h"

namespace kiemphieu::committee {
namespace {

/// Whose fault: the sender's records, or our own storage.
bool is_refusal(ErrorCode code) {
  switch (code) {
    case ErrorCode::kStationNotAuthorised:
    case ErrorCode::kElectionMismatch:
    case ErrorCode::kSignatureInvalid:
    case ErrorCode::kWireInvalid:
    case ErrorCode::kWireGap:
    case ErrorCode::kWireFork:
      return true;
    default:
      return false;
  }
}

}  // namespace

Receiver::Receiver(Store& store, const election::Election& election,
                   std::map<std::string, crypto::PublicKey> keys)
    : store_(&store), election_(&election), keys_(std::move(keys)) {}

Result<Receipt> Receiver::receive(const std::string& sender, ByteView batch, std::int64_t now_unix_s) {
  if (!keys_.contains(sender)) return Receipt{.error = fail(ErrorCode::kStationNotAuthorised, sender)};
  KP_TRY(storage::Transaction transaction, store_->begin());
  KP_TRY_VOID(store_->note_contact(sender, now_unix_s));
  Receipt receipt;
  const auto records = wire::decode_batch(batch);
  if (!records) receipt.error = records.error();
  for (std::size_t i = 0; records && i < records->size() && !receipt.error; ++i) {
    auto taken = take(sender, (*records)[i]);
    if (!taken && !is_refusal(taken.error().code)) return std::move(taken).error();
    if (!taken)
      receipt.error = std::move(taken).error();
    else if (*taken)
      ++receipt.accepted;
  }
  KP_TRY(const wire::ChainHead head, store_->head(sender));
  // Also after a refusal: records before it, and a conflict, are kept.
  KP_TRY_VOID(transaction.commit());
  receipt.acknowledged = head.sequence;
  if (receipt.error) log_error("records_refused", *receipt.error);
  return receipt;
}

/// True: new and kept. False: known before.
Result<bool> Receiver::take(const std::string& sender, ByteView record) {
  KP_TRY(const wire::Envelope envelope, wire::decode(record));
  if (envelope.station != sender)
    return fail(ErrorCode::kStationNotAuthorised, sender + " sent a record of " + envelope.station);
  if (envelope.election != election_->digest)
    return fail(ErrorCode::kElectionMismatch, sender + " works by " + envelope.election.short_hex() +
                                                  ", here is " + election_->digest.short_hex());
  KP_TRY(const wire::ChainHead head, store_->head(sender));
  const auto in_place = wire::verify(envelope, keys_.at(sender), head);
  if (!in_place && in_place.error().code == ErrorCode::kWireFork) {
    KP_TRY(const auto known, store_->record(sender, envelope.sequence));
    if (known && std::ranges::equal(*known, record)) return false;
    KP_TRY_VOID(store_->add_conflict(sender, envelope.sequence, record));
    log_event(LogLevel::kError, "chain_fork",
              {{"station", sender}, {"sequence", std::to_string(envelope.sequence)}});
  }
  if (!in_place) return in_place.error();
  KP_TRY_VOID(apply(envelope));
  KP_TRY_VOID(store_->add_record(sender, envelope.sequence, wire::record_digest(record), record));
  return true;
}

/// Checks everything before it writes anything: a refused record leaves no trace in the sums.
Result<void> Receiver::apply(const wire::Envelope& envelope) {
  const election::Station* station = election_->find_station(envelope.station);
  if (station == nullptr)
    return fail(ErrorCode::kStationNotAuthorised, envelope.station + " is not in the election");
  if (envelope.kind == wire::Status::kKind) {
    KP_TRY(const wire::Status status, wire::decode_status(envelope.body));
    for (const auto& row : status.contests)
      if (!station->has_contest(row.contest))
        return fail(ErrorCode::kWireInvalid, "no contest " + row.contest + " there");
    return store_->set_status(envelope.station, status);
  }
  if (envelope.kind == wire::BatchTotal::kKind) {
    KP_TRY(const wire::BatchTotal total, wire::decode_batch_total(envelope.body));
    KP_TRY_VOID(check_total(total, envelope.station));
    return store_->add_total(envelope.station, total);
  }
  if (envelope.kind == wire::TallyTotal::kKind) {
    KP_TRY(const wire::TallyTotal total, wire::decode_tally_total(envelope.body));
    KP_TRY_VOID(check_total(total.sums, envelope.station));
    if (total.voters > station->voters(total.sums.contest))
      return fail(ErrorCode::kWireInvalid, "more voters than are listed at " + envelope.station);
    return store_->add_tally(envelope.station, total);
  }
  return fail(ErrorCode::kWireInvalid, "unknown kind " + envelope.kind);
}

Result<void> Receiver::check_total(const wire::BatchTotal& total, const std::string& station) const {
  const election::Contest* contest = election_->find_contest(total.contest);
  if (contest == nullptr || !election_->find_station(station)->has_contest(total.contest))
    return fail(ErrorCode::kWireInvalid, "no contest " + total.contest + " at " + station);
  if (total.seats != contest->seats) return fail(ErrorCode::kWireInvalid, "seats of " + total.contest);
  const bool same = std::ranges::equal(total.candidates, contest->candidates, {},
                                       &wire::BatchTotal::Votes::id, &election::Candidate::id);
  if (!same) return fail(ErrorCode::kWireInvalid, "candidates of " + total.contest);
  return {};
}

}  // namespace kiemphieu::committee

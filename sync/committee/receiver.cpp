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
    case ErrorCode::kStationSuperseded:
      return true;
    default:
      return false;
  }
}

}  // namespace

Receiver::Receiver(Store& store, const election::Election& election,
                   std::map<std::string, crypto::PublicKey> keys, std::set<crypto::PublicKey> spares)
    : store_(&store), election_(&election), keys_(std::move(keys)), spares_(std::move(spares)) {}

Result<Receipt> Receiver::receive(const std::string& sender, ByteView batch, std::int64_t now_unix_s) {
  if (!keys_.contains(sender)) return Receipt{.error = fail(ErrorCode::kStationNotAuthorised, sender)};
  KP_TRY(storage::Transaction transaction, store_->begin());
  KP_TRY_VOID(store_->note_contact(sender, now_unix_s));
  Receipt receipt;
  std::uint64_t last_sequence = 0;
  const auto records = wire::decode_batch(batch);
  if (!records) receipt.error = records.error();
  for (std::size_t i = 0; records && i < records->size() && !receipt.error; ++i) {
    auto taken = take(sender, (*records)[i]);
    if (!taken && !is_refusal(taken.error().code)) return std::move(taken).error();
    if (!taken) {
      receipt.error = std::move(taken).error();
    } else {
      if (*taken) ++receipt.accepted;
      KP_TRY(const wire::Envelope envelope, wire::decode((*records)[i]));
      last_sequence = envelope.sequence;
    }
  }
  KP_TRY(const wire::ChainHead head, store_->head(sender));
  // Also after a refusal: records before it, and a conflict, are kept.
  KP_TRY_VOID(transaction.commit());
  receipt.acknowledged = head.sequence;
  // A spare machine repeats what it has; what the machine before sent beyond that is not its own.
  if (!receipt.error && receipt.accepted == 0 && last_sequence > 0) receipt.acknowledged = last_sequence;
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
  KP_TRY(const auto known, store_->record(sender, envelope.sequence));
  if (known && std::ranges::equal(*known, record)) return false;
  if (envelope.kind == wire::TakeOver::kKind) {
    KP_TRY_VOID(take_over(envelope));
  } else {
    KP_TRY(const Signer signer, store_->signer(sender));
    KP_TRY(const wire::ChainHead head, store_->head(sender));
    auto in_place = wire::verify(envelope, signer.key.value_or(keys_.at(sender)), head);
    if (!in_place) return contradiction(sender, envelope, record, std::move(in_place).error());
    KP_TRY_VOID(apply(envelope));
  }
  KP_TRY_VOID(store_->add_record(sender, envelope.sequence, wire::record_digest(record), record));
  return true;
}

Result<bool> Receiver::is_of_earlier_machine(const wire::Envelope& envelope, const Signer& signer) {
  if (!signer.key) return false;
  KP_TRY(auto earlier, store_->earlier_signers(envelope.station));
  earlier.push_back(keys_.at(envelope.station));
  const Bytes bytes = wire::signed_bytes(envelope);
  return std::ranges::any_of(earlier, [&](const auto& key) { return crypto::verify(key, bytes, envelope.signature); });
}

Result<bool> Receiver::contradiction(const std::string& sender, const wire::Envelope& envelope, ByteView record, Error why) {
  KP_TRY(const Signer signer, store_->signer(sender));
  KP_TRY(const bool earlier, is_of_earlier_machine(envelope, signer));
  if (earlier) why = fail(ErrorCode::kStationSuperseded, "machine " + std::to_string(signer.epoch) + " counts for " + sender);
  if (!earlier && why.code != ErrorCode::kWireFork) return why;
  KP_TRY_VOID(store_->add_conflict(sender, envelope.sequence, record));
  log_event(LogLevel::kError, earlier ? "superseded_machine_speaks" : "chain_fork",
            {{"station", sender}, {"sequence", std::to_string(envelope.sequence)}});
  return why;
}

/// The record continues one that is here; what came behind that one from the machine
/// before was unknown to this one, and counts no more.
Result<void> Receiver::take_over(const wire::Envelope& envelope) {
  KP_TRY(const wire::TakeOver request, wire::decode_take_over(envelope.body));
  KP_TRY(const crypto::PublicKey key, crypto::PublicKey::from_hex(request.public_key_hex));
  const std::string& station = envelope.station;
  if (!spares_.contains(key) && key != keys_.at(station))
    return fail(ErrorCode::kStationNotAuthorised, "key " + key.hex() + " is not of a spare machine");
  KP_TRY(const Signer signer, store_->signer(station));
  if (request.epoch != static_cast<std::uint64_t>(signer.epoch) + 1)
    return fail(ErrorCode::kWireFork, station + ": machine " + std::to_string(request.epoch) + " after " + std::to_string(signer.epoch));
  KP_TRY(const wire::ChainHead head, store_->head(station));
  wire::ChainHead before{envelope.sequence - 1, {}};
  if (before.sequence > 0) {
    KP_TRY(const auto known, store_->record(station, before.sequence));
    if (known) before.digest = wire::record_digest(*known);
  }
  KP_TRY_VOID(wire::verify(envelope, key, before.sequence > head.sequence ? head : before));
  if (before.sequence < head.sequence) {
    KP_TRY(const bool totals, store_->set_aside_behind(station, before.sequence));
    KP_TRY_VOID(store_->each_record(station, [&](ByteView record) -> Result<void> {
      KP_TRY(const wire::Envelope kept, wire::decode(record));
      return kept.kind == wire::TakeOver::kKind ? Result<void>{} : apply(kept);
    }));
    log_event(totals ? LogLevel::kError : LogLevel::kWarn, "records_set_aside",
              {{"station", station}, {"behind", std::to_string(before.sequence)}, {"up_to", std::to_string(head.sequence)}});
  }
  log_event(LogLevel::kWarn, "station_taken_over", {{"station", station}, {"machine", std::to_string(request.epoch)}, {"key", key.hex()}});
  return store_->set_signer(station, {static_cast<int>(request.epoch), key});
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

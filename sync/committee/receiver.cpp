// Tested by tests/unit/sync/committee/receiver_test.cpp (every refusal), accounts_test.cpp
// (what the records mean) and end_to_end_test.cpp (over the network).
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

bool is_signed_by(const wire::Envelope& envelope, const crypto::PublicKey& key) {
  return crypto::verify(key, wire::signed_bytes(envelope), envelope.signature);
}

}  // namespace

Receiver::Receiver(Store& store, const election::Election& election,
                   std::map<std::string, crypto::PublicKey> keys, std::set<crypto::PublicKey> spares)
    : store_(&store), election_(&election), accounts_(store, election), keys_(std::move(keys)), spares_(std::move(spares)) {}

Result<void> Receiver::derive() {
  KP_TRY(const auto stations, store_->must_derive());
  for (const std::string& station : stations) {
    KP_TRY(sql::Transaction transaction, store_->begin());
    std::vector<Objected> objections;
    KP_TRY_VOID(store_->forget_derived(station));
    KP_TRY_VOID(apply_all(station, objections));
    KP_TRY_VOID(store_->derived(station));
    KP_TRY_VOID(store_->commit(std::move(transaction)));
  }
  if (!stations.empty()) log_event(LogLevel::kInfo, "sums_made_anew", {{"stations", std::to_string(stations.size())}});
  return {};
}

Result<Receipt> Receiver::receive(const std::string& sender, ByteView batch, std::int64_t now_unix_s) {
  if (!keys_.contains(sender)) {
    Receipt refused;
    refused.error = fail(ErrorCode::kStationNotAuthorised, sender);
    return refused;
  }
  Visit visit{sender, now_unix_s, {}, {}, 0, {}};
  parse_all(visit, batch);  // needs no lock
  KP_TRY(sql::Transaction transaction, store_->begin());
  KP_TRY(visit.head, store_->lock(sender));
  KP_TRY_VOID(store_->note_contact(sender, now_unix_s));
  if (auto taken = take_all(visit); !taken) {
    if (!is_refusal(taken.error().code)) return std::move(taken).error();
    visit.receipt.error = std::move(taken).error();  // comes before what the form would say
  }
  Receipt& receipt = visit.receipt;
  receipt.acknowledged = visit.head.sequence;
  // A spare machine repeats what it has; what the machine before sent beyond that is not its own.
  if (!receipt.error && receipt.accepted == 0 && receipt.held == 0 && !visit.records.empty())
    receipt.acknowledged = visit.records.back().envelope.sequence;
  if (receipt.error) KP_TRY_VOID(store_->audit(now_unix_s, sender, info(receipt.error->code).id, receipt.error->evidence));
  for (const Objected& objected : receipt.objections)
    KP_TRY_VOID(store_->audit(now_unix_s, sender, to_text(objected.what), objected.contest + " " + objected.detail));
  // Also after a refusal: records before it, and a conflict, are kept.
  KP_TRY_VOID(store_->commit(std::move(transaction)));
  if (receipt.error) log_error("records_refused", *receipt.error);
  return std::move(receipt);
}

void Receiver::parse_all(Visit& visit, ByteView batch) const {
  const auto views = wire::decode_batch(batch);
  if (!views) {
    visit.receipt.error = views.error();
    return;
  }
  visit.records.reserve(views->size());
  for (const ByteView bytes : *views) {
    auto record = parse(visit.station, bytes);
    if (!record) {
      visit.receipt.error = std::move(record).error();
      return;
    }
    visit.records.push_back(*std::move(record));
  }
}

Result<Receiver::Record> Receiver::parse(const std::string& sender, ByteView bytes) const {
  KP_TRY(wire::Envelope envelope, wire::decode(bytes));
  if (envelope.station != sender)
    return fail(ErrorCode::kStationNotAuthorised, sender + " sent a record of " + envelope.station);
  if (envelope.election != election_->digest)
    return fail(ErrorCode::kElectionMismatch, sender + " works by " + envelope.election.short_hex() +
                                                  ", here is " + election_->digest.short_hex());
  KP_TRY(wire::Body body, wire::decode_body(envelope.kind, envelope.body));
  KP_TRY_VOID(accounts_.check_fits(sender, body));
  return Record{std::move(envelope), std::move(body), bytes, wire::record_digest(bytes)};
}

Result<void> Receiver::take_all(Visit& visit) {
  while (visit.next < visit.records.size()) {
    KP_TRY_VOID(pass_repeats(visit));
    if (visit.next == visit.records.size()) return {};
    if (std::holds_alternative<wire::TakeOver>(visit.records[visit.next].body)) {
      KP_TRY_VOID(take_over(visit, visit.records[visit.next]));
      KP_TRY_VOID(keep(visit, 1));
    } else {
      KP_TRY_VOID(take_run(visit));
    }
  }
  return {};
}

/// Records that are here byte for byte. What people bring may be some of a chain only.
Result<void> Receiver::pass_repeats(Visit& visit) {
  const auto number = [&](std::size_t i) { return visit.records[i].envelope.sequence; };
  while (visit.next < visit.records.size() && number(visit.next) <= visit.head.sequence) {
    std::size_t end = visit.next + 1;
    while (end < visit.records.size() && number(end) == number(end - 1) + 1 && number(end) <= visit.head.sequence) ++end;
    KP_TRY(const auto known, store_->records(visit.station, number(visit.next), number(end - 1)));
    for (const StoredRecord& stored : known) {
      const Record& record = visit.records[visit.next];
      if (record.envelope.sequence != stored.sequence || !std::ranges::equal(stored.envelope, record.bytes)) return {};
      ++visit.next;
    }
    if (visit.next != end) return {};
  }
  return {};
}

/// What comes next and hangs together, up to a change of machine.
Result<void> Receiver::take_run(Visit& visit) {
  KP_TRY(const Signer signer, store_->signer(visit.station));
  const crypto::PublicKey key = signer.key.value_or(keys_.at(visit.station));
  std::size_t count = 0;
  wire::ChainHead at = visit.head;
  for (std::size_t i = visit.next; i < visit.records.size(); ++i, ++count) {
    const Record& record = visit.records[i];
    const bool follows = record.envelope.sequence == at.sequence + 1 && record.envelope.previous == at.digest;
    if (!follows || std::holds_alternative<wire::TakeOver>(record.body)) break;
    at = {record.envelope.sequence, record.digest};
  }
  // The last signature speaks for the records before it; if it does not hold, each speaks for itself.
  const auto signed_up_to = [&](std::size_t end) { return is_signed_by(visit.records[visit.next + end - 1].envelope, key); };
  std::size_t good = count;
  if (count > 0 && !signed_up_to(count))
    for (good = 0; good < count && signed_up_to(good + 1);) ++good;
  if (good > 0) KP_TRY_VOID(keep(visit, good));
  if (good == count && count > 0) return {};
  const Record& record = visit.records[visit.next];
  auto in_place = wire::verify(record.envelope, key, visit.head);
  if (in_place) return {};
  if (in_place.error().code == ErrorCode::kWireGap) {
    KP_TRY(const bool held, hold(visit, record, key));
    if (held) return {};
  }
  return contradiction(visit, record, std::move(in_place).error());
}

/// Stores the next `count` records and what follows from them.
Result<void> Receiver::keep(Visit& visit, std::size_t count) {
  const std::span<const Record> run = std::span{visit.records}.subspan(visit.next, count);
  std::vector<ByteView> bytes;
  const Record* newest_status = nullptr;
  KP_TRY_VOID(reconcile_held(visit, run));
  for (const Record& record : run) {
    bytes.push_back(record.bytes);
    const auto* status = std::get_if<wire::Status>(&record.body);
    // A status replaces those before, but for what leaving the seal says.
    const auto* before = newest_status != nullptr ? std::get_if<wire::Status>(&newest_status->body) : nullptr;
    if (status != nullptr && before != nullptr && before->state != status->state)
      KP_TRY_VOID(accounts_.apply(visit.station, newest_status->envelope.sequence, newest_status->body,
                                  Accounts::Chain::kWhole, visit.receipt.objections));
    if (status != nullptr) newest_status = &record;
    else
      KP_TRY_VOID(accounts_.apply(visit.station, record.envelope.sequence, record.body,
                                  Accounts::Chain::kWhole, visit.receipt.objections));
  }
  if (newest_status != nullptr)
    KP_TRY_VOID(accounts_.apply(visit.station, newest_status->envelope.sequence, newest_status->body,
                                Accounts::Chain::kWhole, visit.receipt.objections));
  KP_TRY_VOID(store_->add_records(visit.station, run.front().envelope.sequence, bytes, run.back().digest));
  visit.head = {run.back().envelope.sequence, run.back().digest};
  visit.next += count;
  visit.receipt.accepted += count;
  return {};
}

/// The same result on two ways: byte for byte the same record, or people must look.
Result<void> Receiver::reconcile_held(Visit& visit, std::span<const Record> run) {
  KP_TRY(const auto held, store_->held(visit.station));
  for (const StoredRecord& one : held) {
    if (one.sequence < run.front().envelope.sequence || one.sequence > run.back().envelope.sequence) continue;
    const Record& came = run[one.sequence - run.front().envelope.sequence];
    const bool same = std::ranges::equal(one.envelope, came.bytes);
    KP_TRY_VOID(store_->release(visit.station, one.sequence));
    KP_TRY_VOID(store_->audit(visit.now_unix_s, visit.station,
                              same ? "held_record_reconciled" : "held_record_differs",
                              "record " + std::to_string(one.sequence)));
    if (same) continue;
    KP_TRY_VOID(store_->add_conflict(visit.station, one.sequence, one.envelope));
    log_event(LogLevel::kError, "held_record_differs", {{"station", visit.station}, {"sequence", std::to_string(one.sequence)}});
    // What the held one said counts no more; its chain's own record speaks now.
    KP_TRY(const wire::Envelope envelope, wire::decode(one.envelope));
    KP_TRY(const auto body, wire::decode_contest_result(envelope.body));
    KP_TRY(const Counted before, store_->counted(visit.station, body.sums.contest));
    Counted after = before;
    if (before.result_sequence == one.sequence) after.result.reset(), after.result_sequence = 0;
    KP_TRY_VOID(store_->set_counted(visit.station, body.sums.contest, before, after));
  }
  return {};
}

/// A final result is worth having before its chain: a photograph is all that some stations can send.
Result<bool> Receiver::hold(Visit& visit, const Record& record, const crypto::PublicKey& key) {
  if (!std::holds_alternative<wire::ContestResult>(record.body) || !is_signed_by(record.envelope, key)) return false;
  auto is_new = store_->hold(visit.station, record.envelope.sequence, record.bytes);
  if (!is_new && is_new.error().code == ErrorCode::kWireFork) {
    KP_TRY_VOID(contradiction(visit, record, std::move(is_new).error()));
    return false;
  }
  if (!is_new) return std::move(is_new).error();
  ++visit.next;
  ++visit.receipt.held;
  if (!*is_new) return true;
  KP_TRY_VOID(store_->audit(visit.now_unix_s, visit.station, "result_held", "record " + std::to_string(record.envelope.sequence)));
  KP_TRY_VOID(accounts_.apply(visit.station, record.envelope.sequence, record.body, Accounts::Chain::kMissing, visit.receipt.objections));
  return true;
}

Result<bool> Receiver::is_of_earlier_machine(const wire::Envelope& envelope, const Signer& signer) {
  if (!signer.key) return false;
  KP_TRY(auto earlier, store_->earlier_signers(envelope.station));
  earlier.push_back(keys_.at(envelope.station));
  return std::ranges::any_of(earlier, [&](const auto& key) { return is_signed_by(envelope, key); });
}

Result<void> Receiver::contradiction(Visit& visit, const Record& record, Error why) {
  KP_TRY(const Signer signer, store_->signer(visit.station));
  KP_TRY(const bool earlier, is_of_earlier_machine(record.envelope, signer));
  if (earlier) why = fail(ErrorCode::kStationSuperseded, "machine " + std::to_string(signer.epoch) + " counts for " + visit.station);
  if (!earlier && why.code != ErrorCode::kWireFork) return why;
  KP_TRY_VOID(store_->add_conflict(visit.station, record.envelope.sequence, record.bytes));
  log_event(LogLevel::kError, earlier ? "superseded_machine_speaks" : "chain_fork",
            {{"station", visit.station}, {"sequence", std::to_string(record.envelope.sequence)}});
  return why;
}

/// The record continues one that is here; what came behind that one from the machine
/// before was unknown to this one, and counts no more.
Result<void> Receiver::take_over(Visit& visit, const Record& record) {
  const auto& request = std::get<wire::TakeOver>(record.body);
  KP_TRY(const crypto::PublicKey key, crypto::PublicKey::from_hex(request.public_key_hex));
  const std::string& station = visit.station;
  if (!spares_.contains(key) && key != keys_.at(station))
    return fail(ErrorCode::kStationNotAuthorised, "key " + key.hex() + " is not of a spare machine");
  KP_TRY(const Signer signer, store_->signer(station));
  if (request.epoch != static_cast<std::uint64_t>(signer.epoch) + 1)
    return fail(ErrorCode::kWireFork, station + ": machine " + std::to_string(request.epoch) + " after " + std::to_string(signer.epoch));
  wire::ChainHead before{record.envelope.sequence - 1, {}};
  if (before.sequence > 0) {
    KP_TRY(const auto known, store_->records(station, before.sequence, before.sequence));
    if (!known.empty()) before.digest = wire::record_digest(known.front().envelope);
  }
  KP_TRY_VOID(wire::verify(record.envelope, key, before.sequence > visit.head.sequence ? visit.head : before));
  if (before.sequence < visit.head.sequence) {
    KP_TRY(const bool totals, store_->set_aside_behind(station, before.sequence));
    std::vector<Objected> said_before;
    KP_TRY_VOID(apply_all(station, said_before));
    const std::string which = "behind " + std::to_string(before.sequence) + " up to " + std::to_string(visit.head.sequence);
    KP_TRY_VOID(store_->audit(visit.now_unix_s, station, "records_set_aside", which));
    log_event(totals ? LogLevel::kError : LogLevel::kWarn, "records_set_aside", {{"station", station}, {"which", which}});
    visit.head = before;
  }
  KP_TRY_VOID(store_->audit(visit.now_unix_s, station, "station_taken_over",
                            "machine " + std::to_string(request.epoch) + " key " + key.hex()));
  log_event(LogLevel::kWarn, "station_taken_over", {{"station", station}, {"machine", std::to_string(request.epoch)}, {"key", key.hex()}});
  return store_->set_signer(station, {static_cast<int>(request.epoch), key});
}

/// What the station's records say, from none on; then what is held without its chain.
Result<void> Receiver::apply_all(const std::string& station, std::vector<Objected>& objections) {
  const auto apply = [&](ByteView bytes, Accounts::Chain chain) -> Result<void> {
    KP_TRY(const wire::Envelope envelope, wire::decode(bytes));
    KP_TRY(const wire::Body body, wire::decode_body(envelope.kind, envelope.body));
    return accounts_.apply(station, envelope.sequence, body, chain, objections);
  };
  KP_TRY_VOID(store_->each_record(station, [&](ByteView bytes) { return apply(bytes, Accounts::Chain::kWhole); }));
  KP_TRY(const auto held, store_->held(station));
  for (const StoredRecord& one : held) KP_TRY_VOID(apply(one.envelope, Accounts::Chain::kMissing));
  return {};
}

}  // namespace kiemphieu::committee

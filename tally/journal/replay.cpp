#include "tally/journal/replay.h"

#include "tally/journal/chain.h"
#include "tally/journal/store.h"

namespace kiemphieu::journal {
namespace {

Error broken(std::uint64_t sequence, const std::string& why) {
  return fail(ErrorCode::kJournalBroken, "record " + std::to_string(sequence) + ": " + why);
}

/// The chain so far.
class Walker {
 public:
  Walker(const EachRecord& each, Signatures signatures) : each_(&each), signatures_(signatures) {}
  const JournalHead& head() const { return head_; }

  Result<void> take(const StoredRecord& stored) {
    const std::uint64_t sequence = head_.sequence + 1;
    if (stored.sequence != sequence)
      return broken(sequence, "missing, found " + std::to_string(stored.sequence) + " in its place");
    const Digest digest = chain_digest(head_.digest, sequence, stored.kind, stored.body);
    const auto stored_digest = Digest::from_bytes(stored.digest);
    if (!stored_digest || *stored_digest != digest) return broken(sequence, "its digest does not fit its bytes");
    auto record = decode(stored.kind, as_text(stored.body));
    if (!record) return std::move(record).error().with_context("record " + std::to_string(sequence));
    if (sequence == 1 || std::holds_alternative<TakenOver>(*record)) {
      KP_TRY_VOID(check_newest());  // the last that the machine before has signed
      KP_TRY_VOID(learn_key(*record, sequence));
    }
    newest_signature_ = stored.signature;
    newest_ = {sequence, digest};
    if (signatures_ == Signatures::kEach) KP_TRY_VOID(check_newest());
    auto taken = (*each_)(*record, sequence);
    if (!taken) return std::move(taken).error().with_context("record " + std::to_string(sequence));
    head_ = {sequence, digest};
    return {};
  }

  Result<void> check_newest() const {
    if (newest_.sequence == 0) return {};
    const auto signature = crypto::Signature::from_bytes(newest_signature_);
    if (signature && crypto::verify(key_, newest_.digest.view(), *signature)) return {};
    return broken(newest_.sequence, "wrong signature");
  }

 private:
  Result<void> learn_key(const Record& record, std::uint64_t sequence) {
    const auto named = signer_named_by(record);
    if (!named) return broken(sequence, "does not create the journal");
    auto key = crypto::PublicKey::from_hex(*named);
    if (!key) return broken(sequence, "names no key");
    key_ = *key;
    return {};
  }

  const EachRecord* each_;
  Signatures signatures_;
  JournalHead head_;
  JournalHead newest_;
  Bytes newest_signature_;
  crypto::PublicKey key_;
};

}  // namespace

Result<JournalHead> read_chain(storage::Database& database, const EachRecord& each, Signatures signatures) {
  Walker walker{each, signatures};
  KP_TRY_VOID(read_rows(database, 0, [&](const StoredRecord& stored) { return walker.take(stored); }));
  KP_TRY_VOID(walker.check_newest());
  return walker.head();
}

Result<Replay> replay(const std::filesystem::path& folder, const election::Election& election, const EachRecord& each) {
  KP_TRY(storage::Database database, open_to_read(folder));
  Replay replay{{}, {}, State{election}};
  const auto fold = [&](const Record& record, std::uint64_t sequence) -> Result<void> {
    if (const auto* created = std::get_if<JournalCreated>(&record)) {
      replay.created = *created;
      if (created->election != election.digest)
        return fail(ErrorCode::kJournalOther, "election " + created->election.short_hex());
    }
    KP_TRY_VOID(replay.state.apply(record, sequence));
    return each ? each(record, sequence) : Result<void>{};
  };
  KP_TRY(replay.head, read_chain(database, fold));
  if (replay.head.sequence == 0) return fail(ErrorCode::kJournalBroken, "the journal is empty");
  return replay;
}

}  // namespace kiemphieu::journal

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
  explicit Walker(const EachRecord& each) : each_(&each) {}
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
    if (sequence == 1) KP_TRY_VOID(learn_key(*record));
    const auto signature = crypto::Signature::from_bytes(stored.signature);
    if (!signature || !crypto::verify(key_, digest.view(), *signature)) return broken(sequence, "wrong signature");
    auto taken = (*each_)(*record, sequence);
    if (!taken) return std::move(taken).error().with_context("record " + std::to_string(sequence));
    head_ = {sequence, digest};
    return {};
  }

 private:
  Result<void> learn_key(const Record& first) {
    const auto* created = std::get_if<JournalCreated>(&first);
    if (created == nullptr) return broken(1, "does not create the journal");
    auto key = crypto::PublicKey::from_hex(created->public_key_hex);
    if (!key) return broken(1, "names no key");
    key_ = *key;
    return {};
  }

  const EachRecord* each_;
  JournalHead head_;
  crypto::PublicKey key_;
};

}  // namespace

Result<JournalHead> read_chain(storage::Database& database, const EachRecord& each) {
  Walker walker{each};
  KP_TRY_VOID(read_rows(database, [&](const StoredRecord& stored) { return walker.take(stored); }));
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

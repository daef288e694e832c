#pragma once
/// The station's journal: append-only, hash-chained, signed. One folder:
///   journal.db          records and outbox (SQLite, WAL, synchronous=FULL)
///   images/HH/HASH.jpg  sheet images by SHA-256, durable before their record
/// Bytes: docs/formats/journal.md.
///
/// digest = SHA-256 over the previous digest, the sequence, the kind and the
/// exact stored body; the signature is the station key's over that digest.
/// One thread uses a Journal.

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "config/crypto/signing.h"
#include "config/storage/database.h"
#include "tally/journal/records.h"
#include "tally/journal/state.h"

namespace kiemphieu::journal {

struct JournalHead {
  std::uint64_t sequence = 0;  ///< of the last record; 0 = empty
  Digest digest;
};

class Journal {
 public:
  /// Opens or creates the journal of `station` in `folder`, checks its chain and
  /// signatures whole, folds the state. A journal of another election, station
  /// or key is refused. Holds the folder's lock until destroyed: a second
  /// Journal of it gets kStorageBusy. `election` and `key` must outlive it.
  /// Errors: kJournalOther, kJournalBroken, kRecordInvalid, kRecordOrder,
  /// kStorageBusy, storage codes.
  static Result<Journal> open(const std::filesystem::path& folder, const election::Election& election,
                              const std::string& station, const crypto::SigningKey& key);
  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  /// Runs inside append()'s transaction, after the records are written and
  /// applied: state() already shows them, and goes back if anything fails. The
  /// outbox rows go in here. An error rolls everything back.
  using Also = std::function<Result<void>(storage::Transaction&)>;

  /// Appends the records in one transaction together with what `also` writes.
  /// On ok all of it is durable and state() shows it; on an error nothing is
  /// stored and state() is as before. Errors: kRecordOrder, kRecordInvalid,
  /// kBallotImpossible, kTotalsMismatch, kDiskFull, kStorageIo, kKeyTokenGone.
  Result<JournalHead> append(std::span<const Record> records, const Also& also = {});
  Result<JournalHead> append(const Record& record, const Also& also = {});

  /// Writes an encoded image durably and returns its name. Idempotent.
  Result<Digest> store_image(ByteView jpeg);
  /// kFileNotFound, kStorageCorrupt when the bytes do not match the name.
  Result<Bytes> load_image(const Digest& digest) const;

  const State& state() const;
  const JournalHead& head() const;
  storage::Database& database();

 private:
  struct Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiemphieu::journal

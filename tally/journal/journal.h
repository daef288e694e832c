#pragma once
/// The station's journal: append-only, hash-chained, signed. One folder:
///   journal.db          records and outbox (SQLite, WAL, synchronous=FULL)
///   images/HH/HASH.kpe  sheet images by SHA-256, encrypted, durable before their record
///   images.key          what opens them; mode 0600
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
  /// Opens or creates the journal of `station` in `folder`, checks every digest of
  /// its chain and the newest signature of each machine that wrote it (replay.h),
  /// folds the state. A journal of another election, station or key is refused. Holds the folder's lock until destroyed: a second
  /// Journal of it gets kStorageBusy. `election` and `key` must outlive it.
  /// Errors: kJournalOther, kJournalBroken, kRecordInvalid, kRecordOrder,
  /// kStorageBusy, storage codes.
  static Result<Journal> open(const std::filesystem::path& folder, const election::Election& election,
                              const std::string& station, const crypto::SigningKey& key);
  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  using AlsoOf = std::function<Result<std::function<Result<void>(storage::Transaction&)>>(storage::Database&, const TakenOver&)>;
  /// Makes this machine, whose `key` it is, the one that writes the journal in
  /// `folder` (a copy of another machine's): appends `taken_over`, and what
  /// `also` gives in the same transaction. Errors: kTakeOverRefused, open()'s.
  static Result<void> take_over(const std::filesystem::path& folder, const election::Election& election,
                                const std::string& station, const crypto::SigningKey& key, std::int64_t wall_unix_s,
                                const AlsoOf& also);

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
  bool has_image(const Digest& digest) const;
  /// Pictures that are not here yet may lie in another journal folder, under the same key.
  void also_look_for_images_in(const std::filesystem::path& folder);
  /// After ImagesDestroyed is durable: key and pictures go for good. An
  /// interruption is made good by the next open(). Errors: kStorageIo.
  Result<void> destroy_images();

  const State& state() const;
  const JournalHead& head() const;
  storage::Database& database();

 private:
  struct Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  /// open() for whoever may write it, without images and first record.
  static Result<Journal> open_any(const std::filesystem::path& folder, const election::Election& election,
                                  const std::string& station, const crypto::SigningKey& key);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiemphieu::journal

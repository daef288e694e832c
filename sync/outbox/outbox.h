#pragma once
/// Records for the committee, kept beside the journal until acknowledged.
/// enqueue() writes into the caller's transaction, so a journal record and its
/// outbox row become durable together or not at all. Nothing is ever dropped.

#include <string>
#include <vector>

#include "config/base/digest.h"
#include "config/crypto/signing.h"
#include "config/storage/database.h"

namespace kiemphieu::outbox {

struct Status {
  std::uint64_t last_sequence = 0;          ///< newest record; 0 = none yet
  std::uint64_t acknowledged_sequence = 0;  ///< the committee has everything up to here
};

/// A record as it travels: opaque signed bytes (sync/wire).
struct Item {
  std::uint64_t sequence = 0;
  Bytes envelope;
};

/// One connection each for the journal's thread (enqueue) and the pusher's
/// thread (pending, acknowledge); an Outbox holds no state besides its identity.
/// The tables alone, for a copy of an outbox. Errors: storage codes.
Result<void> create_tables(storage::Database& database);
/// Adds what `from` has behind the copy's newest record, and how far it was
/// acknowledged. The caller has compared the two (they tell one story).
Result<void> copy_records(storage::Database& from, storage::Transaction& copy);

/// The records from `first_sequence` on, acknowledged or not, in order, as many as both limits allow
/// but one at least. Needs no key, and a connection that only reads is enough: for bundles and codes.
Result<std::vector<Item>> read_records(storage::Database& database, std::uint64_t first_sequence, std::size_t max_records,
                                       std::size_t max_bytes);

class Outbox {
 public:
  /// Creates its tables in `database` when they are not there.
  /// `key` must outlive the Outbox.
  static Result<Outbox> open(storage::Database& database, std::string station, const Digest& election,
                             const crypto::SigningKey& key);

  /// Signs and chains one record. `kind` and `body` (canonical JSON) as in
  /// docs/formats/wire.md. Durable when the transaction commits. Errors: storage
  /// codes, kKeyTokenGone (then the caller must let the transaction go).
  Result<std::uint64_t> enqueue(storage::Transaction& transaction, std::string_view kind,
                                std::string_view body);

  /// The oldest records not yet acknowledged, in order.
  Result<std::vector<Item>> pending(storage::Database& database, std::size_t max_records,
                                    std::size_t max_bytes) const;
  /// The same from `first_sequence` on, acknowledged or not: for a committee that was set back.
  Result<std::vector<Item>> records_from(storage::Database& database, std::uint64_t first_sequence,
                                         std::size_t max_records, std::size_t max_bytes) const;
  /// Durable on return. Refuses to go past the newest record or back.
  Result<void> acknowledge(storage::Database& database, std::uint64_t through_sequence) const;
  Result<Status> status(storage::Database& database) const;

 private:
  Outbox(std::string station, const Digest& election, const crypto::SigningKey& key)
      : station_(std::move(station)), election_(election), key_(&key) {}
  std::string station_;
  Digest election_;
  const crypto::SigningKey* key_;
};

}  // namespace kiemphieu::outbox

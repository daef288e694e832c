#pragma once
/// Takes batches of records from the stations: checks, stores, acknowledges
/// after its own commit. The way the bytes came does not matter.
/// One thread uses a Receiver.

#include <map>
#include <optional>
#include <string>

#include "config/election/election.h"
#include "sync/committee/store.h"

namespace kiemphieu::committee {

struct Receipt {
  std::uint64_t acknowledged = 0;  ///< everything of the station up to here is durable
  std::uint64_t accepted = 0;      ///< new records in this batch
  std::optional<Error> error;      ///< why the rest of the batch was refused
};

class Receiver {
 public:
  /// `keys`: the public key of each station that may send. `store` and
  /// `election` must outlive the Receiver.
  Receiver(Store& store, const election::Election& election, std::map<std::string, crypto::PublicKey> keys);

  /// `sender` is the name in the verified certificate. Records before the first
  /// refused one are kept. Receipt errors: kStationNotAuthorised,
  /// kElectionMismatch, kSignatureInvalid, kWireInvalid, kWireGap, kWireFork.
  /// A failed Result is our own storage: nothing was kept, ask again later.
  Result<Receipt> receive(const std::string& sender, ByteView batch, std::int64_t now_unix_s);

 private:
  Result<bool> take(const std::string& sender, ByteView record);
  Result<void> apply(const wire::Envelope& envelope);
  Result<void> check_total(const wire::BatchTotal& total, const std::string& station) const;

  Store* store_;
  const election::Election* election_;
  std::map<std::string, crypto::PublicKey> keys_;
};

}  // namespace kiemphieu::committee

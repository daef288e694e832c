#pragma once
/// Takes batches of records from the stations: checks, stores, acknowledges
/// after its own commit. The way the bytes came does not matter.
/// One thread uses a Receiver.

#include <map>
#include <optional>
#include <set>
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
  /// `keys`: the public key of each station that may send; `spares`: of the machines
  /// that may take any station over. `store` and `election` must outlive the Receiver.
  Receiver(Store& store, const election::Election& election, std::map<std::string, crypto::PublicKey> keys,
           std::set<crypto::PublicKey> spares = {});

  /// `sender` is the name in the verified certificate. Records before the first
  /// refused one are kept. Receipt errors: kStationNotAuthorised,
  /// kElectionMismatch, kSignatureInvalid, kWireInvalid, kWireGap, kWireFork,
  /// kStationSuperseded (a machine that was taken over speaks again).
  /// A failed Result is our own storage: nothing was kept, ask again later.
  Result<Receipt> receive(const std::string& sender, ByteView batch, std::int64_t now_unix_s);

 private:
  Result<bool> take(const std::string& sender, ByteView record);
  Result<void> take_over(const wire::Envelope& envelope);
  /// Always an error: why a record that does not follow is refused. Keeps it where it contradicts.
  Result<bool> contradiction(const std::string& sender, const wire::Envelope& envelope, ByteView record, Error why);
  Result<bool> is_of_earlier_machine(const wire::Envelope& envelope, const Signer& signer);
  Result<void> apply(const wire::Envelope& envelope);
  Result<void> check_total(const wire::BatchTotal& total, const std::string& station) const;

  Store* store_;
  const election::Election* election_;
  std::map<std::string, crypto::PublicKey> keys_;
  std::set<crypto::PublicKey> spares_;
};

}  // namespace kiemphieu::committee

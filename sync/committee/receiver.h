#pragma once
/// Takes batches of records from the stations: checks, stores, acknowledges
/// after its own commit. The way the bytes came does not matter.
/// One thread uses a Receiver.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "config/election/election.h"
#include "sync/committee/accounts.h"
#include "sync/committee/store.h"

namespace kiemphieu::committee {

struct Receipt {
  std::uint64_t acknowledged = 0;  ///< everything of the station up to here is durable
  std::uint64_t accepted = 0;      ///< new records in this batch
  std::uint64_t held = 0;          ///< final results taken though records before them are missing
  std::optional<Error> error;      ///< why the rest of the batch was refused
  std::vector<Objected> objections;  ///< against records that were taken
};

class Receiver {
 public:
  /// `keys`: the public key of each station that may send; `spares`: of the machines
  /// that may take any station over. `store` and `election` must outlive the Receiver.
  Receiver(Store& store, const election::Election& election, std::map<std::string, crypto::PublicKey> keys,
           std::set<crypto::PublicKey> spares = {});

  /// A store of an older program: what follows from its records is made anew. Before the first receive().
  Result<void> derive();

  /// `sender` is the name in the verified certificate, or the station that the records
  /// name when they came on paper or a stick. Records before the first refused one are kept.
  /// A record is proven by the chain: each names the digest of the one before, so that one
  /// signature at the end of a run speaks for the whole run (docs/security.md).
  /// Receipt errors: kStationNotAuthorised, kElectionMismatch, kSignatureInvalid, kWireInvalid,
  /// kWireGap, kWireFork, kStationSuperseded (a machine that was taken over speaks again).
  /// A failed Result is our own storage: nothing was kept, ask again later.
  Result<Receipt> receive(const std::string& sender, ByteView batch, std::int64_t now_unix_s);

 private:
  struct Record {
    wire::Envelope envelope;
    wire::Body body;
    ByteView bytes;
    Digest digest;
  };
  /// One call of receive().
  struct Visit {
    std::string station;
    std::int64_t now_unix_s = 0;
    wire::ChainHead head;
    std::vector<Record> records;  ///< in good form, up to the first that is not
    std::size_t next = 0;         ///< of records, not looked at yet
    Receipt receipt;
  };
  Result<Record> parse(const std::string& sender, ByteView bytes) const;
  void parse_all(Visit& visit, ByteView batch) const;
  Result<void> take_all(Visit& visit);
  Result<void> pass_repeats(Visit& visit);
  Result<void> take_run(Visit& visit);
  Result<void> keep(Visit& visit, std::size_t count);
  Result<void> reconcile_held(Visit& visit, std::span<const Record> run);
  Result<void> take_over(Visit& visit, const Record& record);
  Result<void> apply_all(const std::string& station, std::vector<Objected>& objections);
  Result<bool> hold(Visit& visit, const Record& record, const crypto::PublicKey& key);
  /// Always an error: why a record that does not follow is refused. Keeps it where it contradicts.
  Result<void> contradiction(Visit& visit, const Record& record, Error why);
  Result<bool> is_of_earlier_machine(const wire::Envelope& envelope, const Signer& signer);

  Store* store_;
  const election::Election* election_;
  Accounts accounts_;
  std::map<std::string, crypto::PublicKey> keys_;
  std::set<crypto::PublicKey> spares_;
};

}  // namespace kiemphieu::committee

#pragma once
/// What the committee has received, in SQLite or PostgreSQL. All SQL of the committee is in
/// store*.cpp and schema.cpp. One thread uses a Store; several Stores, on PostgreSQL of
/// several processes, may have the same database open.
///
/// Records are never changed or deleted. Sums are kept up to date in the transaction that
/// adds the record, so reading them costs the same after one record and after a million.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/committee/counted.h"
#include "sync/committee/objections.h"
#include "sync/sql/sql.h"
#include "sync/wire/body.h"
#include "sync/wire/envelope.h"

namespace kiemphieu::committee {

/// Sums of one contest over all stations. Candidates and classes nobody has
/// reported on are absent.
struct ContestNumbers {
  std::uint64_t stations_reporting = 0;  ///< with at least one total of this contest that counts
  std::uint64_t collected = 0, valid = 0, invalid = 0, in_review = 0;
  std::map<int, std::uint64_t> classes;
  std::map<std::string, std::uint64_t> votes;
  std::map<std::string, std::uint64_t> voted;  ///< by hour of the day, "10:30"
};

enum class StationState : std::uint8_t { kWaiting, kReporting, kComplete, kConflict };
std::string_view to_text(StationState state);

struct StationRow {
  std::string id;
  StationState state = StationState::kWaiting;
  std::uint64_t last_sequence = 0;
  std::string lifecycle;                 ///< as its newest status says; "" = none yet
  std::int64_t last_contact_unix_s = 0;  ///< a label; 0 = never
  std::uint64_t reopened = 0;            ///< how often it was sealed and then not: who and why its journal says
  int machine = 1;             ///< one more each time another machine took the count over
  std::uint64_t held = 0;      ///< final results here without all the records before them
  std::uint64_t warnings = 0, conflicts = 0;  ///< objections that stand
};

/// Whose signature the records of a station bear, from its newest take-over on.
struct Signer {
  int epoch = 1;
  std::optional<crypto::PublicKey> key;  ///< nullopt: nobody took over, the settings' key
};

struct StoredRecord {
  std::uint64_t sequence = 0;
  Bytes envelope;
};

struct AuditLine {
  std::uint64_t number = 0;
  std::int64_t at_unix_s = 0;  ///< a label
  std::string station, act, detail;
};

class Store {
 public:
  /// Makes the tables where they are not there, and the stations that may send.
  /// Errors: kElectionMismatch (it holds another election's records), storage codes.
  static Result<Store> open(std::unique_ptr<sql::Connection> connection, const Digest& election,
                            const std::vector<std::string>& stations);
  /// The same over a SQLite file.
  static Result<Store> open(const std::filesystem::path& path, const Digest& election, const std::vector<std::string>& stations);

  /// Stations that may send from now on. A transaction of its own.
  Result<void> add_stations(const std::vector<std::string>& stations);

  /// The calls that write belong between begin() and commit().
  Result<sql::Transaction> begin();
  /// Writes the sums as they changed since begin(), and commits.
  Result<void> commit(sql::Transaction transaction);

  Result<wire::ChainHead> head(const std::string& station);
  /// head(), and until the commit no other receiver takes records of this station.
  Result<wire::ChainHead> lock(const std::string& station);
  /// Accepted records with these numbers, in order; those that are not there are missing.
  Result<std::vector<StoredRecord>> records(const std::string& station, std::uint64_t first, std::uint64_t last);
  /// `last`: record_digest() of the last of them.
  Result<void> add_records(const std::string& station, std::uint64_t first, std::span<const ByteView> envelopes, const Digest& last);
  Result<void> each_record(const std::string& station, const std::function<Result<void>(ByteView envelope)>& each);
  /// Keeps a record that contradicts an accepted one. Idempotent. True: not known before.
  Result<bool> add_conflict(const std::string& station, std::uint64_t sequence, ByteView envelope);

  /// Final results whose chain is not complete. False: this very record is held already.
  Result<bool> hold(const std::string& station, std::uint64_t sequence, ByteView envelope);
  Result<std::vector<StoredRecord>> held(const std::string& station);
  Result<void> release(const std::string& station, std::uint64_t sequence);

  Result<Signer> signer(const std::string& station);
  /// Keys by which a station's records were signed before; without the settings' first one.
  Result<std::vector<crypto::PublicKey>> earlier_signers(const std::string& station);
  Result<void> set_signer(const std::string& station, const Signer& signer);
  /// Moves the records behind `sequence` apart: the newest machine did not know them. What
  /// followed from the station's records is forgotten; the caller applies those that stay
  /// anew. True: totals were among those set aside, a conflict that people must look at.
  Result<bool> set_aside_behind(const std::string& station, std::uint64_t sequence);
  /// Stations of which nothing is derived yet: the tables are from an older program.
  Result<std::vector<std::string>> must_derive();
  Result<void> derived(const std::string& station);
  /// Forgets what follows from the station's records; takes its sums away.
  Result<void> forget_derived(const std::string& station);

  Result<Counted> counted(const std::string& station, const std::string& contest);
  /// Also changes the sums by the difference of what stood and what stands.
  Result<void> set_counted(const std::string& station, const std::string& contest, const Counted& before, const Counted& after);
  Result<std::optional<wire::BatchTotal>> pile(const std::string& station, const std::string& contest, std::uint64_t batch);
  Result<void> add_pile(const std::string& station, const wire::BatchTotal& total);
  Result<void> remove_pile(const std::string& station, const std::string& contest, std::uint64_t batch);
  Result<void> set_status(const std::string& station, const wire::Status& status);
  /// The figures that stood before, of this hour and of the last hour before it with any.
  struct VotedBefore {
    std::optional<std::uint64_t> same_hour, earlier_hour, newest;
  };
  Result<VotedBefore> voted_before(const std::string& station, const std::string& contest, const std::string& hour);
  Result<void> set_voted(const std::string& station, const std::string& contest, const std::string& hour, std::uint64_t voted,
                         std::uint64_t before);
  Result<void> note_contact(const std::string& station, std::int64_t now_unix_s);

  Result<void> object(const Objected& objected);
  /// A record that agrees with everything came: what was held against earlier ones of the contest is settled.
  Result<void> settle(const std::string& station, const std::string& contest, std::uint64_t by_sequence);
  Result<std::vector<Objected>> objections();  ///< that stand, by station

  Result<void> audit(std::int64_t at_unix_s, const std::string& station, std::string_view act, std::string_view detail);
  Result<std::vector<AuditLine>> audit_lines(std::uint64_t after_number, std::size_t most);

  Result<std::map<std::string, ContestNumbers>> totals();
  Result<std::vector<StationRow>> stations();
  /// Stations that have not reported how many voted by `hour`.
  Result<std::vector<std::string>> without_turnout(const std::string& hour);
  Result<std::uint64_t> records_accepted();
  Result<std::uint64_t> conflicts();

 private:
  explicit Store(std::unique_ptr<sql::Connection> connection) : sql_(std::move(connection)) {}
  void change_number(const std::string& station, const std::string& contest, const std::string& field, std::int64_t change);
  Result<void> write_numbers();
  Result<std::int64_t> one_number(std::string_view sql);

  struct Place {
    std::int64_t shard = 0;
    std::string contest, field;
    auto operator<=>(const Place&) const = default;
  };
  std::unique_ptr<sql::Connection> sql_;
  std::map<Place, std::int64_t> changes_;  ///< of the sums in this transaction; in one order, so that receivers never wait in a circle
};

}  // namespace kiemphieu::committee

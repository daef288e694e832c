#pragma once
/// What the committee has received, in SQLite. All SQL of the committee is in
/// store.cpp. One thread uses a Store; two Stores may have the same file open.
///
/// Records are never changed or deleted. Totals are kept up to date in the
/// transaction that adds the record, so reading them costs the same after one
/// record and after a million.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/storage/database.h"
#include "sync/wire/body.h"
#include "sync/wire/envelope.h"

namespace kiemphieu::committee {

/// Sums of one contest over all stations. Candidates and classes nobody has
/// reported on are absent.
struct ContestNumbers {
  std::uint64_t stations_reporting = 0;  ///< with at least one batch total of this contest
  std::uint64_t collected = 0, valid = 0, invalid = 0, in_review = 0;
  std::map<int, std::uint64_t> classes;
  std::map<std::string, std::uint64_t> votes;
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
  int machine = 1;  ///< one more each time another machine took the count over
};

/// Whose signature the records of a station bear, from its newest take-over on.
struct Signer {
  int epoch = 1;
  std::optional<crypto::PublicKey> key;  ///< nullopt: nobody took over, the settings' key
};

class Store {
 public:
  /// Opens or creates the store for `election` and the stations that may send.
  /// Errors: kElectionMismatch (it holds another election's records), storage codes.
  static Result<Store> open(const std::filesystem::path& path, const Digest& election,
                            const std::vector<std::string>& stations);

  /// The calls that write belong between begin() and commit().
  Result<storage::Transaction> begin() { return database_.begin(); }

  Result<wire::ChainHead> head(const std::string& station);
  /// The bytes accepted under that number; nothing when there are none.
  Result<std::optional<Bytes>> record(const std::string& station, std::uint64_t sequence);
  Result<void> add_record(const std::string& station, std::uint64_t sequence, const Digest& digest,
                          ByteView envelope);
  /// Keeps a record that contradicts an accepted one. Idempotent.
  Result<void> add_conflict(const std::string& station, std::uint64_t sequence, ByteView envelope);
  /// kWireInvalid when that batch was reported before.
  /// A pile, or a sheet, of a contest that this station counts the other way is refused the same.
  Result<void> add_total(const std::string& station, const wire::BatchTotal& total);
  /// Takes the place of the sheet it replaces; kWireInvalid when that is not the one that counts.
  Result<void> add_tally(const std::string& station, const wire::TallyTotal& total);
  Result<Signer> signer(const std::string& station);
  /// Keys by which a station's records were signed before; without the settings' first one.
  Result<std::vector<crypto::PublicKey>> earlier_signers(const std::string& station);
  Result<void> set_signer(const std::string& station, const Signer& signer);
  /// The newest machine did not know the records behind `sequence`: they count no more
  /// and are kept apart. Every sum of the station is taken away; the caller adds those
  /// of the records that stay (each_record). True: totals were among those set aside, which
  /// is a conflict that people must look at.
  Result<bool> set_aside_behind(const std::string& station, std::uint64_t sequence);
  Result<void> each_record(const std::string& station, const std::function<Result<void>(ByteView envelope)>& each);

  Result<void> set_status(const std::string& station, const wire::Status& status);
  Result<void> note_contact(const std::string& station, std::int64_t now_unix_s);

  Result<std::map<std::string, ContestNumbers>> totals();
  Result<std::vector<StationRow>> stations();
  Result<std::uint64_t> records_accepted();
  Result<std::uint64_t> conflicts();

 private:
  explicit Store(storage::Database database) : database_(std::move(database)) {}
  /// How this station has reported this contest so far.
  struct Reported {
    std::int64_t piles = 0, same_pile = 0, piles_with_ballots = 0;
    std::optional<wire::TallyTotal> tally;  ///< the one that counts
  };
  Result<Reported> reported(const std::string& station, const std::string& contest, std::uint64_t pile);
  /// Adds the sums, or with `sign` = -1 takes them away again.
  Result<void> add_sums(const wire::BatchTotal& total, std::int64_t sign);
  Result<void> take_away_sums(const std::string& station);
  Result<void> add_number(const std::string& contest, const std::string& field, std::int64_t change);
  Result<std::int64_t> one_number(std::string_view sql);
  storage::Database database_;
};

}  // namespace kiemphieu::committee

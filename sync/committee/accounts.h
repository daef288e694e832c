#pragma once
/// What a station's records mean for the committee's sums, and what is to be said against
/// them. Who sent a record and where it stands in its chain is the receiver's matter.

#include "config/election/election.h"
#include "sync/committee/store.h"

namespace kiemphieu::committee {

class Accounts {
 public:
  /// Both must outlive the Accounts.
  Accounts(Store& store, const election::Election& election) : store_(&store), election_(&election) {}

  /// A body that does not speak of this station and election (another contest, other
  /// candidates, an hour nobody asked for) is refused with kWireInvalid; nothing is written.
  Result<void> check_fits(const std::string& station, const wire::Body& body) const;

  /// Whether every record before this one is here. A result that came alone counts, and is
  /// compared with the piles once they are.
  enum class Chain : std::uint8_t { kWhole, kMissing };
  /// Inside the store's transaction; `body` fits. Objections are kept and put behind `objections`.
  Result<void> apply(const std::string& station, std::uint64_t sequence, const wire::Body& body, Chain chain,
                     std::vector<Objected>& objections);

 private:
  struct Case;
  Result<void> check_sums(const std::string& station, const wire::BatchTotal& total) const;

  Store* store_;
  const election::Election* election_;
};

}  // namespace kiemphieu::committee

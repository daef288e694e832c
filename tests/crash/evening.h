#pragma once
/// An evening at a small station, as the team works it: it looks at what the
/// station says, does the next thing, and begins again after whatever happened.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "firmware-host/station/ledger.h"

namespace kiemphieu::crash {

/// The papers of the evening and what they say; the same in every process.
struct Evening {
  election::Election election;
  crypto::SigningKey key;
  std::vector<int> papers;  ///< how many of each contest, in the election's order

  /// Of an odd seed the pictures are destroyed at sealing.
  explicit Evening(std::uint64_t seed);
  const election::Station& station() const { return election.stations.front(); }
  /// The `number`-th paper of a contest, from 1, as scanner and reader give it.
  station::ScannedSheet paper(std::size_t contest, int number) const;
  /// Counted by hand from the papers, without journal or ledger.
  std::vector<counting::ContestTotals> truth() const;

 private:
  std::vector<std::size_t> struck(std::size_t contest, int number) const;
  std::uint64_t seed_;
};

/// A sheet that the station said is counted; or, with batch 0, that the mirror has.
struct Acknowledged {
  std::int32_t batch = 0, position = 0;
  std::uint64_t sequence = 0;  ///< the journal's last record then; the mirror's
  std::uint8_t image[32] = {};
};
using Said = std::function<void(const Acknowledged&)>;

/// Goes on until the station is sealed. `said` is called after each sheet that
/// record_sheet() took, `rests` whenever paper has come to lie still and once it
/// is sealed. Stops at the first error.
Result<void> work(const Evening& evening, station::Ledger& ledger, const Said& said, const std::function<void()>& rests);

/// What is not as it must be in the station's folder, in words; empty: nothing.
/// `sealed`: the evening is over, and totals and outbox must be the truth.
std::string wrong_with(const Evening& evening, const std::filesystem::path& folder, station::Ledger& ledger,
                       const std::vector<Acknowledged>& said, bool sealed);

}  // namespace kiemphieu::crash

#pragma once
/// One run of the feeder over a pile as the journal tells it, and what the runs of
/// a pile say together: how many sheets the scanner pulled against how many are
/// recorded. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tally/journal/records.h"

namespace kiemphieu::journal {

struct FeedRun {
  std::optional<std::uint64_t> counter_before, counter_after;  ///< the scanner's own, absolute
  bool stopped = false;
  std::string reason;          ///< error id; empty while it runs
  bool stop_asked = false;
  std::uint64_t recorded = 0;  ///< once it has stopped
  std::optional<std::uint64_t> uncounted;  ///< as FeedStopped says

  void stop(const FeedStopped& record);

  /// Sheets pulled, by the counter. nullopt: it was not read, or was reset in between
  /// (a device that was switched off counts from 0 again).
  std::optional<std::uint64_t> fed() const;
  /// Sheets that the scanner pulled after the last recorded one and that count for
  /// nothing: as recorded, or as a later look at the counter tells. nullopt: nobody knows.
  std::optional<std::uint64_t> told_uncounted() const;
  /// The next look at the counter tells how this run ended.
  bool wants_counter() const { return stopped && counter_before && !counter_after; }
};

/// What the scanner's counter says of a whole pile.
enum class CounterSays : std::uint8_t {
  kNothing,  ///< it has none, or one run ended without a look at it
  kAgrees,
  kDiffers,  ///< sheets moved, or came, that no record and no stop names
};
struct PileAccount {
  CounterSays counter = CounterSays::kNothing;
  std::uint64_t fed = 0, recorded = 0, uncounted = 0;  ///< sums over the runs that tell all three
};
PileAccount account_of(const std::vector<FeedRun>& runs);

}  // namespace kiemphieu::journal

#include "tally/journal/feed_run.h"

#include <algorithm>
#include <array>

#include "config/base/error.h"

namespace kiemphieu::journal {
namespace {

/// Ends after which a difference is somewhere in the pile, not on top of it.
bool difference_is_anywhere(const std::string& reason) {
  constexpr std::array kCodes{ErrorCode::kScannerNoDocuments, ErrorCode::kScannerCountMismatch,
                              ErrorCode::kScannerStoppedEarly, ErrorCode::kScannerDoubleFeed};
  return std::any_of(kCodes.begin(), kCodes.end(), [&](ErrorCode code) { return info(code).id == reason; });
}

}  // namespace

void FeedRun::stop(const FeedStopped& record) {
  stopped = true;
  reason = record.reason;
  stop_asked = record.stop_asked;
  recorded = record.sheets_recorded;
  uncounted = record.uncounted;
  counter_after = record.counter;
}

std::optional<std::uint64_t> FeedRun::fed() const {
  if (!counter_before || !counter_after || *counter_after < *counter_before) return std::nullopt;
  const std::uint64_t moved = *counter_after - *counter_before;
  // What stopped it in the middle was a power cut: fewer than were recorded means a counter that began anew.
  if (!uncounted && !difference_is_anywhere(reason) && moved < recorded) return std::nullopt;
  return moved;
}

std::optional<std::uint64_t> FeedRun::told_uncounted() const {
  if (uncounted || !stopped || difference_is_anywhere(reason)) return uncounted;
  const auto moved = fed();
  return moved ? std::optional{*moved - recorded} : std::nullopt;
}

PileAccount account_of(const std::vector<FeedRun>& runs) {
  PileAccount account;
  bool all = !runs.empty(), differs = false;
  for (const FeedRun& run : runs) {
    const auto fed = run.fed();
    if (!run.stopped || !fed) {
      all = false;
      continue;
    }
    const std::uint64_t uncounted = run.told_uncounted().value_or(0);
    account.fed += *fed;
    account.recorded += run.recorded;
    account.uncounted += uncounted;
    differs = differs || *fed != run.recorded + uncounted;
  }
  account.counter = differs ? CounterSays::kDiffers : all ? CounterSays::kAgrees : CounterSays::kNothing;
  return account;
}

}  // namespace kiemphieu::journal

#pragma once
/// What the records say: canonical JSON with limits and cross-checks
/// (docs/formats/wire.md). Numbers of a batch or of a whole station only, never
/// of a single sheet.

#include <string>
#include <string_view>
#include <vector>

#include "config/base/count.h"
#include "config/base/result.h"

namespace kiemphieu::wire {

/// No station collects more in one batch or in all; the electorate of the
/// largest station is 4,000.
inline constexpr std::uint64_t kMaxSheets = 1'000'000;

/// Where the station is in its day. The newest one replaces those before.
struct Status {
  static constexpr std::string_view kKind = "status";
  std::string state;        ///< "idle", "voting", "counting", "paused", "closing", "sealed"
  std::string contest{};    ///< being scanned, "" = none
  std::uint64_t batch = 0;  ///< being scanned, 0 = none
  struct Progress {
    std::string contest;
    Count scanned;    ///< sheets fed so far
    Count in_review;  ///< of them waiting for the team
    bool operator==(const Progress&) const = default;
  };
  std::vector<Progress> contests{};
  bool operator==(const Status&) const = default;
};

/// A pile that is settled: nothing of it waits any more. Batches of a contest add up.
struct BatchTotal {
  static constexpr std::string_view kKind = "batch_total";
  std::string contest;
  std::uint64_t batch = 0;
  int seats = 0;
  Count collected, valid, invalid;
  std::vector<Count> classes;  ///< classes[k - 1] = valid ballots that elect k names, k = 1 … seats
  struct Votes {
    std::string id;
    Count votes;
    bool operator==(const Votes&) const = default;
  };
  std::vector<Votes> candidates;  ///< in ballot order
  bool operator==(const BatchTotal&) const = default;
};

/// A contest that was counted by hand: the tally sheet that two people confirmed.
/// It stands instead of piles, and instead of the sheet it corrects.
struct TallyTotal {
  static constexpr std::string_view kKind = "tally_total";
  BatchTotal sums;             ///< `batch` is the tally sheet's number, "sheet" in the body
  std::uint64_t replaces = 0;  ///< the sheet it corrects, 0 = none
  Count voters, voted, issued;
  bool operator==(const TallyTotal&) const = default;
};

/// Another machine goes on with this station's count (docs/takeover.md). The record
/// is signed by that machine, and so is every one behind it.
struct TakeOver {
  static constexpr std::string_view kKind = "take_over";
  std::uint64_t epoch = 2;     ///< the station's machines in their order; the first is 1
  std::string public_key_hex;  ///< that signs from here on
  bool operator==(const TakeOver&) const = default;
};

std::string encode(const Status& status);
std::string encode(const BatchTotal& total);
std::string encode(const TallyTotal& total);
std::string encode(const TakeOver& take_over);

/// Errors: kWireInvalid with the field, also when the bytes are not canonical.
Result<Status> decode_status(std::string_view body);
/// Also checks collected = valid + invalid, valid = Σ classes,
/// Σ k·class_k = Σ votes, votes ≤ valid and that no candidate comes twice.
Result<BatchTotal> decode_batch_total(std::string_view body);
/// The same checks, and collected ≤ voted ≤ voters, collected ≤ issued.
Result<TallyTotal> decode_tally_total(std::string_view body);

Result<TakeOver> decode_take_over(std::string_view body);

}  // namespace kiemphieu::wire

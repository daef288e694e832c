#pragma once
/// What the records say: canonical JSON with limits and cross-checks
/// (docs/formats/wire.md). Numbers of a batch or of a whole station only, never
/// of a single sheet.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
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
  std::string reason{};        ///< why it is corrected, as the team wrote it; empty when it corrects none
  Count voters, voted, issued;
  bool operator==(const TallyTotal&) const = default;
};

/// A settled pile does not count any more; its sheets are scanned again as other piles.
struct BatchWithdrawn {
  static constexpr std::string_view kKind = "batch_withdrawn";
  std::string contest;
  std::uint64_t batch = 0;
  std::string reason;
  bool operator==(const BatchWithdrawn&) const = default;
};

/// How many have voted by a set hour of the day. The newest for an hour stands.
struct Turnout {
  static constexpr std::string_view kKind = "turnout";
  std::string at;  ///< "10:30", one of the election's hours
  struct Voted {
    std::string contest;
    Count voted;
    bool operator==(const Voted&) const = default;
  };
  std::vector<Voted> contests;
  bool operator==(const Turnout&) const = default;
};

/// What the station says of one contest when it seals: the sum of its settled piles, or
/// its tally sheet. It alone is enough to report a station, by whatever way it comes.
struct ContestResult {
  static constexpr std::string_view kKind = "contest_result";
  BatchTotal sums;             ///< `batch` is the number of piles, 0 when it was counted by hand; "piles" in the body
  std::uint64_t replaces = 0;  ///< number of the record that this one corrects, 0 = none
  std::string reason{};        ///< why it is corrected; empty when it corrects none
  /// As on the minutes; all 0: the station does not know them.
  Count voters, voted, issued;
  bool knows_turnout() const { return voters != Count{}; }
  bool operator==(const ContestResult&) const = default;
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
std::string encode(const BatchWithdrawn& withdrawn);
std::string encode(const Turnout& turnout);
std::string encode(const ContestResult& result);
std::string encode(const TakeOver& take_over);

/// Errors: kWireInvalid with the field, also when the bytes are not canonical.
Result<Status> decode_status(std::string_view body);
/// Form only, as of all below: whether the numbers can be true is for impossible() to say.
Result<BatchTotal> decode_batch_total(std::string_view body);
Result<TallyTotal> decode_tally_total(std::string_view body);
Result<BatchWithdrawn> decode_batch_withdrawn(std::string_view body);
Result<Turnout> decode_turnout(std::string_view body);
Result<ContestResult> decode_contest_result(std::string_view body);
Result<TakeOver> decode_take_over(std::string_view body);

using Body = std::variant<Status, BatchTotal, TallyTotal, BatchWithdrawn, Turnout, ContestResult, TakeOver>;
/// By the record's kind; kWireInvalid also for a kind that this program does not know.
Result<Body> decode_body(std::string_view kind, std::string_view body);

/// Why the numbers cannot be true, in words; nullopt: nothing speaks against them. collected =
/// valid + invalid, valid = Σ classes, Σ k·class k = Σ votes, votes ≤ valid; with voters
/// known also collected ≤ voted ≤ voters and collected ≤ issued (Luật 85/2015 Điều 73, 76).
std::optional<std::string> impossible(const BatchTotal& total);
std::optional<std::string> impossible(const TallyTotal& total);
std::optional<std::string> impossible(const ContestResult& result);

}  // namespace kiemphieu::wire

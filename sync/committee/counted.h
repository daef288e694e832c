#pragma once
/// What one station says of one contest, on however many ways, and which of it counts:
/// its final result before all else, else the tally sheet of a count by hand, else its piles. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "config/base/result.h"
#include "sync/wire/body.h"

namespace kiemphieu::committee {

struct Counted {
  std::optional<wire::BatchTotal> piles;  ///< sum of the settled piles; `batch` is their number
  std::optional<wire::TallyTotal> tally;
  std::optional<wire::ContestResult> result;
  std::uint64_t result_sequence = 0;      ///< of the record `result` came in

  /// What counts; nullptr: nothing yet. Lives as long as this.
  const wire::BatchTotal* standing() const;
  /// The result says something else than the piles or the tally sheet do.
  bool result_differs() const;
};

/// a += b, or a -= b. kWireInvalid when they are not of one contest and form, or b is not in a.
Result<void> add(wire::BatchTotal& a, const wire::BatchTotal& b);
Result<void> take_away(wire::BatchTotal& a, const wire::BatchTotal& b);

/// The sums as the committee keeps them: "collected", "class:2", "votes:c1", "stations" …
std::map<std::string, std::int64_t> fields_of(const wire::BatchTotal* standing);

}  // namespace kiemphieu::committee

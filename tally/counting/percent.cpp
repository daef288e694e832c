#include "tally/counting/percent.h"

#include <algorithm>
#include <cstdint>

namespace kiemphieu::counting {
namespace {

constexpr Count kWhole{10000};

/// 10000 * part modulo whole: how much was lost by rounding down.
std::uint64_t remainder_of(Count part, Count whole) { return (part * kWhole).value() % whole.value(); }

}  // namespace

Count percent_hundredths(Count part, Count whole) {
  if (whole == Count{}) return {};
  const std::uint64_t down = (part * kWhole).value() / whole.value();
  const bool up = (Count{remainder_of(part, whole)} * Count{2}) >= whole;
  return Count{down + (up ? 1 : 0)};
}

std::vector<Count> percents_of_whole(std::span<const Count> parts) {
  Count whole;
  for (const Count part : parts) whole += part;
  std::vector<Count> percents(parts.size());
  if (whole == Count{}) return percents;
  Count sum;
  std::vector<std::size_t> order(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    percents[i] = percent_hundredths(parts[i], whole);
    sum += percents[i];
    order[i] = i;
  }
  const auto rounded_up = [&](std::size_t i) { return Count{2} * Count{remainder_of(parts[i], whole)} >= whole; };
  // Too much: take from those rounded up, smallest remainder first. Too little:
  // give to those rounded down, largest remainder first. Later parts before earlier.
  const bool too_much = sum > kWhole;
  std::erase_if(order, [&](std::size_t i) { return rounded_up(i) != too_much; });
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto left = remainder_of(parts[a], whole), right = remainder_of(parts[b], whole);
    if (left != right) return too_much ? left < right : left > right;
    return a > b;
  });
  for (std::size_t i = 0; sum != kWhole; ++i) {
    KP_CHECK(i < order.size());
    if (too_much) {
      percents[order[i]] -= Count{1};
      sum -= Count{1};
    } else {
      ++percents[order[i]];
      ++sum;
    }
  }
  return percents;
}

}  // namespace kiemphieu::counting

#pragma once
/// A day's paper and scanner at once, for sheets whose marks are the point.

#include "tests/forge/sheet.h"

namespace kiemphieu::forge {

/// Sets print, paper (but not its colour) and scanner.
void set_conditions(SheetPlan& plan, PhysicsLevel level, Rng& rng);

/// A draw from a table of values and their shares.
template <class T>
struct Weighted {
  T value;
  double weight;
};
template <class T, std::size_t N>
T pick(const std::array<Weighted<T>, N>& table, Rng& rng) {
  double total = 0;
  for (const auto& row : table) total += row.weight;
  double at = rng.uniform() * total;
  for (const auto& row : table)
    if ((at -= row.weight) < 0) return row.value;
  return table[0].value;
}

}  // namespace kiemphieu::forge

#include "tests/forge/marking.h"

#include <algorithm>
#include <cmath>

namespace kiemphieu::forge {

void strike_all_but(int left, const std::vector<double>& popularity, StrokeStyle style, SheetPlan& plan,
                    Rng& rng) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < popularity.size(); ++i)
    order.emplace_back(-std::log(1 - rng.uniform()) / popularity[i], i);
  std::sort(order.begin(), order.end());
  plan.marks.assign(popularity.size(), std::nullopt);
  for (std::size_t rank = static_cast<std::size_t>(left); rank < order.size(); ++rank)
    plan.marks[order[rank].second] = Stroke{style, 0.45};
}

Seal good_seal(Rng& rng) {
  Seal seal;
  seal.dx_mm = std::clamp(rng.normal(0, 1.8), -5.0, 5.0);
  seal.dy_mm = std::clamp(rng.normal(0, 1.8), -5.0, 5.0);
  seal.rotation_deg = rng.normal(0, 9);
  seal.inking = rng.between(0.62, 1.0);
  seal.darkness = rng.between(0.6, 0.92);
  return seal;
}

int names_left(int seats, Rng& rng) {
  if (seats == 1 || rng.chance(0.86)) return seats;
  return 1 + rng.below(seats - 1);
}

void strike_over_two(StrokeStyle style, std::size_t from, SheetPlan& plan, const forms::Template& form) {
  for (std::size_t i = from; i + 1 < plan.marks.size(); ++i) {
    if (form.candidates[i].lines.size() != 1 || form.candidates[i + 1].lines.size() != 1) continue;
    plan.marks[i] = Stroke{style, 0.45};
    plan.marks[i + 1] = Stroke{style, 0.45, true};
    return;
  }
}

}  // namespace kiemphieu::forge

#include "tests/forge/hand.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kiemphieu::forge {

Hand any_hand(double care, Rng& rng) {
  const double haste = 1 - care;
  Hand hand;
  hand.tremble = rng.between(0.5, 1.2 + 1.1 * haste);
  hand.bow = rng.between(0.4, 1.2 + 1.0 * haste);
  hand.slope = rng.normal(0, 0.003 + 0.006 * haste);
  hand.overshoot_mm = rng.between(0.9, 2.5 + 1.5 * haste);
  return hand;
}

Path hand_line(PointMm from, PointMm to, double tremble_mm, Rng& rng, const Hand& hand) {
  const double dx = to.x_mm - from.x_mm, dy = to.y_mm - from.y_mm, length = std::hypot(dx, dy);
  const int steps = std::max(4, static_cast<int>(length / 0.8));
  const double bow = hand.bow * rng.normal(0, std::min(0.006 * length, 0.35));
  const double shake = hand.tremble * tremble_mm;
  const double slow = length / rng.between(14, 30), fast = length / rng.between(4, 7);
  const double slow_phase = rng.between(0, 6.3), fast_phase = rng.between(0, 6.3);
  const double nx = length > 0 ? -dy / length : 0, ny = length > 0 ? dx / length : 0;
  Path path;
  path.reserve(static_cast<std::size_t>(steps) + 1);
  for (int i = 0; i <= steps; ++i) {
    const double t = static_cast<double>(i) / steps;
    const double off = bow * std::sin(std::numbers::pi * t) +
                       shake * std::sin(2 * std::numbers::pi * slow * t + slow_phase) +
                       0.3 * shake * std::sin(2 * std::numbers::pi * fast * t + fast_phase);
    path.push_back({from.x_mm + t * dx + off * nx, from.y_mm + t * dy + off * ny});
  }
  return path;
}

double overshoot(const Hand& hand, Rng& rng) {
  return std::clamp(rng.normal(hand.overshoot_mm, 0.45 * hand.overshoot_mm), 0.4, 6.0);
}

}  // namespace kiemphieu::forge

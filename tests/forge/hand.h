#pragma once
/// Hands: how a person moves a pen from one place to another. These are the test
/// hands; a reader that learns does so from other hands (docs/forge.md).

#include <vector>

#include "tests/forge/rng.h"

namespace kiemphieu::forge {

struct PointMm {
  double x_mm = 0, y_mm = 0;
};
/// One movement without lifting the pen.
using Path = std::vector<PointMm>;

/// What one person's lines have in common.
struct Hand {
  double tremble = 1;         ///< 1 = a steady grown-up; 2 = old age or a rough board
  double bow = 1;             ///< how much straight lines are bowed
  double slope = 0;           ///< every line rises (positive) or falls by this share of its length
  double overshoot_mm = 1.8;  ///< mean reach of a strike beyond the name
};
/// `care` from 1 (draws along the line with patience) to 0 (in a hurry).
Hand any_hand(double care, Rng& rng);

/// A line drawn by hand: bowed and trembling, a point every millimetre or less.
Path hand_line(PointMm from, PointMm to, double tremble_mm, Rng& rng, const Hand& hand = {});

/// How far a clear strike reaches beyond the name: always past the last letter.
double overshoot(const Hand& hand, Rng& rng);

}  // namespace kiemphieu::forge

#pragma once
/// Figures as the test hands write them: put together from straight strokes and
/// arcs of ellipses with their own habits and drawn with the forge's pens. The
/// model learns from other hands (tally/digits/train/hand.h: control points).

#include <vector>

#include "tally/forms/template.h"
#include "tests/forge/hand.h"
#include "tests/forge/rng.h"

namespace kiemphieu::forge {

/// How one person writes figures; the same through a sheet.
struct DigitHabits {
  int one = 0;  ///< 0 bar, 1 flag, 2 flag and foot
  bool open_four = false;
  bool barred_seven = true;
  bool curled_nine = false;
  bool slashed_zero = false;
  bool looped_two = false;
  double slim = 1;            ///< of the widths
  double slant = 0;           ///< to the right, of the height
  double sloppy = 0.03;       ///< how far ends and centres wander, of the height
  double height_share = 0.7;  ///< of the box
};
DigitHabits any_digit_habits(Rng& rng);

/// The movements of `digit` within a box whose lines' middles are given, page mm.
std::vector<Path> digit_paths(int digit, const forms::BoxMm& box, const DigitHabits& habits, Rng& rng);

}  // namespace kiemphieu::forge

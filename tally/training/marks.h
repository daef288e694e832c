#pragma once
/// What people draw on a name, as movements, with what it means for one line.

#include <vector>

#include "tally/training/hand.h"

namespace kiemphieu::training {

enum class LineClass : std::uint8_t { kClean, kStruck, kNeither };

/// A name line in the frame of its field, millimetres.
struct NamePlace {
  double left_mm = 0, right_mm = 0;            ///< of the name's ink
  double top_mm = 0, bottom_mm = 0;            ///< of its tight box, marks and descenders included
  double body_top_mm = 0, body_bottom_mm = 0;  ///< of the letters' bodies
  std::vector<Spot> words_mm;                  ///< each word's left (x) and right (y) end
  double field_width_mm = 0, field_height_mm = 0;
};

/// Something is drawn through the whole name.
std::vector<Movement> struck_mark(const NamePlace& name, Chance& chance);
/// Something is drawn, but it is no strike of the whole name, or not surely one.
std::vector<Movement> other_mark(const NamePlace& name, Chance& chance);
/// What belongs to the neighbour or to nobody: near the name, never on it.
std::vector<Movement> neighbours_mark(const NamePlace& name, Chance& chance);

}  // namespace kiemphieu::training

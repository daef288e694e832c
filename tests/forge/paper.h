#pragma once
/// Paper: its colour and grain, what lies behind it, and what a day in pockets,
/// hands and the ballot box does to it.

#include <optional>
#include <vector>

#include "tests/forge/ink.h"

namespace kiemphieu::forge {

enum class Corner : std::uint8_t { kUpperLeft, kUpperRight, kLowerLeft, kLowerRight };

/// A fold that was opened again: a dark line with a lit shoulder, across the whole sheet.
struct Crease {
  double at_mm = 105;   ///< from the top (level) or from the left (upright)
  double depth = 0.15;  ///< share of light lost in its middle
  bool upright = false;
  double tilt = 0;  ///< how far it climbs over the sheet, as a share
};

/// A ring such as a cup leaves, or a drop.
struct Stain {
  PointMm centre{100, 150};
  double radius_mm = 20;
  double depth = 0.12;
  bool ring = true;
};

struct Paper {
  std::array<std::uint8_t, 3> rgb{255, 255, 255};
  double texture = 0;       ///< grain, gray levels
  double show_through = 0;  ///< share of the darkness of a print lying behind, mirrored
  std::vector<Crease> creases;
  std::optional<Corner> dog_ear, torn_corner;
  double corner_mm = 10;
  std::optional<Stain> stain;
  int punch_holes = 0;  ///< on the left edge, 6 mm wide, 80 mm apart
  int specks = 0;       ///< dust and fibres, no bigger than a full stop
};

/// Creases, stains, holes and corners on the marked ballot. `behind` (the lid of
/// the scanner, gray) shows where paper is missing.
void handle_paper(Canvas& canvas, const Paper& paper, std::uint8_t behind, Rng& rng);

/// The ballot's print as it shows through from behind: mirrored and soft, 8-bit darkness.
cv::Mat print_behind(const cv::Mat& plate, double px_per_mm);

}  // namespace kiemphieu::forge

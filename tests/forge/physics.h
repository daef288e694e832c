#pragma once
/// Paper and scanner: what happens between a marked ballot and its scan.

#include <optional>

#include "config/imaging/image.h"
#include "tests/forge/ink.h"

namespace kiemphieu::forge {

enum class Corner : std::uint8_t { kUpperLeft, kUpperRight, kLowerLeft, kLowerRight };

/// Dirt on the glass: a line down the whole scan.
struct Streak {
  double x_mm = 60;  ///< from the scan's left edge
  double width_mm = 0.25;
  double darkness = 0.5;
};

struct Physics {
  std::array<std::uint8_t, 3> paper{255, 255, 255};
  double toner = 1;  ///< 1 = black print
  std::optional<double> fold_y_mm;
  double fold_depth = 0.15;  ///< how dark the crease is
  std::optional<Corner> dog_ear;
  double dog_ear_mm = 10;
  bool upside_down = false;
  double skew_deg = 0;      ///< clockwise
  double scale = 1;         ///< of the print
  double feed_stretch = 1;  ///< along the paper's way
  double shift_x_mm = 0, shift_y_mm = 0;
  double border_mm = 0;           ///< scanned beyond each page edge
  std::uint8_t background = 255;  ///< gray level of the scanner's lid
  double blur_px = 0;             ///< sigma
  double noise = 0;               ///< sigma, gray levels
  double texture = 0;             ///< paper grain, gray levels
  double gradient = 0;            ///< share of light lost from one side to the other
  double gradient_angle_deg = 0;
  std::optional<Streak> streak;
  bool gray = false;
  int jpeg_quality = 85;
};

enum class PhysicsLevel : std::uint8_t {
  kPlain,   ///< a clean flatbed scan
  kOffice,  ///< a good document scanner on its normal day
  kRough,   ///< worn rollers, dirty glass, folded paper, cheap print
};
std::optional<PhysicsLevel> physics_level_from(std::string_view text);
Physics random_physics(PhysicsLevel level, Rng& rng);

/// The blank as this paper and this toner give it.
void print_on_paper(Canvas& canvas, const Physics& physics);
/// Creases and folds the marked ballot.
void handle_paper(Canvas& canvas, const Physics& physics);
/// Scans it: one warp, then light, noise and dirt.
imaging::Image scan(const Canvas& canvas, const Physics& physics, Rng& rng);

}  // namespace kiemphieu::forge

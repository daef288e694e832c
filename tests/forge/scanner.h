#pragma once
/// The scanner: how the paper goes through it, and what its eye and its file do.

#include <optional>
#include <vector>

#include "config/imaging/image.h"
#include "tests/forge/ink.h"

namespace kiemphieu::forge {

/// Dirt on the glass: a line down the whole scan, at the same columns on every sheet until it is cleaned.
struct Streak {
  double x_mm = 60;  ///< from the scan's left edge
  double width_mm = 0.25;
  double darkness = 0.5;
};

struct Scanner {
  bool gray = false;
  double dpi = 0;  ///< 0 = as fine as the forge's blank
  int jpeg_quality = 85;
  bool raw = false;  ///< the reader gets the frame itself; no JPEG in between
  bool upside_down = false;
  double skew_deg = 0;      ///< clockwise
  double scale = 1;         ///< of the print
  double feed_stretch = 1;  ///< along the paper's way
  double wobble_mm = 0;     ///< how far the feed runs ahead and behind
  double wobble_period_mm = 60;
  double shift_x_mm = 0, shift_y_mm = 0;
  double border_mm = 0;           ///< scanned beyond each page edge
  std::uint8_t background = 255;  ///< gray level of the scanner's lid
  double blur_px = 0;             ///< sigma
  double noise = 0;               ///< sigma, gray levels
  double gradient = 0;            ///< share of light lost from one side to the other
  double gradient_angle_deg = 0;
  std::optional<Streak> streak;
};

enum class PhysicsLevel : std::uint8_t {
  kPlain,   ///< a clean flatbed scan
  kOffice,  ///< a good document scanner on its normal day
  kRough,   ///< worn rollers, dirty glass, folded paper, cheap print
};
std::optional<PhysicsLevel> physics_level_from(std::string_view text);

/// Scans the page: one warp, then blur, light, noise and streaks. `texture`: the paper's grain, gray levels.
imaging::Image scan(const Canvas& canvas, const Scanner& scanner, double texture, Rng& rng);

/// The picture as the reader of a JPEG file sees it; unchanged for a raw scanner.
imaging::Image through_file(imaging::Image picture, const Scanner& scanner);

}  // namespace kiemphieu::forge

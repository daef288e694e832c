#pragma once
/// The polling team's round seal, as it lands on a ballot.

#include "tests/forge/ink.h"

namespace kiemphieu::forge {

enum class SealKind : std::uint8_t {
  kRed,
  kViolet,     ///< the wrong ink pad
  kPhotocopy,  ///< gray: a copied ballot, not a stamped one
  kAbsent,
};

struct Seal {
  SealKind kind = SealKind::kRed;
  double diameter_mm = 36;
  double dx_mm = 0, dy_mm = 0;  ///< of its centre from the middle of the seal zone
  double rotation_deg = 0;
  double inking = 0.9;  ///< share of the stamp's face that printed
  double darkness = 0.8;
};

/// Draws one station's stamp once and presses it any number of times. Thread-safe after construction.
class Stamp {
 public:
  Stamp(double diameter_mm, double px_per_mm);
  /// Presses it with its centre at the given place of the page. Nothing for kAbsent.
  void press(Canvas& canvas, const Seal& seal, PointMm centre, Rng& rng) const;

 private:
  double diameter_mm_;
  cv::Mat face_;  ///< the ink of a perfect print
};

}  // namespace kiemphieu::forge

#pragma once
/// The polling team's round seal, as it lands on a ballot.

#include "tests/forge/ink.h"

namespace kiemphieu::forge {

enum class SealKind : std::uint8_t {
  kRed,
  kViolet,     ///< another ink pad; no rule sets the colour
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
  double missing = 0;      ///< share of the diameter that the stamp's edge left out
  double missing_deg = 0;  ///< on which side
};

/// A person's certainty that the team's seal is there (Luật 85/2015 Điều 74(1)(b)).
enum class SealLook : std::uint8_t {
  kGood,
  kArguable,  ///< weak, cut, violet or beside its place: accepted, or asked about
  kDoubtful,  ///< the team must look
  kAbsent,
};
SealLook look_of(const Seal& seal);

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

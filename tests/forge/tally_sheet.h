#pragma once
/// Scanned tally sheets with known truth: figures that satisfy the minutes'
/// arithmetic (or, on purpose, do not), written by one hand with one pen.

#include <optional>
#include <string>
#include <vector>

#include "tests/forge/digits_hand.h"
#include "tests/forge/sheet.h"

namespace kiemphieu::forge {

enum class Slip : std::uint8_t {
  kNone,
  kWrongSum,     ///< one figure written is not what was counted
  kCrossedOut,   ///< one box struck through, nothing written instead
  kWrittenOver,  ///< one box holds two figures, one over the other
  kTooLarge,     ///< more voters than the station has
  kLeftEmpty,    ///< one figure not written at all
};
inline constexpr int kSlipCount = 6;

struct TallyPlan {
  std::vector<int> figures;  ///< as written, in the order of the template's fields
  Slip slip = Slip::kNone;
  std::size_t slip_field = 0;
  bool left_aligned = false, zeros_in_front = false;
  DigitHabits habits;
  SheetPlan sheet;  ///< pen, paper and scanner; its marks are not used
};

/// One sheet's figures for `seats` and `candidates`; at most `voters` voters.
std::vector<int> any_figures(int seats, int candidates, int voters, Rng& rng);
TallyPlan any_tally_plan(int seats, int candidates, int voters, PhysicsLevel level, Slip slip, Rng& rng);

/// `form`: the template with its reference loaded. The same plan gives the same pixels.
imaging::Image make_tally_sheet(const forms::Template& form, const TallyPlan& plan);

}  // namespace kiemphieu::forge

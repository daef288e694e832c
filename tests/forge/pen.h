#pragma once
/// Pens: colour, width, how dark, and how the ink fails or spreads. Figures and
/// their sources: docs/forge.md.

#include <array>
#include <cstdint>
#include <string_view>

#include "tests/forge/rng.h"

namespace kiemphieu::forge {

struct Pen {
  std::string_view name;
  std::array<std::uint8_t, 3> rgb{};
  double width_mm = 0.45;
  double darkness = 0.9;  ///< 1 = the ink hides the paper
  double skips = 0.02;    ///< share of the way without ink
  double bleed_mm = 0;    ///< how far ink creeps into the paper: sigma of the soft edge
  double grain = 0;       ///< 0 to 1: how much of the line the paper's grain leaves bare
};
enum class PenKind : std::uint8_t { kBlue, kBlack, kRed, kViolet, kGel, kFeltTip, kPencil };
inline constexpr int kPenKindCount = 7;

/// A good specimen.
Pen pen(PenKind kind);
/// One of many specimens: its own width, darkness and skips. `worn` from 0 (a new
/// pen) to 1 (the one that hangs on the booth's string since the last election).
Pen any_pen(PenKind kind, double worn, Rng& rng);

/// Ink that leaves so much out that two people may read it differently.
bool is_arguable(const Pen& pen);
/// Ink that a person can hardly see ("too faint": the whole team looks, Hỏi đáp, câu 175(2)).
bool is_too_faint(const Pen& pen);

}  // namespace kiemphieu::forge

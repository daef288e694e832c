#pragma once
/// What a voter's hand does on a name, as lines in millimetres of the page.

#include <array>
#include <string_view>
#include <vector>

#include "config/election/marks.h"
#include "tally/forms/template.h"
#include "tests/forge/rng.h"

namespace kiemphieu::forge {

struct PointMm {
  double x_mm = 0, y_mm = 0;
};
/// One movement without lifting the pen.
using Path = std::vector<PointMm>;

enum class StrokeStyle : std::uint8_t {
  kHorizontal,
  kSlanted,
  kVertical,
  kCross,
  kScribble,
  kDouble,
  kWavy,
  kPartial,
  kCircle,
  kUnderline,
  kOverline,
  kOneOfTwoLines,
  kFaint,
};
inline constexpr int kStrokeStyleCount = 13;
std::string_view to_text(StrokeStyle style);

struct Stroke {
  StrokeStyle style = StrokeStyle::kHorizontal;
  double share = 0.45;  ///< kPartial: how much of the name, from its left end
};

/// The shape a reader should call it.
election::MarkShape shape_of(StrokeStyle style);
/// Kept or struck when the team looks at the paper (Hỏi đáp bầu cử 2026-2031,
/// câu 167: a strike over the whole name, or one of its two lines, does not
/// elect; part of it, a circle, a line over or under it does).
election::Mark meaning_of(StrokeStyle style);
/// True when the voter's will may be read in two ways, so that only people may decide.
bool team_must_look(StrokeStyle style);

/// The movements over one candidate's name lines (one or two).
std::vector<Path> stroke_paths(const Stroke& stroke, const std::vector<forms::BoxMm>& lines, Rng& rng);

/// A line drawn by hand: bowed and trembling, a point every millimetre or less.
Path hand_line(PointMm from, PointMm to, double tremble_mm, Rng& rng);

struct Pen {
  std::string_view name;
  std::array<std::uint8_t, 3> rgb{};
  double width_mm = 0.45;
  double darkness = 0.9;  ///< 1 = the ink hides the paper
  double skips = 0.02;    ///< share of the way without ink
};
enum class PenKind : std::uint8_t { kBlue, kBlack, kRed, kFeltTip, kPencil };
Pen pen(PenKind kind);

}  // namespace kiemphieu::forge

#pragma once
/// What a voter's pen does on a name: the kinds of strokes, what each means in
/// law and how sure a person can be of it, and the movements in millimetres of
/// the page. stroke.cpp holds the table, stroke_paths.cpp the movements.

#include <optional>
#include <string_view>
#include <vector>

#include "config/election/marks.h"
#include "tally/forms/template.h"
#include "tests/forge/hand.h"

namespace kiemphieu::forge {

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
  kTriple,
  kZigzag,
  kBroken,         ///< one strike in pieces, the pen lifted for less than a letter
  kFromHonorific,  ///< begins left of "Ông" or "Bà"
  kShort,          ///< leaves the last letter half or wholly free
  kLate,           ///< begins within the first letter or just after it
  kSteep,          ///< from corner to corner: the end letters are only grazed
  kLow,            ///< along the letters' feet: neither through nor under the name
  kNearlyAll,      ///< all but the last few letters
  kLastWord,
  kMiddleWord,
  kSkipsWord,  ///< both ends struck, the middle left out
  kJoined,     ///< strikes this name and, without lifting the pen, the next one
  kAcross,     ///< one line from the start of this name to the end of the next
  kUnstruck,   ///< struck, then taken back: ringed, or a word beside it
  kRewritten,  ///< struck, and written again beside it
  kTickOnName,
  kDot,  ///< the pen rested on the name
};
inline constexpr int kStrokeStyleCount = 31;
std::string_view to_text(StrokeStyle style);

/// How sure a person is who looks at the paper.
enum class Certainty : std::uint8_t {
  kSure,      ///< nobody would argue
  kArguable,  ///< right as stated, but no fault to ask: accepted as stated, or reviewed
  kPeople,    ///< only the team may decide: never accepted
};

struct Stroke {
  StrokeStyle style = StrokeStyle::kHorizontal;
  double share = 0.45;       ///< kPartial: how much of the name, from its left end
  bool drawn_above = false;  ///< kJoined, kAcross: the second name; the name above has the ink
};

/// The shape a reader should call it.
election::MarkShape shape_of(StrokeStyle style);
/// Kept or struck when the team looks at the paper (Hỏi đáp bầu cử 2026-2031,
/// câu 167: a strike over the whole name, or one of its two lines, does not
/// elect; part of it, a circle, a line over or under it does).
election::Mark meaning_of(StrokeStyle style);
Certainty certainty_of(StrokeStyle style);
/// Why the team looks, when it must.
std::optional<election::Reason> reason_of(StrokeStyle style);

/// Where a stroke is made beyond the name itself.
struct StrokePlace {
  Hand hand;
  double honorific_mm = 19;                         ///< left end of "Ông"
  const std::vector<forms::BoxMm>* next = nullptr;  ///< the name below; needed by kJoined and kAcross
};

/// The movements over one candidate's name lines (one or two).
std::vector<Path> stroke_paths(const Stroke& stroke, const std::vector<forms::BoxMm>& lines, Rng& rng,
                               const StrokePlace& place = {});

}  // namespace kiemphieu::forge

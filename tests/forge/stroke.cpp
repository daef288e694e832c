#include "tests/forge/stroke.h"

#include <array>

#include "config/base/check.h"

namespace kiemphieu::forge {
namespace {

using election::Mark;
using election::MarkShape;
using election::Reason;

struct StyleRow {
  StrokeStyle style;
  std::string_view text;
  MarkShape shape;
  Mark meaning;
  Certainty certainty;
  std::optional<Reason> reason = {};
};
using S = StrokeStyle;
constexpr Mark kStruck = Mark::kStruck, kKept = Mark::kKept;
constexpr Certainty kSure = Certainty::kSure, kArguable = Certainty::kArguable, kPeople = Certainty::kPeople;
constexpr std::array<StyleRow, kStrokeStyleCount> kStyles{{
    {S::kHorizontal, "horizontal", MarkShape::kHorizontal, kStruck, kSure},
    {S::kSlanted, "slanted", MarkShape::kSlanted, kStruck, kSure},
    {S::kVertical, "vertical", MarkShape::kVertical, kStruck, kArguable},
    {S::kCross, "cross", MarkShape::kCross, kStruck, kSure},
    {S::kScribble, "scribble", MarkShape::kScribble, kStruck, kSure},
    {S::kDouble, "double", MarkShape::kHorizontal, kStruck, kSure},
    {S::kWavy, "wavy", MarkShape::kHorizontal, kStruck, kSure},
    {S::kPartial, "partial", MarkShape::kPartial, kKept, kPeople, Reason::kPartialStrike},
    {S::kCircle, "circle", MarkShape::kCircle, kKept, kPeople, Reason::kCircled},
    {S::kUnderline, "underline", MarkShape::kUnderline, kKept, kPeople, Reason::kUnderlined},
    {S::kOverline, "overline", MarkShape::kOverline, kKept, kPeople, Reason::kOverlined},
    {S::kOneOfTwoLines, "one_of_two_lines", MarkShape::kOneOfTwoLines, kStruck, kSure},
    {S::kFaint, "faint", MarkShape::kHorizontal, kStruck, kPeople, Reason::kFaintStrike},
    {S::kTriple, "triple", MarkShape::kHorizontal, kStruck, kSure},
    {S::kZigzag, "zigzag", MarkShape::kScribble, kStruck, kArguable},
    {S::kBroken, "broken", MarkShape::kHorizontal, kStruck, kArguable},
    {S::kFromHonorific, "from_honorific", MarkShape::kHorizontal, kStruck, kSure},
    {S::kShort, "short", MarkShape::kHorizontal, kStruck, kArguable},
    {S::kLate, "late", MarkShape::kHorizontal, kStruck, kArguable},
    {S::kSteep, "steep", MarkShape::kSlanted, kStruck, kArguable},
    {S::kLow, "low", MarkShape::kOther, kKept, kPeople, Reason::kUnderlined},
    {S::kNearlyAll, "nearly_all", MarkShape::kPartial, kKept, kPeople, Reason::kPartialStrike},
    {S::kLastWord, "last_word", MarkShape::kPartial, kKept, kPeople, Reason::kPartialStrike},
    {S::kMiddleWord, "middle_word", MarkShape::kPartial, kKept, kPeople, Reason::kPartialStrike},
    {S::kSkipsWord, "skips_word", MarkShape::kPartial, kKept, kPeople, Reason::kPartialStrike},
    {S::kJoined, "joined", MarkShape::kHorizontal, kStruck, kArguable},
    {S::kAcross, "across", MarkShape::kPartial, kKept, kPeople, Reason::kPartialStrike},
    {S::kUnstruck, "unstruck", MarkShape::kOther, kKept, kPeople, Reason::kCorrection},
    {S::kRewritten, "rewritten", MarkShape::kOther, kKept, kPeople, Reason::kCorrection},
    {S::kTickOnName, "tick_on_name", MarkShape::kOther, kKept, kPeople, Reason::kExtraContent},
    {S::kDot, "dot", MarkShape::kNone, kKept, kArguable},
}};

const StyleRow& row(StrokeStyle style) {
  const auto& found = kStyles.at(static_cast<std::size_t>(style));
  KP_CHECK(found.style == style);
  return found;
}

}  // namespace

std::string_view to_text(StrokeStyle style) { return row(style).text; }
MarkShape shape_of(StrokeStyle style) { return row(style).shape; }
Mark meaning_of(StrokeStyle style) { return row(style).meaning; }
Certainty certainty_of(StrokeStyle style) { return row(style).certainty; }
std::optional<Reason> reason_of(StrokeStyle style) { return row(style).reason; }

}  // namespace kiemphieu::forge

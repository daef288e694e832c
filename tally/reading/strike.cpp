#include "tally/reading/strike.h"

#include <algorithm>

#include "tally/reading/ramp.h"

namespace kiemphieu::reading {
namespace {

using election::MarkShape;

constexpr double kClearPartial = 0.1;

/// A stroke that passes from above the letters to below them or the other way.
bool crosses_body(const Stroke& s, const LineInk& ink) {
  const double rise = (s.right_y - s.left_y) / kFieldPxPerMm;
  const bool steady = (s.middle_y - s.left_y) * (s.right_y - s.middle_y) > 0;
  return steady && std::abs(rise) > 0.7 * ink.body_height_mm;
}

/// How sure the stroke's darkness makes it. An even line through every word may be
/// paler than one that has to be pieced together: a pen that gave out is uneven.
double by_darkness(const Stroke& s) {
  const bool even = s.coverage > 0.94 && s.worst_word > 0.9 && s.longest_gap_mm < 2.2 && s.evenness > 0.78;
  return even ? ramp(s.contrast, 0.205, 0.305) : ramp(s.contrast, 0.22, 0.32);
}

double struck_by(const Stroke& s, const LineInk& ink) {
  const double core = s.along_feet                                  ? 0.0
                      : crosses_body(s, ink) || ink.four_corners ? ramp(s.core_share, 0.10, 0.25)
                                                                    : ramp(s.core_share, 0.30, 0.50);
  return std::min({ramp(s.coverage, 0.66, 0.84), ramp(s.worst_word, 0.40, 0.70), core,
                   ramp(std::max(s.left_gap_mm, s.right_gap_mm), 3.5, 1.5), ramp(s.longest_gap_mm, 3.2, 2.2),
                   by_darkness(s), ramp(s.open_share, 0.06, 0.13)});
}

/// A line under the name that also grazes the letters: the higher it is looked
/// for, the less of it is found, or what is found is its upper edge. A second
/// stroke through the letters is found whole, and well above.
bool is_low(const LineInk& ink) {
  constexpr double kSameLinePx = 5;  // 0.6 mm
  const Stroke &low = ink.stroke, &core = ink.core_stroke;
  if (low.along_feet && core.in_lowest) return true;
  if (!low.along_feet || ink.core_bins >= 0.6) return false;
  const double apart = (low.left_y + low.middle_y + low.right_y - core.left_y - core.middle_y - core.right_y) / 3;
  return apart < kSameLinePx || low.coverage > core.coverage + 0.08;
}

double struck_by_stroke(const LineInk& ink) {
  const double core = is_low(ink) ? 0.0 : struck_by(ink.core_stroke, ink);
  return std::max({struck_by(ink.stroke, ink), core, struck_by(ink.diagonal, ink)});
}

double struck_by_mass(const LineInk& ink) {
  return std::min({ramp(ink.core_bins, 0.80, 0.95), ramp(ink.worst_word_bins, 0.60, 0.85),
                   ramp(ink.fill, 0.08, 0.18), ramp(ink.evidence.contrast, 0.22, 0.35)});
}

/// Upright dashes from the first letter to the last ("dọc", câu 167).
double struck_by_dashes(const LineInk& ink) {
  if (ink.tall_strokes < 3) return 0;
  return std::min(ramp(ink.tall_gap_mm, 9.0, 6.5), ramp(ink.evidence.contrast, 0.25, 0.35));
}

/// How surely there is anything at all: a clean line shows less than a tenth of a square millimetre.
double any_ink(const LineInk& ink) {
  return std::max({ramp(ink.over_print_mm2, 0.25, 0.60), ramp(ink.body_ink_mm2, 0.05, 0.25),
                   ramp(ink.outer_ink_mm2, 0.12, 0.60),
                   ink.evidence.ink_mm2 > 0.1 ? ramp(ink.evidence.coverage, 0.05, 0.25) : 0.0,
                   ramp(ink.faint_line, 0.035, 0.065), ramp(ink.stroke.coverage, 0.45, 0.65)});
}

MarkShape strike_shape(const LineInk& ink, double by_stroke, double by_mass) {
  // To and fro over the letters: nine tenths of scribbles are over 0.7, of all strikes below 0.2.
  constexpr double kToAndFro = 0.55, kNoLine = 0.30;
  if (ink.steep_share > (by_mass > by_stroke ? kNoLine : kToAndFro)) return MarkShape::kScribble;
  if (ink.four_corners) return MarkShape::kCross;
  return crosses_body(ink.stroke, ink) ? MarkShape::kSlanted : MarkShape::kHorizontal;
}

MarkShape other_shape(const LineInk& ink) {
  const bool body_mostly_free = ink.core_bins < 0.45;
  if (body_mostly_free && ink.above_bins > 0.45 && ink.below_bins > 0.45) return MarkShape::kCircle;
  if (body_mostly_free && ink.below_bins > 0.45) return MarkShape::kUnderline;
  if (body_mostly_free && ink.above_bins > 0.45) return MarkShape::kOverline;
  if (ink.tall_strokes > 0 && ink.evidence.coverage < 0.30) return MarkShape::kVertical;
  if (ink.body_ink_mm2 > 0.25 && (ink.core_bins > 0.10 || ink.whole_words)) return MarkShape::kPartial;
  if (ink.stroke.coverage > 0.6 || ink.faint_line > 0.03) return MarkShape::kHorizontal;
  return MarkShape::kOther;
}

/// Ink well above and well below a struck name that belongs to no stroke of a
/// cross: a ring around it, which may take the strike back.
bool is_ringed(const LineInk& ink) {
  return ink.above_bins > 0.4 && ink.below_bins > 0.4 && ink.on_cross < 0.88;
}

}  // namespace

LineVerdict judge_line(const LineInk& ink) {
  LineVerdict verdict;
  const double by_stroke = struck_by_stroke(ink), by_mass = struck_by_mass(ink),
               by_dashes = struck_by_dashes(ink);
  const double struck = std::max({by_stroke, by_mass, by_dashes});
  const double anything = any_ink(ink);
  verdict.score = std::max(0.5 * anything, struck > 0 ? 0.45 + 0.55 * struck : 0.0);
  verdict.damaged = ink.print_present < kPrintPresent;
  if (verdict.damaged) verdict.score = std::clamp(verdict.score, 0.4, 0.6);
  if (verdict.score <= kKeptMax) return verdict;
  verdict.shape = struck <= 0 ? other_shape(ink)
                  : by_dashes > std::max(by_stroke, by_mass) && ink.evidence.coverage < 0.6
                      ? MarkShape::kVertical
                      : strike_shape(ink, by_stroke, by_mass);
  if (struck > 0 && by_dashes <= 0 && is_ringed(ink) && verdict.shape != MarkShape::kScribble) {
    verdict.shape = MarkShape::kOther;
    verdict.score = 0.5;
    verdict.correction = true;
  }
  // A free word is surely not struck, whoever looks at the sheet (câu 167).
  if (struck <= 0 && !verdict.damaged && verdict.shape == MarkShape::kPartial && ink.whole_words &&
      ink.evidence.contrast > 0.34)
    verdict.score = kClearPartial;
  verdict.faint = struck < 0.7 && ink.evidence.contrast < 0.34 &&
                  (ink.stroke.coverage > 0.6 || ink.faint_line > 0.03) && (ink.stroke.contrast < 0.34);
  return verdict;
}

void confirm(LineVerdict& verdict, SecondOpinion& second, bool folded) {
  const bool kept = verdict.score <= kKeptMax, struck = verdict.score >= kStruckMin;
  // A part that is surely free is kept for one reader; the other has no such
  // word. Nor does it know a fold along a line: there it may be unsure.
  const bool partly = kept && verdict.shape != MarkShape::kNone;
  const bool may_be_unsure = partly || folded;
  const bool unsure = second.view == SecondView::kUnsure;
  second.agrees = struck ? second.view == SecondView::kStruck || (may_be_unsure && unsure)
                  : kept ? second.view == SecondView::kKept || (may_be_unsure && unsure)
                         : true;
  if (!second.agrees) verdict.score = 0.5;
}

LineVerdict judge_name(const std::vector<LineVerdict>& lines) {
  if (lines.size() < 2) return lines.front();
  const LineVerdict& a = lines[0].score <= lines[1].score ? lines[0] : lines[1];  // the less struck
  const LineVerdict& b = lines[0].score <= lines[1].score ? lines[1] : lines[0];
  LineVerdict name = b;
  name.faint = a.faint || b.faint;
  name.damaged = a.damaged || b.damaged;
  name.correction = a.correction || b.correction;
  if (a.score >= kStruckMin) {
    name.score = a.score;
  } else if (a.shape == MarkShape::kNone && a.score <= kKeptMax && b.score >= kStruckMin) {
    name.shape = MarkShape::kOneOfTwoLines;  // struck as well (câu 167)
  } else if (b.score > kKeptMax) {  // one line struck or doubtful, or both doubtful: people look
    if (a.score <= kKeptMax && b.score >= 0.6) name.shape = MarkShape::kOneOfTwoLines;
    name.score = std::clamp((a.score + b.score) / 2, 0.3, 0.7);
  }
  return name;
}

}  // namespace kiemphieu::reading

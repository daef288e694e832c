#include "tests/forge/situation.h"

#include "tests/forge/conditions.h"
#include "tests/forge/marking.h"

namespace kiemphieu::forge {
namespace {

using Form = const forms::Template&;

void strike_with(SheetPlan& plan, StrokeStyle style) {
  for (auto& mark : plan.marks)
    if (mark) mark->style = style;
}

/// One name of those struck, or of those left, gets this stroke.
void first_struck(SheetPlan& plan, Stroke stroke) {
  for (auto& mark : plan.marks)
    if (mark) {
      mark = stroke;
      return;
    }
}
void first_left(SheetPlan& plan, Stroke stroke) {
  for (auto& mark : plan.marks)
    if (!mark) {
      mark = stroke;
      return;
    }
}

template <StrokeStyle kStyle>
void all_strikes(SheetPlan& plan, Form) {
  strike_with(plan, kStyle);
}
template <StrokeStyle kStyle>
void on_one_left(SheetPlan& plan, Form) {
  first_left(plan, {kStyle, 0.45});
}
template <StrokeStyle kStyle>
void one_struck(SheetPlan& plan, Form) {
  first_struck(plan, {kStyle, 0.45});
}
/// Over the first two neighbours with one line each, whoever they are.
template <StrokeStyle kStyle>
void over_two(SheetPlan& plan, Form form) {
  strike_over_two(kStyle, 0, plan, form);
}
template <PenKind kKind>
void with_pen(SheetPlan& plan, Form) {
  plan.pen = pen(kKind);
}
template <SealKind kKind>
void with_seal(SheetPlan& plan, Form) {
  plan.seal.kind = kKind;
}
template <ExtraKind kKind>
void with_extra(SheetPlan& plan, Form) {
  plan.extras.push_back(kKind);
}
template <SheetKind kKind>
void of_kind(SheetPlan& plan, Form) {
  plan.kind = kKind;
}

void unchanged(SheetPlan&, Form) {}
void too_many_left(SheetPlan& plan, Form) {
  for (auto& mark : plan.marks)
    if (mark) {
      mark.reset();
      return;
    }
}
void none_struck(SheetPlan& plan, Form) {
  for (auto& mark : plan.marks) mark.reset();
}
void all_struck(SheetPlan& plan, Form) {
  for (auto& mark : plan.marks) mark = Stroke{};
}
void fewer_left(SheetPlan& plan, Form form) {
  if (form.seats > 1) first_left(plan, {});
}
void one_left(SheetPlan& plan, Form) {
  all_struck(plan, {});
  plan.marks[plan.marks.size() / 2].reset();
}
void partial(SheetPlan& plan, Form) { first_struck(plan, {StrokeStyle::kPartial, 0.45}); }
void faint(SheetPlan& plan, Form) { first_struck(plan, {StrokeStyle::kFaint, 0}); }
/// On a contest without a two-line name the ballot stays a careful one.
void one_of_two_lines(SheetPlan& plan, Form form) {
  for (std::size_t i = 0; i < form.candidates.size(); ++i) {
    if (form.candidates[i].lines.size() != 2) continue;
    if (!plan.marks[i]) too_many_left(plan, form);
    plan.marks[i] = Stroke{StrokeStyle::kOneOfTwoLines, 0};
    return;
  }
}
void weak_seal(SheetPlan& plan, Form) { plan.seal.inking = 0.2; }
void tilted_seal(SheetPlan& plan, Form) {
  plan.seal.rotation_deg = 75;
  plan.seal.dx_mm = 4;
  plan.seal.dy_mm = -3;
}
void cut_seal(SheetPlan& plan, Form) { plan.seal.missing = 0.4; }
void misplaced_seal(SheetPlan& plan, Form) {
  plan.seal.dx_mm = 70;
  plan.seal.dy_mm = 90;
}
void upside_down(SheetPlan& plan, Form) { plan.scanner.upside_down = true; }
void skew_right(SheetPlan& plan, Form) {
  plan.scanner.skew_deg = 5;
  plan.scanner.border_mm = 8;
}
void skew_left(SheetPlan& plan, Form) {
  plan.scanner.skew_deg = -5;
  plan.scanner.border_mm = 8;
}
void scale_95(SheetPlan& plan, Form) { plan.scanner.scale = 0.95; }
void scale_105(SheetPlan& plan, Form) {
  plan.scanner.scale = 1.05;
  plan.scanner.border_mm = 6;
}
void black_border(SheetPlan& plan, Form) {
  plan.scanner.background = 12;
  plan.scanner.border_mm = 10;
}
void white_border(SheetPlan& plan, Form) {
  plan.scanner.background = 252;
  plan.scanner.border_mm = 10;
}
void shifted(SheetPlan& plan, Form) {
  plan.scanner.shift_x_mm = 4;
  plan.scanner.shift_y_mm = -3;
}
void stretched(SheetPlan& plan, Form) { plan.scanner.feed_stretch = 1.012; }
void gray_scan(SheetPlan& plan, Form) { plan.scanner.gray = true; }
void low_quality(SheetPlan& plan, Form) { plan.scanner.jpeg_quality = 40; }
void blurred(SheetPlan& plan, Form) { plan.scanner.blur_px = 1.3; }
void noisy(SheetPlan& plan, Form) { plan.scanner.noise = 9; }
void uneven_light(SheetPlan& plan, Form) {
  plan.scanner.gradient = 0.2;
  plan.scanner.gradient_angle_deg = 30;
}
void faint_toner(SheetPlan& plan, Form) { plan.print.toner = 0.45; }
void show_through(SheetPlan& plan, Form) { plan.paper.show_through = 0.06; }
void stain(SheetPlan& plan, Form) { plan.paper.stain = Stain{{100, 130}, 22, 0.12, true}; }
void punched(SheetPlan& plan, Form) { plan.paper.punch_holes = 2; }
void torn_corner(SheetPlan& plan, Form) {
  plan.paper.torn_corner = Corner::kLowerRight;
  plan.paper.corner_mm = 7;
}
void wobble(SheetPlan& plan, Form) { plan.scanner.wobble_mm = 0.25; }
void streak_beside_names(SheetPlan& plan, Form form) {
  plan.scanner.streak = Streak{form.page_width_mm - 12 + plan.scanner.border_mm, 0.25, 0.6};
}
void streak_on_names(SheetPlan& plan, Form form) {
  const auto& line = form.candidates.front().lines.front();
  plan.scanner.streak = Streak{line.x_mm + line.w_mm / 2 + plan.scanner.border_mm, 0.3, 0.7};
}
void fold_off_names(SheetPlan& plan, Form form) {
  plan.paper.creases = {{form.candidates.front().lines.front().y_mm - 8, 0.3}};
}
/// Over a name that is left, where it looks most like a strike.
void fold_on_name(SheetPlan& plan, Form form) {
  for (std::size_t i = 0; i < plan.marks.size(); ++i) {
    if (plan.marks[i]) continue;
    const auto& line = form.candidates[i].lines.front();
    plan.paper.creases = {{line.y_mm + line.h_mm * 0.55, 0.35}};
    return;
  }
}
void dirt(SheetPlan& plan, Form) { plan.paper.specks = 20; }
void dog_ear(SheetPlan& plan, Form) {
  plan.paper.dog_ear = Corner::kUpperRight;
  plan.paper.corner_mm = 16;
}

constexpr std::array kSituations{
    Situation{"careful", unchanged},
    Situation{"fewer_left", fewer_left},
    Situation{"one_left", one_left},
    Situation{"double", all_strikes<StrokeStyle::kDouble>},
    Situation{"wavy", all_strikes<StrokeStyle::kWavy>},
    Situation{"slanted", all_strikes<StrokeStyle::kSlanted>},
    Situation{"vertical", all_strikes<StrokeStyle::kVertical>},
    Situation{"cross", all_strikes<StrokeStyle::kCross>},
    Situation{"scribble", all_strikes<StrokeStyle::kScribble>},
    Situation{"partial", partial},
    Situation{"faint", faint},
    Situation{"one_of_two_lines", one_of_two_lines},
    Situation{"triple", all_strikes<StrokeStyle::kTriple>},
    Situation{"zigzag", all_strikes<StrokeStyle::kZigzag>},
    Situation{"broken", all_strikes<StrokeStyle::kBroken>},
    Situation{"from_honorific", all_strikes<StrokeStyle::kFromHonorific>},
    Situation{"short", all_strikes<StrokeStyle::kShort>},
    Situation{"late", all_strikes<StrokeStyle::kLate>},
    Situation{"steep", all_strikes<StrokeStyle::kSteep>},
    Situation{"nearly_all", one_struck<StrokeStyle::kNearlyAll>},
    Situation{"last_word", one_struck<StrokeStyle::kLastWord>},
    Situation{"middle_word", one_struck<StrokeStyle::kMiddleWord>},
    Situation{"skips_word", one_struck<StrokeStyle::kSkipsWord>},
    Situation{"low", one_struck<StrokeStyle::kLow>},
    Situation{"unstruck", one_struck<StrokeStyle::kUnstruck>},
    Situation{"rewritten", one_struck<StrokeStyle::kRewritten>},
    Situation{"joined", over_two<StrokeStyle::kJoined>},
    Situation{"across", over_two<StrokeStyle::kAcross>},
    Situation{"tick_on_name", on_one_left<StrokeStyle::kTickOnName>},
    Situation{"dot", on_one_left<StrokeStyle::kDot>},
    Situation{"circle", on_one_left<StrokeStyle::kCircle>},
    Situation{"underline", on_one_left<StrokeStyle::kUnderline>},
    Situation{"overline", on_one_left<StrokeStyle::kOverline>},
    Situation{"too_many_left", too_many_left},
    Situation{"none_struck", none_struck},
    Situation{"all_struck", all_struck},
    Situation{"black_pen", with_pen<PenKind::kBlack>},
    Situation{"red_pen", with_pen<PenKind::kRed>},
    Situation{"felt_tip", with_pen<PenKind::kFeltTip>},
    Situation{"violet_pen", with_pen<PenKind::kViolet>},
    Situation{"gel", with_pen<PenKind::kGel>},
    Situation{"pencil", with_pen<PenKind::kPencil>},
    Situation{"no_seal", with_seal<SealKind::kAbsent>},
    Situation{"violet_seal", with_seal<SealKind::kViolet>},
    Situation{"photocopied_seal", with_seal<SealKind::kPhotocopy>},
    Situation{"weak_seal", weak_seal},
    Situation{"tilted_seal", tilted_seal},
    Situation{"cut_seal", cut_seal},
    Situation{"misplaced_seal", misplaced_seal},
    Situation{"word", with_extra<ExtraKind::kWord>},
    Situation{"tick", with_extra<ExtraKind::kTick>},
    Situation{"number", with_extra<ExtraKind::kNumber>},
    Situation{"dot_pattern", with_extra<ExtraKind::kDotPattern>},
    Situation{"signature", with_extra<ExtraKind::kSignature>},
    Situation{"dots", with_extra<ExtraKind::kDots>},
    Situation{"dirt", dirt},
    Situation{"upside_down", upside_down},
    Situation{"skew_right", skew_right},
    Situation{"skew_left", skew_left},
    Situation{"scale_95", scale_95},
    Situation{"scale_105", scale_105},
    Situation{"black_border", black_border},
    Situation{"white_border", white_border},
    Situation{"shifted", shifted},
    Situation{"stretched", stretched},
    Situation{"gray_scan", gray_scan},
    Situation{"low_quality", low_quality},
    Situation{"blurred", blurred},
    Situation{"noisy", noisy},
    Situation{"uneven_light", uneven_light},
    Situation{"faint_toner", faint_toner},
    Situation{"show_through", show_through},
    Situation{"stain", stain},
    Situation{"punched", punched},
    Situation{"torn_corner", torn_corner},
    Situation{"wobble", wobble},
    Situation{"streak_beside_names", streak_beside_names},
    Situation{"streak_on_names", streak_on_names},
    Situation{"fold_off_names", fold_off_names},
    Situation{"fold_on_name", fold_on_name},
    Situation{"dog_ear", dog_ear},
    Situation{"torn", of_kind<SheetKind::kTornBallot>},
    Situation{"cut_off", of_kind<SheetKind::kCutOff>},
    Situation{"two_sheets", of_kind<SheetKind::kTwoSheets>},
    Situation{"other_side", of_kind<SheetKind::kOtherSide>},
    Situation{"photograph", of_kind<SheetKind::kPhotograph>},
    Situation{"blank_paper", of_kind<SheetKind::kBlankPaper>},
    Situation{"foreign_paper", of_kind<SheetKind::kForeignPaper>},
};

}  // namespace

std::span<const Situation> situations() { return kSituations; }

const Situation* find_situation(std::string_view name) {
  for (const Situation& situation : kSituations)
    if (situation.name == name) return &situation;
  return nullptr;
}

SheetPlan plan_situation(const Situation& situation, const forms::Template& form,
                         const std::array<std::uint8_t, 3>& paper, std::uint64_t seed, PhysicsLevel level) {
  Rng rng{seed};
  SheetPlan plan = careful_ballot(form, rng);
  set_conditions(plan, level, rng);
  plan.paper.rgb = paper;
  situation.apply(plan, form);
  return plan;
}

}  // namespace kiemphieu::forge

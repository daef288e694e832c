#include "tests/forge/population.h"

#include <algorithm>

#include "tests/forge/conditions.h"
#include "tests/forge/marking.h"

namespace kiemphieu::forge {
namespace {

using S = StrokeStyle;
// The prescribed horizontal line is by far the most common (Hỏi đáp, câu 167). All
// shares are assumptions that give each case its numbers; they are no survey.
constexpr std::array<Weighted<S>, 4> kCleanHabits{
    {{S::kHorizontal, 82}, {S::kSlanted, 6}, {S::kCross, 6}, {S::kDouble, 6}}};
constexpr std::array<Weighted<S>, 7> kWearHabits{{{S::kHorizontal, 74},
                                                  {S::kWavy, 6},
                                                  {S::kDouble, 6},
                                                  {S::kTriple, 2},
                                                  {S::kSlanted, 5},
                                                  {S::kCross, 4},
                                                  {S::kFromHonorific, 3}}};
constexpr std::array<Weighted<S>, 15> kHardHabits{{{S::kHorizontal, 30},
                                                   {S::kWavy, 6},
                                                   {S::kDouble, 5},
                                                   {S::kTriple, 4},
                                                   {S::kSlanted, 6},
                                                   {S::kCross, 6},
                                                   {S::kFromHonorific, 5},
                                                   {S::kScribble, 5},
                                                   {S::kZigzag, 5},
                                                   {S::kVertical, 5},
                                                   {S::kBroken, 5},
                                                   {S::kShort, 6},
                                                   {S::kLate, 4},
                                                   {S::kSteep, 6},
                                                   {S::kOneOfTwoLines, 2}}};
/// In `hard`, every third ballot has one of these on a name.
constexpr std::array<Weighted<S>, 16> kTraps{{{S::kPartial, 10},
                                              {S::kNearlyAll, 8},
                                              {S::kLastWord, 6},
                                              {S::kMiddleWord, 6},
                                              {S::kSkipsWord, 6},
                                              {S::kLow, 8},
                                              {S::kUnderline, 8},
                                              {S::kOverline, 6},
                                              {S::kCircle, 8},
                                              {S::kUnstruck, 6},
                                              {S::kRewritten, 4},
                                              {S::kTickOnName, 6},
                                              {S::kDot, 4},
                                              {S::kFaint, 8},
                                              {S::kJoined, 4},
                                              {S::kAcross, 4}}};
constexpr std::array<Weighted<PenKind>, 4> kCleanPens{
    {{PenKind::kBlue, 68}, {PenKind::kBlack, 20}, {PenKind::kGel, 6}, {PenKind::kViolet, 6}}};
constexpr std::array<Weighted<PenKind>, 7> kAllPens{{{PenKind::kBlue, 46},
                                                     {PenKind::kBlack, 24},
                                                     {PenKind::kRed, 6},
                                                     {PenKind::kViolet, 6},
                                                     {PenKind::kGel, 6},
                                                     {PenKind::kFeltTip, 6},
                                                     {PenKind::kPencil, 6}}};
constexpr std::array<Weighted<SheetKind>, 8> kOddSheets{{{SheetKind::kTornBallot, 1},
                                                         {SheetKind::kBlankPaper, 1},
                                                         {SheetKind::kForeignPaper, 1},
                                                         {SheetKind::kOtherSide, 1},
                                                         {SheetKind::kPhotograph, 1},
                                                         {SheetKind::kStranger, 3},
                                                         {SheetKind::kTwoSheets, 2},
                                                         {SheetKind::kCutOff, 2}}};
constexpr std::array kContent{ExtraKind::kWord, ExtraKind::kTick, ExtraKind::kSignature, ExtraKind::kNumber,
                              ExtraKind::kDotPattern};

/// The day's scanner: what stays the same through the pile.
Scanner scanner_of(Population population, const forms::Template& form, Rng& rng) {
  Scanner s;
  s.gradient_angle_deg = rng.between(0, 360);
  s.background = rng.chance(0.5) ? 248 : 22;
  s.jpeg_quality = 80 + rng.below(13);
  s.noise = rng.between(1.2, 3);
  s.blur_px = rng.between(0.4, 0.75);
  s.gradient = rng.between(0, 0.05);
  if (population == Population::kClean) return s;
  s.noise = rng.between(1.5, 4);
  s.gradient = rng.between(0, 0.1);
  s.jpeg_quality = 70 + rng.below(23);
  s.feed_stretch = rng.between(0.996, 1.004);
  if (rng.chance(0.15)) {
    const bool left = rng.chance(0.5);  // beside the names: in the margin left of "Ông", or at the right edge
    const double x = left ? rng.between(3, 9) : form.page_width_mm - rng.between(3, 9);
    s.streak = Streak{x, rng.between(0.1, 0.25), rng.between(0.15, 0.5)};
  }
  if (population == Population::kWear) return s;
  s.noise = rng.between(1.5, 7);
  s.blur_px = rng.between(0.4, 1.2);
  s.gradient = rng.between(0, 0.2);
  s.jpeg_quality = 50 + rng.below(43);
  s.feed_stretch = rng.between(0.988, 1.012);
  s.wobble_mm = rng.chance(0.3) ? rng.between(0.05, 0.3) : 0;
  s.wobble_period_mm = rng.between(25, 90);
  s.gray = rng.chance(0.2);
  s.dpi = rng.chance(0.25) ? 150 : 0;
  if (rng.chance(0.3))
    s.streak = Streak{rng.between(2, form.page_width_mm - 2), rng.between(0.1, 0.5), rng.between(0.1, 0.8)};
  return s;
}

/// What differs from sheet to sheet on its way through the scanner.
void feed(Population population, Scanner& s, Rng& rng) {
  const bool hard = population == Population::kHard;
  const double skew = population == Population::kClean ? 0.5 : hard ? 1.6 : 0.8;
  s.skew_deg = std::clamp(rng.normal(0, skew), -4 * skew, 4 * skew);
  s.scale = rng.normal(1, hard ? 0.012 : 0.004);
  s.border_mm = rng.between(0, hard ? 10 : 4);
  s.shift_x_mm = rng.normal(0, 0.6);
  s.shift_y_mm = rng.normal(0, 0.6);
  s.upside_down = rng.chance(0.06);
  s.raw = rng.chance(0.75);
}

void wear_paper(SheetPlan& plan, Rng& rng) {
  Paper& p = plan.paper;
  if (rng.chance(0.2))
    p.creases.push_back({rng.between(60, 150), rng.between(0.02, 0.08), false, rng.normal(0, 0.004)});
  if (rng.chance(0.06))
    p.creases.push_back({rng.between(60, 90), rng.between(0.02, 0.08), true, rng.normal(0, 0.004)});
  if (rng.chance(0.2)) p.specks = 3 + rng.below(14);
  if (rng.chance(0.15)) p.show_through = rng.between(0.01, 0.04);
  if (rng.chance(0.04)) p.dog_ear = static_cast<Corner>(1 + rng.below(3));
  p.corner_mm = rng.between(4, 9);
  plan.print.toner = rng.between(0.72, 1);
  if (rng.chance(0.1)) plan.print.patchy = rng.between(0.05, 0.2);
}

void spoil_paper(SheetPlan& plan, Rng& rng) {
  Paper& p = plan.paper;
  for (int i = rng.below(4); i > 0; --i)
    p.creases.push_back({rng.between(30, 190), rng.between(0.05, 0.35), false, rng.normal(0, 0.02)});
  if (rng.chance(0.15))
    p.creases.push_back({rng.between(30, 120), rng.between(0.05, 0.3), true, rng.normal(0, 0.02)});
  if (rng.chance(0.25)) p.specks = 5 + rng.below(60);
  if (rng.chance(0.25)) p.show_through = rng.between(0.02, 0.12);
  if (rng.chance(0.1)) p.dog_ear = static_cast<Corner>(rng.below(4));
  if (rng.chance(0.1)) p.torn_corner = static_cast<Corner>(rng.below(4));
  p.corner_mm = rng.between(4, 24);
  if (rng.chance(0.12))
    p.stain = Stain{{rng.between(10, 138), rng.between(20, 200)},
                    rng.between(4, 35),
                    rng.between(0.04, 0.3),
                    rng.chance(0.6)};
  if (rng.chance(0.05)) p.punch_holes = 2;
  plan.print.toner = rng.between(0.4, 1);
  if (rng.chance(0.2)) plan.print.patchy = rng.between(0.1, 0.5);
}

Seal any_seal(bool gray, Rng& rng) {
  Seal seal = good_seal(rng);
  switch (rng.below(10)) {
    case 0:
      seal.kind = SealKind::kAbsent;
      break;
    case 1:
      // Nobody can tell a copied seal from a red one in a gray scan: never asked of a reader.
      seal.kind = gray ? SealKind::kAbsent : SealKind::kPhotocopy;
      break;
    case 2:
    case 3:
      seal.kind = SealKind::kViolet;
      break;
    case 4:
      seal.inking = rng.between(0.1, 0.6);
      break;
    case 5:
      seal.missing = rng.between(0.05, 0.6);
      seal.missing_deg = rng.between(0, 360);
      break;
    case 6:
      seal.rotation_deg = rng.between(0, 360);
      break;
    case 7:
      seal.dx_mm = rng.between(-4, 20);
      seal.dy_mm = rng.between(-6, 20);
      break;
    case 8:
      seal.dx_mm = rng.between(30, 75);
      seal.dy_mm = rng.between(30, 120);
      break;
    default:
      seal.darkness = rng.between(0.25, 0.6);
  }
  return seal;
}

/// What makes a ballot one for the team, once in a while even among careful voters.
void add_oddity(const forms::Template& form, const std::vector<double>& popularity, SheetPlan& plan,
                Rng& rng) {
  const int candidates = static_cast<int>(form.candidates.size());
  switch (rng.below(5)) {
    case 0:
      return strike_all_but(form.seats + 1 + rng.below(candidates - form.seats), popularity, S::kHorizontal,
                            plan, rng);
    case 1:
      return strike_all_but(0, popularity, S::kHorizontal, plan, rng);
    case 2:
      plan.seal.kind = SealKind::kAbsent;
      return;
    default:
      plan.extras.push_back(kContent[static_cast<std::size_t>(rng.below(static_cast<int>(kContent.size())))]);
  }
}

void set_trap(const forms::Template& form, SheetPlan& plan, Rng& rng) {
  const S style = pick(kTraps, rng);
  const auto at = static_cast<std::size_t>(rng.below(static_cast<int>(plan.marks.size())));
  if (style == S::kJoined || style == S::kAcross) return strike_over_two(style, at, plan, form);
  plan.marks[at] = Stroke{style, rng.between(0.2, 0.8)};
}

/// Every voter their own way to strike; in `hard`, now and then another way on another name.
void strike(Population population, const forms::Template& form, const std::vector<double>& popularity,
            SheetPlan& plan, Rng& rng) {
  const auto habit = [&] {
    if (population == Population::kClean) return pick(kCleanHabits, rng);
    return population == Population::kWear ? pick(kWearHabits, rng) : pick(kHardHabits, rng);
  };
  strike_all_but(names_left(form.seats, rng), popularity, habit(), plan, rng);
  for (std::size_t i = 0; i < plan.marks.size(); ++i) {
    if (!plan.marks[i]) continue;
    if (population == Population::kHard && rng.chance(0.3)) plan.marks[i]->style = habit();
    if (plan.marks[i]->style == S::kOneOfTwoLines && form.candidates[i].lines.size() != 2)
      plan.marks[i]->style = S::kHorizontal;
  }
}

SheetPlan hard_sheet(const forms::Template& form, const std::vector<double>& popularity,
                     const std::string& other_contest, SheetPlan plan, Rng& rng) {
  plan.hand = any_hand(rng.uniform(), rng);
  plan.pen = any_pen(pick(kAllPens, rng), rng.chance(0.3) ? rng.between(0, 3) : rng.uniform(), rng);
  strike(Population::kHard, form, popularity, plan, rng);
  if (rng.chance(0.33)) set_trap(form, plan, rng);
  spoil_paper(plan, rng);
  if (rng.chance(0.2)) plan.seal = any_seal(plan.scanner.gray, rng);
  if (rng.chance(0.06)) add_oddity(form, popularity, plan, rng);
  if (rng.chance(0.1)) plan.extras.push_back(ExtraKind::kDots);
  if (rng.chance(0.04)) plan.kind = pick(kOddSheets, rng);
  if (rng.chance(0.01)) plan.pile = other_contest;
  return plan;
}

}  // namespace

std::string_view to_text(Population population) {
  constexpr std::array<std::string_view, kPopulationCount> kNames{"clean", "wear", "hard"};
  return kNames.at(static_cast<std::size_t>(population));
}

std::optional<Population> population_from(std::string_view text) {
  for (const Population population : {Population::kClean, Population::kWear, Population::kHard})
    if (to_text(population) == text) return population;
  return std::nullopt;
}

std::vector<SheetPlan> pile_of(Population population, const forms::Template& form,
                               const std::array<std::uint8_t, 3>& paper, const std::string& other_contest,
                               int count, std::uint64_t seed) {
  const Rng root{seed};
  Rng day = root.fork(0);
  std::vector<double> popularity;
  for (std::size_t i = 0; i < form.candidates.size(); ++i) popularity.push_back(day.between(0.4, 2.5));
  const Scanner scanner = scanner_of(population, form, day);
  std::vector<SheetPlan> plans;
  for (int i = 0; i < count; ++i) {
    Rng rng = root.fork(static_cast<std::uint64_t>(i) + 1);
    SheetPlan plan;
    plan.scanner = scanner;
    feed(population, plan.scanner, rng);
    plan.paper.rgb = paper;
    plan.paper.texture = rng.between(0.5, population == Population::kHard ? 4 : 2.5);
    plan.seal = good_seal(rng);
    plan.seed = rng.next();
    if (population == Population::kHard) {
      plans.push_back(hard_sheet(form, popularity, other_contest, std::move(plan), rng));
      continue;
    }
    const bool wear = population == Population::kWear;
    plan.hand = any_hand(wear ? rng.uniform() : rng.between(0.6, 1), rng);
    plan.pen = wear ? any_pen(pick(kAllPens, rng), rng.between(0, 0.5), rng)
                    : any_pen(pick(kCleanPens, rng), 0, rng);
    strike(population, form, popularity, plan, rng);
    if (wear) wear_paper(plan, rng);
    if (rng.chance(0.02)) add_oddity(form, popularity, plan, rng);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace kiemphieu::forge

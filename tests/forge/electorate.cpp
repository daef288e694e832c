#include "tests/forge/electorate.h"

#include "config/base/check.h"
#include "tests/forge/conditions.h"
#include "tests/forge/marking.h"

namespace kiemphieu::forge {
namespace {

/// How people strike. The prescribed horizontal line is by far the most common
/// (Hỏi đáp bầu cử, câu 167); the shares are an assumption, not a survey.
constexpr std::array<Weighted<StrokeStyle>, 7> kHabits{{
    {StrokeStyle::kHorizontal, 90},
    {StrokeStyle::kDouble, 2.5},
    {StrokeStyle::kWavy, 2},
    {StrokeStyle::kSlanted, 2},
    {StrokeStyle::kCross, 1.5},
    {StrokeStyle::kScribble, 1.2},
    {StrokeStyle::kVertical, 0.8},
}};
constexpr std::array<Weighted<PenKind>, 5> kPens{{
    {PenKind::kBlue, 72},
    {PenKind::kBlack, 20},
    {PenKind::kFeltTip, 3},
    {PenKind::kRed, 2},
    {PenKind::kPencil, 3},
}};

/// One ballot in 25 is odd in some way; real stations saw 0.2 % invalid in 2026.
enum class Oddity {
  kNone,
  kTooMany,
  kAllStruck,
  kNoSeal,
  kWeakSeal,
  kPartial,
  kCircle,
  kUnderline,
  kOverline,
  kOneLine,
  kFaint,
  kContent,
  kDirt,
};
constexpr std::array<Weighted<Oddity>, 13> kOddities{{
    {Oddity::kNone, 94},
    {Oddity::kTooMany, 1.0},
    {Oddity::kAllStruck, 0.4},
    {Oddity::kNoSeal, 0.3},
    {Oddity::kWeakSeal, 0.2},
    {Oddity::kPartial, 0.5},
    {Oddity::kCircle, 0.3},
    {Oddity::kUnderline, 0.15},
    {Oddity::kOverline, 0.1},
    {Oddity::kOneLine, 0.25},
    {Oddity::kFaint, 0.4},
    {Oddity::kContent, 0.6},
    {Oddity::kDirt, 2.0},
}};

std::size_t random_index(std::size_t count, Rng& rng) {
  return static_cast<std::size_t>(rng.below(static_cast<int>(count)));
}

/// Turns one plain strike into a stroke of `style`.
void change_one_strike(StrokeStyle style, SheetPlan& plan, Rng& rng) {
  std::vector<std::size_t> struck;
  for (std::size_t i = 0; i < plan.marks.size(); ++i)
    if (plan.marks[i]) struck.push_back(i);
  if (struck.empty()) return;
  plan.marks[struck[random_index(struck.size(), rng)]] = Stroke{style, rng.between(0.3, 0.55)};
}

/// Marks a name that is left.
void mark_one_left(StrokeStyle style, SheetPlan& plan, Rng& rng) {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < plan.marks.size(); ++i)
    if (!plan.marks[i]) left.push_back(i);
  if (!left.empty()) plan.marks[left[random_index(left.size(), rng)]] = Stroke{style, 0.45};
}

void strike_one_line(const forms::Template& form, SheetPlan& plan) {
  for (std::size_t i = 0; i < form.candidates.size(); ++i)
    if (form.candidates[i].lines.size() == 2 && plan.marks[i])
      plan.marks[i] = Stroke{StrokeStyle::kOneOfTwoLines, 0.45};
}

void make_odd(Oddity oddity, const forms::Template& form, const std::vector<double>& popularity,
              StrokeStyle style, SheetPlan& plan, Rng& rng) {
  const int candidates = static_cast<int>(form.candidates.size());
  switch (oddity) {
    case Oddity::kNone:
      return;
    case Oddity::kTooMany:
      return strike_all_but(form.seats + 1 + rng.below(candidates - form.seats), popularity, style, plan,
                            rng);
    case Oddity::kAllStruck:
      return strike_all_but(0, popularity, style, plan, rng);
    case Oddity::kNoSeal:
      plan.seal.kind = SealKind::kAbsent;
      return;
    case Oddity::kWeakSeal:
      plan.seal.inking = rng.between(0.15, 0.3);
      return;
    case Oddity::kPartial:
      return change_one_strike(StrokeStyle::kPartial, plan, rng);
    case Oddity::kCircle:
      return mark_one_left(StrokeStyle::kCircle, plan, rng);
    case Oddity::kUnderline:
      return mark_one_left(StrokeStyle::kUnderline, plan, rng);
    case Oddity::kOverline:
      return mark_one_left(StrokeStyle::kOverline, plan, rng);
    case Oddity::kOneLine:
      return strike_one_line(form, plan);
    case Oddity::kFaint:
      return change_one_strike(StrokeStyle::kFaint, plan, rng);
    case Oddity::kContent: {
      constexpr std::array kKinds{ExtraKind::kWord, ExtraKind::kTick, ExtraKind::kSignature};
      plan.extras.push_back(kKinds[random_index(kKinds.size(), rng)]);
      return;
    }
    case Oddity::kDirt:
      if (rng.chance(0.5))
        plan.extras.push_back(ExtraKind::kDots);
      else
        plan.paper.specks = 8 + rng.below(25);
      return;
  }
}

}  // namespace

SheetPlan careful_ballot(const forms::Template& form, Rng& rng) {
  SheetPlan plan;
  strike_all_but(form.seats, std::vector<double>(form.candidates.size(), 1.0), StrokeStyle::kHorizontal, plan,
                 rng);
  plan.pen = pen(PenKind::kBlue);
  plan.seal = good_seal(rng);
  plan.seed = rng.next();
  return plan;
}

std::vector<SheetPlan> electorate(const forms::Template& form, const std::array<std::uint8_t, 3>& paper,
                                  int count, std::uint64_t seed, PhysicsLevel level) {
  std::uint64_t contest = 0;
  for (const char letter : form.contest) contest = contest * 131 + static_cast<unsigned char>(letter);
  const Rng root = Rng{seed}.fork(contest);
  Rng opinion = root.fork(0);
  std::vector<double> popularity;
  for (std::size_t i = 0; i < form.candidates.size(); ++i) popularity.push_back(opinion.between(0.4, 2.5));

  std::vector<SheetPlan> plans;
  for (int i = 0; i < count; ++i) {
    Rng voter = root.fork(static_cast<std::uint64_t>(i) + 1);
    SheetPlan plan;
    const StrokeStyle style = pick(kHabits, voter);
    plan.pen = pen(pick(kPens, voter));
    plan.seal = good_seal(voter);
    strike_all_but(names_left(form.seats, voter), popularity, style, plan, voter);
    make_odd(pick(kOddities, voter), form, popularity, style, plan, voter);
    set_conditions(plan, level, voter);
    plan.paper.rgb = paper;
    plan.seed = voter.next();
    plans.push_back(std::move(plan));
  }
  return plans;
}

TruthTotals empty_totals(const forms::Template& form) {
  TruthTotals totals{form.contest, form.seats, 0, 0, 0, {}, {}};
  totals.classes.resize(static_cast<std::size_t>(form.seats));
  for (const auto& candidate : form.candidates) totals.votes.emplace_back(candidate.id, 0);
  return totals;
}

void add(TruthTotals& totals, const SheetTruth& truth) {
  if (!truth.validity) return;
  KP_CHECK(truth.contest == totals.contest && truth.candidates.size() == totals.votes.size());
  ++totals.collected;
  if (*truth.validity == election::Validity::kInvalid) {
    ++totals.invalid;
    return;
  }
  ++totals.valid;
  ++totals.classes.at(static_cast<std::size_t>(truth.elects - 1));
  for (std::size_t i = 0; i < truth.candidates.size(); ++i)
    if (truth.candidates[i].mark == election::Mark::kKept) ++totals.votes[i].second;
}

}  // namespace kiemphieu::forge

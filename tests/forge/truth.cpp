// The truth of a plan, from the law alone.
#include <algorithm>

#include "config/base/check.h"
#include "tests/forge/sheet.h"

namespace kiemphieu::forge {
namespace {

using election::Mark;
using election::Reason;
using election::Validity;

bool has_content(const SheetPlan& plan) {
  return std::any_of(plan.extras.begin(), plan.extras.end(), is_content);
}

/// Luật 85/2015 Điều 74(1): not issued by the team, no seal, too many left, all struck, content added.
bool is_invalid(const SheetPlan& plan, const SheetTruth& truth, int seats) {
  return plan.seal.kind == SealKind::kAbsent || plan.seal.kind == SealKind::kPhotocopy ||
         truth.elects > seats || truth.elects == 0 || has_content(plan);
}

void add_reasons(const SheetPlan& plan, int seats, SheetTruth& truth) {
  if (truth.elects > seats) truth.reasons.push_back(Reason::kTooManyLeft);
  if (truth.elects == 0) truth.reasons.push_back(Reason::kAllStruck);
  const SealLook seal = look_of(plan.seal);
  if (seal == SealLook::kAbsent) truth.reasons.push_back(Reason::kNoSeal);
  if (seal == SealLook::kDoubtful) truth.reasons.push_back(Reason::kSealDoubtful);
  if (has_content(plan)) truth.reasons.push_back(Reason::kExtraContent);
  if (plan.kind == SheetKind::kTornBallot || plan.kind == SheetKind::kCutOff)
    truth.reasons.push_back(Reason::kDamaged);
  if (plan.kind == SheetKind::kTwoSheets) truth.reasons.push_back(Reason::kTwoSheets);
  std::sort(truth.reasons.begin(), truth.reasons.end());
  truth.reasons.erase(std::unique(truth.reasons.begin(), truth.reasons.end()), truth.reasons.end());
}

/// Paper that a careful person turns over once more before counting it.
bool is_arguable_paper(const SheetPlan& plan, const forms::Template& form) {
  if (plan.paper.torn_corner && plan.paper.corner_mm > 8) return true;
  if (plan.paper.dog_ear && plan.paper.corner_mm > 18) return true;
  if (!plan.paper.stain || plan.paper.stain->depth < 0.15) return false;
  return plan.paper.stain->centre.y_mm > form.page_height_mm * 0.4;
}

}  // namespace

std::string_view to_text(Expected expected) {
  switch (expected) {
    case Expected::kClear:
      return "clear";
    case Expected::kEither:
      return "either";
    case Expected::kMustReview:
      return "must_review";
    case Expected::kMustReturn:
      return "must_return";
  }
  KP_CHECK(false);
  return {};
}

SheetTruth truth_of(const SheetPlan& plan, const forms::Template& form) {
  SheetTruth truth;
  const bool other_pile = !plan.pile.empty() && plan.pile != form.contest;
  if (!is_ballot(plan.kind) || other_pile) {
    truth.expected = Expected::kMustReturn;
    truth.reasons.push_back(other_pile && is_ballot(plan.kind) ? Reason::kWrongContest : Reason::kWrongForm);
    return truth;
  }
  KP_CHECK(plan.marks.size() == form.candidates.size());
  truth.contest = form.contest;
  bool arguable = look_of(plan.seal) == SealLook::kArguable || is_arguable_paper(plan, form);
  for (std::size_t i = 0; i < plan.marks.size(); ++i) {
    CandidateTruth candidate{form.candidates[i].id};
    if (const auto& stroke = plan.marks[i]) {
      candidate.mark = meaning_of(stroke->style);
      candidate.shape = shape_of(stroke->style);
      candidate.certainty = certainty_of(stroke->style);
      if (candidate.certainty == Certainty::kSure && is_arguable(plan.pen))
        candidate.certainty = Certainty::kArguable;
      if (const auto reason = reason_of(stroke->style)) truth.reasons.push_back(*reason);
      if (is_too_faint(plan.pen)) {
        candidate.certainty = Certainty::kPeople;
        truth.reasons.push_back(Reason::kFaintStrike);
      }
    }
    arguable = arguable || candidate.certainty == Certainty::kArguable;
    if (candidate.mark == Mark::kKept) ++truth.elects;
    truth.candidates.push_back(std::move(candidate));
  }
  add_reasons(plan, form.seats, truth);
  truth.validity = is_invalid(plan, truth, form.seats) ? Validity::kInvalid : Validity::kValid;
  if (!truth.reasons.empty())
    truth.expected = Expected::kMustReview;
  else if (arguable)
    truth.expected = Expected::kEither;
  return truth;
}

}  // namespace kiemphieu::forge

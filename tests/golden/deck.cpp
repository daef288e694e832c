#include "tests/golden/deck.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "tally/forms/draw.h"
#include "tally/forms/print.h"

namespace kiemphieu::golden {
namespace {

template <class T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "golden deck: %s\n", result.error().log_line().c_str());
  std::abort();
}

bool marks_agree(const counting::Interpretation& got, const forge::SheetTruth& truth) {
  if (got.candidates.size() != truth.candidates.size()) return false;
  for (std::size_t i = 0; i < got.candidates.size(); ++i)
    if (got.candidates[i].id != truth.candidates[i].id || got.candidates[i].mark != truth.candidates[i].mark)
      return false;
  return true;
}

/// Clear for a person, but the rule table sends one of its shapes to the team. A mark whose
/// shape people may name in two ways is not held to the table.
bool table_asks_for_people(const election::Election& election, const forge::SheetTruth& truth) {
  return std::any_of(truth.candidates.begin(), truth.candidates.end(), [&](const auto& c) {
    return c.certainty == forge::Certainty::kSure && election.rules.rule_for(c.shape).review;
  });
}

Verdict verdict_of(const counting::Interpretation& got, const forge::SheetTruth& truth) {
  using election::Outcome;
  using forge::Expected;
  if (got.outcome == Outcome::kReturned)
    return truth.expected == Expected::kMustReturn ? Verdict::kRight : Verdict::kReturned;
  if (got.outcome == Outcome::kReview) return Verdict::kReview;
  if (truth.expected != Expected::kClear && truth.expected != Expected::kEither) return Verdict::kWrong;
  const bool same =
      got.contest == truth.contest && got.validity == truth.validity && got.elects == truth.elects;
  return same && marks_agree(got, truth) ? Verdict::kRight : Verdict::kWrong;
}

std::string explain(const Judged& j) {
  std::string why =
      fmt::format("{} {} fit {:.2f}px skew {} scale {} seal {:.2f};", to_text(j.interpretation.outcome),
                  to_text(j.reading.form), j.reading.quality.residual_px, j.reading.quality.skew_mdeg,
                  j.reading.quality.scale_permille, j.reading.seal_score);
  for (const auto reason : j.interpretation.reasons) why += fmt::format(" {}", to_text(reason));
  for (std::size_t i = 0; i < j.reading.candidates.size() && i < j.truth.candidates.size(); ++i) {
    const auto& got = j.reading.candidates[i];
    const auto& truth = j.truth.candidates[i];
    why += fmt::format(" | {} {}:{:.2f} ({} {})", got.id, to_text(got.shape), got.score, to_text(truth.mark),
                       to_text(truth.shape));
  }
  return why;
}

}  // namespace

Deck Deck::load(bool machine_marks, double dpi) {
  Deck deck;
  deck.election = must(election::load("config/examples/election.json"));
  forms::PrintOptions options;
  options.machine_marks = machine_marks;
  std::vector<forms::Template> templates;
  for (const auto& contest : deck.election.contests) {
    forms::PrintedBallot ballot = must(forms::compose_ballot(deck.election, contest, options));
    const imaging::Image blank = must(forms::draw_gray(ballot.layout.page, dpi));
    templates.push_back(ballot.form);
    deck.forges.push_back(std::make_unique<forge::BallotForge>(ballot.form, blank));
  }
  deck.reader = std::make_unique<reading::Reader>(must(reading::Reader::create(std::move(templates))));
  return deck;
}

Judged judge(const election::Election& election, const reading::Reader& reader, const forms::Template& form,
             const forge::SheetPlan& plan, const imaging::ImageView& picture) {
  Judged judged;
  judged.truth = forge::truth_of(plan, form);
  const bool acceptable =
      judged.truth.expected == forge::Expected::kClear || judged.truth.expected == forge::Expected::kEither;
  if (acceptable && table_asks_for_people(election, judged.truth))
    judged.truth.expected = forge::Expected::kMustReview;
  const std::string& pile = plan.pile.empty() ? form.contest : plan.pile;
  judged.reading = reader.read(picture, pile);
  judged.interpretation = counting::interpret(election, judged.reading, pile);
  judged.verdict = verdict_of(judged.interpretation, judged.truth);
  judged.why = explain(judged);
  return judged;
}

Judged judge(const Deck& deck, std::size_t contest, const forge::SheetPlan& plan) {
  const forge::BallotForge& maker = *deck.forges[contest];
  return judge(deck.election, *deck.reader, maker.form(), plan, maker.make(plan).view());
}

}  // namespace kiemphieu::golden

#include "tests/golden/tally_deck.h"

#include <cstdio>
#include <cstdlib>

#include "tally/forms/print.h"
#include "tally/forms/template.h"
#include "tests/unit/support/temp_folder.h"

namespace kiemphieu::golden {
namespace {

template <class T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "tally deck: %s\n", result.error().log_line().c_str());
  std::abort();
}

}  // namespace

TallyDeck make_tally_deck() {
  TallyDeck deck;
  deck.election = must(election::load("config/examples/election.json"));
  const election::Station& station = deck.election.stations.at(0);
  const test::TempFolder folder;
  if (const auto printed = forms::print_forms(deck.election, station, {}, folder.path()); !printed)
    std::abort();
  std::vector<std::string> contests;
  for (const auto& row : station.contests) contests.push_back(row.contest);
  deck.sheets = must(forms::load_tally_sheet_templates(folder.path(), contests, deck.election.digest));
  auto templates = must(forms::load_ballot_templates(folder.path(), contests, deck.election.digest));
  templates.insert(templates.end(), deck.sheets.begin(), deck.sheets.end());
  deck.reader = std::make_unique<reading::Reader>(must(reading::Reader::create(std::move(templates))));
  return deck;
}

JudgedTally judge_tally(const TallyDeck& deck, std::size_t contest_index, forge::PhysicsLevel level,
                        forge::Slip slip, std::uint64_t seed) {
  const forms::Template& form = deck.sheets.at(contest_index);
  const election::Contest& contest = *deck.election.find_contest(form.contest);
  const election::Station& station = deck.election.stations.at(0);
  forge::Rng rng{seed};
  JudgedTally judged;
  judged.plan = forge::any_tally_plan(contest.seats, static_cast<int>(contest.candidates.size()),
                                      static_cast<int>(station.voters(contest.id).value()), level, slip, rng);
  const imaging::Image page = forge::make_tally_sheet(form, judged.plan);
  judged.reading = deck.reader->read(page.view());
  judged.sheet = counting::judge_tally_sheet(deck.election, station, judged.reading);
  judged.returned = judged.sheet.outcome == election::Outcome::kReturned;
  judged.fields = static_cast<int>(form.fields.size());
  for (std::size_t i = 0; i < judged.sheet.figures.size(); ++i) {
    const counting::FigureResult& figure = judged.sheet.figures[i];
    const bool accepted = figure.outcome == election::Outcome::kAccepted;
    const bool slipped =
        slip != forge::Slip::kNone && slip != forge::Slip::kWrongSum && judged.plan.slip_field == i;
    const bool spoiled = slipped && slip != forge::Slip::kTooLarge;
    const bool too_large = slip == forge::Slip::kTooLarge && i == 0;
    judged.accepted += accepted ? 1 : 0;
    judged.review += accepted ? 0 : 1;
    if (accepted && (spoiled || too_large || figure.value != judged.plan.figures[i])) ++judged.wrong;
    if (figure.proposal && !spoiled) {
      ++judged.proposals;
      judged.wrong_proposals += *figure.proposal == judged.plan.figures[i] ? 0 : 1;
    }
  }
  // A sheet whose sums do not hold is never accepted as a whole.
  if (slip != forge::Slip::kNone && judged.sheet.outcome == election::Outcome::kAccepted) ++judged.wrong;
  return judged;
}

}  // namespace kiemphieu::golden

#include "tests/accuracy/chunk.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "config/base/check.h"
#include "tests/accuracy/pictures.h"

namespace kiemphieu::accuracy {
namespace {

using election::Outcome;
using forge::Expected;
using forge::Population;
using golden::Judged;
using golden::Verdict;

struct Choice {
  Population population;
  std::size_t contest, shop;
  int dpi;
};

Choice choose(const Press& press, const Draw& draw, int number) {
  forge::Rng rng = forge::Rng{draw.seed}.fork(static_cast<std::uint64_t>(number) + 1);
  const int tenth = number % 10;
  const Population mixed = tenth < 3 ? Population::kClean : tenth < 7 ? Population::kWear : Population::kHard;
  Choice choice{draw.only.value_or(mixed), 0, 0, 200};
  choice.contest = static_cast<std::size_t>(rng.below(static_cast<int>(press.election().contests.size())));
  choice.shop = static_cast<std::size_t>(rng.below(static_cast<int>(forge::print_jobs().size())));
  // The last ones are copies of a print: no clean ballots.
  while (choice.population == Population::kClean && forge::print_jobs()[choice.shop].photocopy) --choice.shop;
  if (choice.population == Population::kHard && rng.chance(0.1)) {
    choice.dpi = 300;
    choice.shop = choice.shop % 2 == 0 ? 0 : 4;  // a second set of plates: for two shops only
  }
  return choice;
}

std::string scan_text(const Pile& pile, const forge::Scanner& scanner) {
  const double dpi = scanner.dpi > 0 ? scanner.dpi : pile.dpi;
  return fmt::format("{} {} dpi {}", scanner.gray ? "gray" : "colour", dpi,
                     scanner.raw ? std::string("frame")
                                 : fmt::format("JPEG {}-{}", scanner.jpeg_quality / 20 * 20,
                                               scanner.jpeg_quality / 20 * 20 + 19));
}

std::string_view seal_text(const forge::Seal& seal) {
  using forge::SealKind;
  switch (seal.kind) {
    case SealKind::kViolet:
      return "violet";
    case SealKind::kPhotocopy:
      return "copied";
    case SealKind::kAbsent:
      return "absent";
    case SealKind::kRed:
      break;
  }
  switch (forge::look_of(seal)) {
    case forge::SealLook::kGood:
      return "red, good";
    case forge::SealLook::kArguable:
      return "red, weak or beside its place";
    default:
      return "red, doubtful";
  }
}

/// What the sheet went through, one row each; "none" when nothing.
std::vector<std::string> damages(const forge::SheetPlan& plan) {
  std::vector<std::string> found;
  const auto add = [&](bool present, const char* text) {
    if (present) found.emplace_back(text);
  };
  add(!plan.paper.creases.empty(), "crease");
  add(plan.paper.dog_ear.has_value(), "dog-ear");
  add(plan.paper.torn_corner.has_value(), "torn corner");
  add(plan.paper.stain.has_value(), "stain");
  add(plan.paper.punch_holes > 0, "punch holes");
  add(plan.paper.specks > 0, "dirt");
  add(plan.paper.show_through > 0, "show-through");
  add(plan.print.toner < 0.7 || plan.print.patchy > 0.1, "worn toner");
  add(plan.scanner.streak.has_value(), "streak");
  add(plan.scanner.wobble_mm > 0, "speed wobble");
  add(std::abs(plan.scanner.skew_deg) > 2, "skew over 2 degrees");
  add(plan.scanner.upside_down, "upside down");
  if (found.empty()) found.emplace_back("none");
  return found;
}

std::string_view extra_text(const forge::SheetPlan& plan) {
  return plan.extras.empty() ? "none" : forge::to_text(plan.extras.front());
}

Counts counts_of(const Judged& judged) {
  const bool clear = judged.truth.expected == Expected::kClear;
  const bool accepted = judged.interpretation.outcome == Outcome::kAccepted;
  return {1, clear ? 1U : 0U, clear && !accepted ? 1U : 0U, accepted ? 1U : 0U,
          judged.verdict == Verdict::kWrong ? 1U : 0U};
}

void add_sheet(const Pile& pile, const forge::SheetPlan& plan, const Judged& judged, Tally& tally) {
  const Counts counts = counts_of(judged);
  const std::string population(to_text(pile.population));
  tally.add("sheets", population, counts);
  tally.add("expected", std::string(to_text(judged.truth.expected)), counts);
  tally.add("print", std::string(forge::print_jobs()[pile.shop].name), counts);
  tally.add("scan", scan_text(pile, plan.scanner), counts);
  tally.add("seal", std::string(seal_text(plan.seal)), counts);
  tally.add("added", std::string(extra_text(plan)), counts);
  tally.add("kind", plan.pile.empty() ? std::string(to_text(plan.kind)) : "ballot in another contest's pile",
            counts);
  for (std::string& damage : damages(plan)) tally.add("damage", std::move(damage), counts);
  if (counts.asked == 0) return;
  std::string reasons;
  for (const election::Reason reason : judged.interpretation.reasons)
    reasons += (reasons.empty() ? "" : ", ") + std::string(to_text(reason));
  if (judged.interpretation.outcome == Outcome::kReturned) reasons = "handed back: " + reasons;
  tally.add("asked " + population, reasons, counts);
}

/// A line is asked about when reading or the rule table leaves it to people.
void add_lines(const Press& press, const Pile& pile, const forge::SheetPlan& plan, const Judged& judged,
               Tally& tally) {
  const bool accepted = judged.interpretation.outcome == Outcome::kAccepted;
  for (std::size_t i = 0; i < judged.truth.candidates.size(); ++i) {
    const forge::CandidateTruth& truth = judged.truth.candidates[i];
    const auto& seen = judged.interpretation.candidates;
    const bool read = i < seen.size();
    const bool asked = !read || seen[i].mark == election::Mark::kDoubtful ||
                       press.election().rules.rule_for(seen[i].shape).review;
    const bool clear = truth.certainty == forge::Certainty::kSure;
    const bool wrong =
        accepted && (!read || seen[i].mark != truth.mark || truth.certainty == forge::Certainty::kPeople);
    const Counts counts{1, clear ? 1U : 0U, clear && asked ? 1U : 0U, accepted ? 1U : 0U, wrong ? 1U : 0U};
    const auto& mark = plan.marks[i];
    tally.add("lines", std::string(to_text(pile.population)), counts);
    tally.add("stroke", mark ? std::string(forge::to_text(mark->style)) : "none", counts);
    if (mark) tally.add("pen", std::string(plan.pen.name), counts);
  }
}

Remark remark_of(int chunk, int sheet, const Pile& pile, const Judged& judged) {
  std::string kind = "wrong";
  if (judged.verdict != Verdict::kWrong)
    kind =
        std::string(to_text(pile.population)) + " " +
        (judged.interpretation.reasons.empty() ? std::string("unnamed")
                                               : std::string(to_text(judged.interpretation.reasons.front())));
  std::string truth(to_text(judged.truth.expected));
  for (const election::Reason reason : judged.truth.reasons) truth += fmt::format(" {}", to_text(reason));
  const forge::SheetPlan& plan = pile.plans.at(static_cast<std::size_t>(sheet));
  for (std::size_t i = 0; i < plan.marks.size(); ++i)
    if (plan.marks[i] && forge::certainty_of(plan.marks[i]->style) == forge::Certainty::kPeople)
      truth += fmt::format(" ({} {})", judged.truth.candidates.empty() ? "" : judged.truth.candidates[i].id,
                           forge::to_text(plan.marks[i]->style));
  return {chunk, sheet, kind,
          fmt::format("{} {} {}; truth {}; {}", to_text(pile.population), forge::print_jobs()[pile.shop].name,
                      judged.truth.contest, truth, judged.why)};
}

}  // namespace

Pile pile_of_chunk(Press& press, const Draw& draw, int number) {
  const Choice choice = choose(press, draw, number);
  Pile pile{choice.population, choice.contest, choice.shop, {}, choice.dpi, {}};
  while (press.shop(pile.shop, pile.dpi) == nullptr) {
    pile.refused.push_back(pile.shop);
    KP_CHECK(pile.refused.size() < forge::print_jobs().size());
    pile.shop = (pile.shop + 1) % forge::print_jobs().size();
  }
  const auto& contests = press.election().contests;
  const forge::BallotForge& maker = *press.shop(pile.shop, pile.dpi)->forges[choice.contest];
  pile.plans = forge::pile_of(choice.population, maker.form(), contests[choice.contest].paper.rgb,
                              contests[(choice.contest + 1) % contests.size()].id, kSheetsPerChunk,
                              forge::Rng{draw.seed}.fork(~static_cast<std::uint64_t>(number)).next());
  return pile;
}

int lines_of_chunk(const Press& press, const Draw& draw, int number) {
  const Choice choice = choose(press, draw, number);
  return kSheetsPerChunk * static_cast<int>(press.election().contests[choice.contest].candidates.size());
}

Replay replay(Press& press, const Pile& pile, int sheet) {
  const Shop& shop = *press.shop(pile.shop, pile.dpi);
  const forge::BallotForge& maker = *shop.forges[pile.contest];
  Replay made;
  made.plan = pile.plans.at(static_cast<std::size_t>(sheet));
  made.picture = forge::through_file(maker.make(made.plan), made.plan.scanner);
  made.judged = golden::judge(press.election(), *shop.reader, maker.form(), made.plan, made.picture.view());
  return made;
}

ChunkResult run_chunk(Press& press, const Draw& draw, int number, const std::string& save) {
  ChunkResult result;
  result.number = number;
  const Pile pile = pile_of_chunk(press, draw, number);
  for (const std::size_t shop : pile.refused)
    result.tally.add("refused", std::string(forge::print_jobs()[shop].name), {1, 0, 0, 0, 0});
  for (int sheet = 0; sheet < kSheetsPerChunk; ++sheet) {
    const auto start = std::chrono::steady_clock::now();
    const Replay made = replay(press, pile, sheet);
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    const auto read = static_cast<std::uint64_t>(made.judged.reading.timing.register_us +
                                                 made.judged.reading.timing.read_us);
    result.read_us += read;
    result.forge_us += static_cast<std::uint64_t>(took.count()) - read;
    add_sheet(pile, made.plan, made.judged, result.tally);
    add_lines(press, pile, made.plan, made.judged, result.tally);
    const bool wrong = made.judged.verdict == Verdict::kWrong;
    if (wrong || counts_of(made.judged).asked > 0)
      result.remarks.push_back(remark_of(number, sheet, pile, made.judged));
    if (wrong && !save.empty()) save_scan(made.picture, fmt::format("{}/{}-{}.png", save, number, sheet));
  }
  return result;
}

}  // namespace kiemphieu::accuracy

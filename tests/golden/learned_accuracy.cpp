// learned-accuracy: how the reader that learns from examples does alone on
// forged sheets, whose hands and pens are not those it was trained on, and how
// often the two readers disagree.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "tally/reading/overlay.h"
#include "tests/golden/deck.h"

namespace {

using namespace kiemphieu;
using reading::SecondView;

enum class Truth : std::uint8_t { kClean, kStruck, kOther };

struct Cell {
  int lines = 0, kept = 0, struck = 0, unsure = 0, disagree = 0;
};

struct Options {
  int ballots = 600, repeats = 2;
  std::uint64_t seed = 2026;
  std::string save, level = "all";
  bool verbose = false, lines = false;
};

constexpr std::array kLevels{std::pair{"plain", forge::PhysicsLevel::kPlain},
                             std::pair{"office", forge::PhysicsLevel::kOffice},
                             std::pair{"rough", forge::PhysicsLevel::kRough}};
constexpr std::array kTruths{"clean", "struck", "other"};

/// Of one name; nothing when it is not known on which of its lines the mark is.
std::optional<Truth> truth_of(const std::optional<forge::Stroke>& mark) {
  if (!mark) return Truth::kClean;
  if (mark->style == forge::StrokeStyle::kOneOfTwoLines) return std::nullopt;
  const bool struck = forge::certainty_of(mark->style) == forge::Certainty::kSure &&
                      forge::meaning_of(mark->style) == election::Mark::kStruck;
  return struck ? Truth::kStruck : Truth::kOther;
}

class Run {
 public:
  Run(const golden::Deck& deck, const Options& options) : deck_(deck), options_(options) {}

  void sheet(const std::string& group, std::size_t contest, const forge::SheetPlan& plan) {
    const golden::Judged judged = golden::judge(deck_, contest, plan);
    const auto& candidates = judged.reading.candidates;
    ++sheets_;
    bool disagree = false;
    std::string odd;
    for (std::size_t i = 0; i < candidates.size() && i < plan.marks.size(); ++i) {
      const auto truth = truth_of(plan.marks[i]);
      const auto& lines = candidates[i].lines;
      if (!truth || (lines.size() > 1 && *truth == Truth::kOther)) continue;
      for (const auto& line : lines) {
        const bool wrong = (*truth == Truth::kClean && line.second.view == SecondView::kStruck) ||
                           (*truth == Truth::kStruck && line.second.view == SecondView::kKept);
        add(cells_[{group, kTruths[static_cast<std::size_t>(*truth)]}], line.second);
        wrong_ += wrong ? 1 : 0;
        if (options_.lines)
          fmt::print("{}\t{}\t{}\t{}\t{}\n", group, plan.marks[i] ? to_text(plan.marks[i]->style) : "none",
                     plan.pen.name, line.second.kept_permille, line.second.struck_permille);
        disagree = disagree || !line.second.agrees;
        if (wrong || !line.second.agrees)
          odd += fmt::format(" | {} {} {}/{} shape {} score {:.2f}", candidates[i].id,
                             wrong ? "WRONG" : "disagree", line.second.kept_permille,
                             line.second.struck_permille, to_text(candidates[i].shape), candidates[i].score);
      }
    }
    // A clear sheet that no other reason than the second reader keeps from being accepted.
    const auto& reasons = judged.interpretation.reasons;
    const bool added =
        disagree && judged.truth.expected == forge::Expected::kClear &&
        std::ranges::all_of(reasons, [](auto r) { return r == election::Reason::kReadersDisagree; });
    added_[group] += added ? 1 : 0;
    if (options_.verbose && !odd.empty()) fmt::print(stderr, "{} {} #{}{}\n", group, contest, sheets_, odd);
    if (!options_.save.empty() && !odd.empty())
      save(contest, plan, judged, fmt::format("{}/{}-{}.png", options_.save, group, sheets_));
  }

  void print() const {
    fmt::print(
        "| sheets | name line | lines | kept | struck | unsure | readers disagree |\n"
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (const auto& [key, c] : cells_)
      fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", key.first, key.second, c.lines, c.kept, c.struck,
                 c.unsure, c.disagree);
    fmt::print("\nSurely wrong (clean taken for struck or struck for clean): {} on {} sheets\n", wrong_,
               sheets_);
    for (const auto& [group, count] : added_)
      fmt::print("Clear sheets of \"{}\" that go to people for the second reader alone: {}\n", group, count);
  }

 private:
  static void add(Cell& cell, const reading::SecondOpinion& second) {
    ++cell.lines;
    cell.kept += second.view == SecondView::kKept ? 1 : 0;
    cell.struck += second.view == SecondView::kStruck ? 1 : 0;
    cell.unsure += second.view == SecondView::kUnsure ? 1 : 0;
    cell.disagree += second.agrees ? 0 : 1;
  }
  void save(std::size_t contest, const forge::SheetPlan& plan, const golden::Judged& judged,
            const std::string& path) const {
    const imaging::Image page = deck_.forges[contest]->make(plan);
    const auto png = imaging::encode_png(reading::draw_reading(page.view(), judged.reading).view());
    if (!png) return;
    std::ofstream out(path, std::ios::binary);
    for (const auto byte : *png) out.put(static_cast<char>(byte));
  }

  const golden::Deck& deck_;
  const Options& options_;
  std::map<std::pair<std::string, std::string>, Cell> cells_;
  std::map<std::string, int> added_;
  int sheets_ = 0, wrong_ = 0;
};

void run_all(const golden::Deck& deck, const Options& options, Run& run) {
  for (const auto& [name, level] : kLevels) {
    if (options.level != "all" && options.level != name) continue;
    for (std::size_t contest = 0; contest < deck.forges.size(); ++contest) {
      const auto& form = deck.forges[contest]->form();
      const auto& paper = deck.election.contests[contest].paper.rgb;
      for (const auto& plan : forge::electorate(form, paper, options.ballots / 9, options.seed, level))
        run.sheet(std::string("electorate ") + name, contest, plan);
      if (level == forge::PhysicsLevel::kRough) continue;
      for (const auto& situation : forge::situations())
        for (int i = 0; i < options.repeats; ++i)
          run.sheet(
              "situations", contest,
              forge::plan_situation(situation, form, paper,
                                    options.seed + static_cast<std::uint64_t>(1000 * i) + contest, level));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"How well the reader that learns from examples reads forged ballots"};
  app.add_option("--ballots", options.ballots, "of the electorates, all levels and contests together");
  app.add_option("--repeats", options.repeats, "sheets a situation, contest and level");
  app.add_option("--seed", options.seed);
  app.add_option("--save", options.save, "folder for pictures of sheets on which the readers disagree");
  app.add_option("--level", options.level, "plain, office, rough or all");
  app.add_flag("-v,--verbose", options.verbose);
  app.add_flag("--lines", options.lines, "each name line's numbers, tab-separated");
  CLI11_PARSE(app, argc, argv);
  const golden::Deck deck = golden::Deck::load();
  Run run(deck, options);
  run_all(deck, options, run);
  run.print();
  return 0;
}

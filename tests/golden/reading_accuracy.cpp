// reading-accuracy: forges ballots by situation and as whole electorates, reads
// them, and prints how many were right, sent to review, or silently wrong.
// Exit 1 when one was silently wrong.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "tally/reading/overlay.h"
#include "tests/golden/deck.h"

namespace {

using namespace kiemphieu;

struct Tally {
  int sheets = 0, clear = 0, clear_right = 0, clear_returned = 0, right = 0, review = 0, returned = 0,
      wrong = 0;
  double ms = 0;
};

struct Options {
  int ballots = 600, repeats = 3;
  std::uint64_t seed = 2026;
  std::string save, only, level = "all";
  bool verbose = false, machine_marks = false;
};

void save_sheet(const golden::Deck& deck, std::size_t contest, const forge::SheetPlan& plan,
                const golden::Judged& judged, const std::string& path) {
  const imaging::Image page = deck.forges[contest]->make(plan);
  const auto png = imaging::encode_png(reading::draw_reading(page.view(), judged.reading).view());
  if (!png) return;
  std::ofstream out(path, std::ios::binary);
  for (const auto byte : *png) out.put(static_cast<char>(byte));
}

void add(Tally& tally, const golden::Judged& judged) {
  ++tally.sheets;
  const bool clear = judged.truth.expected == forge::Expected::kClear;
  tally.clear += clear ? 1 : 0;
  tally.ms += static_cast<double>(judged.reading.timing.register_us + judged.reading.timing.read_us) / 1000;
  switch (judged.verdict) {
    case golden::Verdict::kRight:
      ++tally.right, tally.clear_right += clear ? 1 : 0;
      break;
    case golden::Verdict::kReview:
      ++tally.review;
      break;
    case golden::Verdict::kReturned:
      ++tally.returned, tally.clear_returned += clear ? 1 : 0;
      break;
    case golden::Verdict::kWrong:
      ++tally.wrong;
      break;
  }
}

class Run {
 public:
  Run(const golden::Deck& deck, const Options& options) : deck_(deck), options_(options) {}

  void sheet(const std::string& group, std::size_t contest, const forge::SheetPlan& plan, int number) {
    const golden::Judged judged = golden::judge(deck_, contest, plan);
    add(tallies_[group], judged);
    add(total_, judged);
    const bool wrong = judged.verdict == golden::Verdict::kWrong;
    const bool missed =
        judged.truth.expected == forge::Expected::kClear && judged.verdict != golden::Verdict::kRight;
    if (wrong || (options_.verbose && missed))
      fmt::print(stderr, "{} {} {}#{}: {}\n", wrong ? "WRONG" : "missed", group, contest, number, judged.why);
    if (!options_.save.empty() && (wrong || missed || options_.verbose))
      save_sheet(
          deck_, contest, plan, judged,
          fmt::format("{}/{}-{}-{}{}.png", options_.save, group, contest, number, wrong ? "-WRONG" : ""));
  }

  void print() const {
    fmt::print(
        "| situation | sheets | clear | clear accepted | right | review | handed back | silently wrong | ms "
        "|\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (const auto& [name, tally] : tallies_) row(name, tally);
    row("**all**", total_);
  }
  int wrong() const { return total_.wrong; }

 private:
  static void row(const std::string& name, const Tally& t) {
    const std::string share =
        t.clear > 0 ? fmt::format("{:.1f} %", 100.0 * t.clear_right / t.clear) : std::string("–");
    fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {:.1f} |\n", name, t.sheets, t.clear, share,
               t.right, t.review, t.returned, t.wrong, t.ms / std::max(1, t.sheets));
  }
  const golden::Deck& deck_;
  const Options& options_;
  std::map<std::string, Tally> tallies_;
  Tally total_;
};

constexpr std::array kLevels{std::pair{"plain", forge::PhysicsLevel::kPlain},
                             std::pair{"office", forge::PhysicsLevel::kOffice},
                             std::pair{"rough", forge::PhysicsLevel::kRough}};

void run_situations(const golden::Deck& deck, const Options& options, Run& run) {
  for (const auto& situation : forge::situations()) {
    const std::string name(situation.name);
    if (!options.only.empty() && name != options.only) continue;
    for (std::size_t contest = 0; contest < deck.forges.size(); ++contest)
      for (int i = 0; i < options.repeats; ++i)
        for (const auto& [level_name, level] : kLevels) {
          if (level == forge::PhysicsLevel::kRough || (options.level != "all" && options.level != level_name))
            continue;
          const auto seed = options.seed + static_cast<std::uint64_t>(1000 * i) + contest;
          run.sheet("situation " + name, contest,
                    forge::plan_situation(situation, deck.forges[contest]->form(),
                                          deck.election.contests[contest].paper.rgb, seed, level),
                    i);
        }
  }
}

void run_electorates(const golden::Deck& deck, const Options& options, Run& run) {
  if (!options.only.empty()) return;
  for (const auto& [name, level] : kLevels) {
    if (options.level != "all" && options.level != name) continue;
    for (std::size_t contest = 0; contest < deck.forges.size(); ++contest) {
      int number = 0;
      for (const auto& plan :
           forge::electorate(deck.forges[contest]->form(), deck.election.contests[contest].paper.rgb,
                             options.ballots / 9, options.seed, level))
        run.sheet(std::string("electorate ") + name, contest, plan, number++);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"How well the reader reads forged ballots"};
  app.add_option("--ballots", options.ballots,
                 "ballots of the electorates, all levels and contests together");
  app.add_option("--repeats", options.repeats, "sheets a situation, contest and level");
  app.add_option("--seed", options.seed);
  app.add_option("--save", options.save, "folder for pictures of the sheets that were missed");
  app.add_option("--only", options.only, "one situation");
  app.add_option("--level", options.level, "plain, office, rough or all");
  app.add_flag("--machine-marks", options.machine_marks);
  app.add_flag("-v,--verbose", options.verbose);
  CLI11_PARSE(app, argc, argv);
  const golden::Deck deck = golden::Deck::load(options.machine_marks);
  Run run(deck, options);
  run_situations(deck, options, run);
  run_electorates(deck, options, run);
  run.print();
  return run.wrong() > 0 ? 1 : 0;
}

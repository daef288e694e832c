// learned-accuracy: what the second reader says on forged sheets, whose hands, pens
// and papers are not those it was trained on, and what its word is worth: how often
// it objects to a right reading of the first reader, and how often to a wrong one.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <opencv2/core/utility.hpp>

#include "tests/accuracy/bounds.h"
#include "tests/accuracy/chunk.h"
#include "tests/accuracy/pictures.h"

namespace {

using namespace kiemphieu;
using election::Mark;
using forge::Certainty;
using reading::SecondView;

struct Options {
  std::uint64_t positions = 20'000, seed = 1;
  std::string population = "all", save;
  bool list = false, lines = false;
};

/// What the names of one kind of mark came to.
struct Cell {
  int names = 0, kept = 0, struck = 0, unsure = 0;
  int needless = 0;  ///< objected to although the first reader was right
  int saved = 0;     ///< objected to, and the first reader was wrong
  int passed = 0;    ///< the first reader was wrong and sure, nobody objected, the sheet was accepted
};

struct Sheets {
  int all = 0, clear = 0, needless = 0;  ///< of the clear: with an objection
};

/// What the first reader had said before the second one was asked. Nothing: it was not sure.
std::optional<Mark> first_said(const reading::CandidateReading& name, bool objected) {
  using election::MarkShape;
  if (objected)  // only a sure reading is objected to, and it keeps its shape
    return name.shape == MarkShape::kNone || name.shape == MarkShape::kPartial ? Mark::kKept : Mark::kStruck;
  if (name.score <= 0.15) return Mark::kKept;
  if (name.score >= 0.85) return Mark::kStruck;
  return std::nullopt;
}

/// Of a name on two lines the less sure line speaks.
SecondView view_of(const reading::CandidateReading& name) {
  SecondView view = name.lines.front().second.view;
  for (const auto& line : name.lines)
    if (line.second.view != view) view = SecondView::kUnsure;
  return view;
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options), draw_{options.seed, forge::population_from(options.population)} {}

  void run() {
    int chunks = 0;
    for (std::uint64_t lines = 0; lines < options_.positions; ++chunks)
      lines += static_cast<std::uint64_t>(accuracy::lines_of_chunk(press_, draw_, chunks));
    std::atomic<int> next{0};
    const auto work = [&] {
      for (int number = next++; number < chunks; number = next++) chunk(number);
    };
    std::thread other(work);
    work();
    other.join();
  }

  void print() const {
    fmt::print(
        "| sheets | mark on the name | names | kept | struck | unsure | objects, first right | objects, first "
        "wrong | first wrong, unopposed |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    std::map<std::string, Cell> sums;
    for (const auto& [key, c] : cells_) {
      print_row(key.first, key.second, c);
      Cell& sum = sums[key.first];
      sum.names += c.names, sum.kept += c.kept, sum.struck += c.struck, sum.unsure += c.unsure;
      sum.needless += c.needless, sum.saved += c.saved, sum.passed += c.passed;
    }
    for (const auto& [population, sum] : sums) print_row(population, "**all**", sum);
    fmt::print(
        "\n| sheets | all | clear | of these with an objection | share | at most (95 %) |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (const auto& [population, s] : sheets_) {
      const double bound = accuracy::upper_bound_95(static_cast<std::uint64_t>(s.needless),
                                                    static_cast<std::uint64_t>(s.clear));
      fmt::print("| {} | {} | {} | {} | {:.2f} % | {:.2f} % |\n", population, s.all, s.clear, s.needless,
                 100.0 * s.needless / std::max(1, s.clear), 100 * bound);
    }
  }

 private:
  static void print_row(const std::string& population, const std::string& mark, const Cell& c) {
    fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", population, mark, c.names, c.kept, c.struck,
               c.unsure, c.needless, c.saved, c.passed);
  }

  void chunk(int number) {
    const accuracy::Pile pile = accuracy::pile_of_chunk(press_, draw_, number);
    for (int sheet = 0; sheet < accuracy::kSheetsPerChunk; ++sheet) {
      const accuracy::Replay made = accuracy::replay(press_, pile, sheet);
      const std::lock_guard lock{mutex_};
      add(std::string(to_text(pile.population)), fmt::format("{}:{}", number, sheet), made);
    }
  }

  void add(const std::string& population, const std::string& place, const accuracy::Replay& made) {
    const auto& judged = made.judged;
    bool objected = false;
    const auto& names = judged.reading.candidates;
    for (std::size_t i = 0; i < names.size() && i < judged.truth.candidates.size(); ++i)
      objected = add_name(population, place, made, i) || objected;
    Sheets& sheets = sheets_[population];
    ++sheets.all;
    if (judged.truth.expected != forge::Expected::kClear) return;
    ++sheets.clear;
    sheets.needless += objected ? 1 : 0;
  }

  /// True when the second reader objected.
  bool add_name(const std::string& population, const std::string& place, const accuracy::Replay& made,
                std::size_t i) {
    const auto& name = made.judged.reading.candidates[i];
    const auto& truth = made.judged.truth.candidates[i];
    const auto& mark = made.plan.marks[i];
    const bool objected = std::ranges::any_of(name.lines, [](const auto& l) { return !l.second.agrees; });
    const std::optional<Mark> first = first_said(name, objected);
    // A strike that was taken back is a strike to both readers; that it was is somebody else's finding.
    const bool right =
        first && *first == truth.mark && (truth.certainty != Certainty::kPeople || *first == Mark::kStruck);
    const bool accepted = made.judged.interpretation.outcome == election::Outcome::kAccepted;
    const std::string style = mark ? std::string(forge::to_text(mark->style)) : "none";
    const SecondView view = view_of(name);
    Cell& cell = cells_[{population, style}];
    ++cell.names;
    ++(view == SecondView::kKept ? cell.kept : view == SecondView::kStruck ? cell.struck : cell.unsure);
    if (objected) ++(right ? cell.needless : cell.saved);
    const bool passed = first && !right && !objected && accepted;
    cell.passed += passed ? 1 : 0;
    if (options_.lines)
      for (const auto& line : name.lines)
        fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{:.2f}\t{}\t{}\n", population, place, name.id, style,
                   line.second.kept_permille, line.second.struck_permille, name.score, to_text(name.shape),
                   to_text(line.second.view));
    if (options_.list && (objected || passed)) list(population, place, made, i, right);
    if (!options_.save.empty() && (objected || passed))
      accuracy::save_annotated(made, options_.save + "/" + population + "-" + place + ".png");
    return objected;
  }

  static void list(const std::string& population, const std::string& place, const accuracy::Replay& made,
                   std::size_t i, bool right) {
    const auto& name = made.judged.reading.candidates[i];
    const auto& mark = made.plan.marks[i];
    std::string second;
    for (const auto& line : name.lines)
      second += fmt::format(" {}/{}{}", line.second.kept_permille, line.second.struck_permille,
                            line.second.agrees ? "" : "!");
    fmt::print("{} {} {} {} pen {} shape {} score {:.2f} second{} first {}\n", population, place, name.id,
               mark ? forge::to_text(mark->style) : "none", made.plan.pen.name, to_text(name.shape), name.score,
               second, right ? "right" : "wrong");
  }

  Options options_;
  accuracy::Draw draw_;
  accuracy::Press press_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Cell> cells_;
  std::map<std::string, Sheets> sheets_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"What the reader that learns from examples says of forged ballots, and what that is worth"};
  app.add_option("--positions", options.positions, "Name lines to read")->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of everything")->capture_default_str();
  app.add_option("--population", options.population, "clean, wear, hard, or all three as 3 : 4 : 3")
      ->check(CLI::IsMember({"all", "clean", "wear", "hard"}));
  app.add_flag("--list", options.list, "Each name that it objects to, or that both read wrong");
  app.add_flag("--lines", options.lines, "Each name line's numbers, tab-separated");
  app.add_option("--save", options.save, "Folder for pictures of those sheets");
  CLI11_PARSE(app, argc, argv);
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  cv::setNumThreads(1);
  Run run(options);
  run.run();
  run.print();
  return 0;
}

// tally-accuracy: forges tally sheets, reads them, and prints what was accepted,
// reviewed and silently wrong, how single digits were taken, and what a stricter
// threshold would change. Exit 1 when a figure was silently wrong.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "tests/golden/tally_deck.h"

namespace {

using namespace kiemphieu;

struct Row {
  int sheets = 0, whole = 0, returned = 0, fields = 0, accepted = 0, wrong = 0, proposals = 0,
      wrong_proposals = 0;
  void add(const golden::JudgedTally& judged) {
    ++sheets;
    whole += judged.sheet.outcome == election::Outcome::kAccepted ? 1 : 0;
    returned += judged.returned ? 1 : 0;
    fields += judged.fields, accepted += judged.accepted, wrong += judged.wrong;
    proposals += judged.proposals, wrong_proposals += judged.wrong_proposals;
  }
};

/// Digits by themselves: what was written in a box and what the model said.
struct Digits {
  std::array<std::array<int, 12>, 10> taken{};  ///< truth; answer, 10 no digit, 11 blank
  std::array<std::pair<int, int>, 7> curve{};   ///< by threshold: refused, wrong
  int all = 0;
  static constexpr std::array<int, 7> kSure = {0, 5000, 9000, 9500, 9900, 9990, 9999};

  void add(const golden::JudgedTally& judged) {
    for (std::size_t i = 0; i < judged.reading.fields.size(); ++i) {
      const auto& boxes = judged.reading.fields[i].boxes;
      std::string text = std::to_string(judged.plan.figures[i]);
      if (judged.plan.zeros_in_front) text.insert(0, boxes.size() - std::min(boxes.size(), text.size()), '0');
      const std::size_t first =
          judged.plan.left_aligned ? 0 : boxes.size() - std::min(boxes.size(), text.size());
      for (std::size_t k = 0; k < text.size(); ++k) add(text[k] - '0', boxes[first + k]);
    }
  }
  void add(int truth, const reading::DigitReading& box) {
    ++all;
    const int answer = box.blank || box.best[0].sure == 0 ? 11 : box.best[0].digit;
    ++taken[static_cast<std::size_t>(truth)][static_cast<std::size_t>(answer)];
    for (std::size_t t = 0; t < kSure.size(); ++t) {
      const bool refused = !box.blank && (box.doubtful || answer >= 10 || box.best[0].sure < kSure[t]);
      curve[t].first += refused ? 1 : 0;
      curve[t].second += !refused && answer != truth ? 1 : 0;
    }
  }
  void print() const {
    fmt::print("\n| written | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | no digit | blank |\n| --- |");
    for (int i = 0; i < 12; ++i) fmt::print(" ---: |");
    fmt::print("\n");
    for (std::size_t d = 0; d < 10; ++d) {
      fmt::print("| {} |", d);
      for (const int count : taken[d]) fmt::print(" {} |", count);
      fmt::print("\n");
    }
    fmt::print("\n| a digit counts from | refused | wrong of the rest |\n| ---: | ---: | ---: |\n");
    for (std::size_t t = 0; t < kSure.size(); ++t)
      fmt::print("| {:.4f} | {:.3f} % | {} of {} |\n", kSure[t] / 10000.0,
                 100.0 * curve[t].first / std::max(1, all), curve[t].second, all - curve[t].first);
  }
};

void print_row(const std::string& name, const Row& row) {
  fmt::print("| {} | {} | {:.1f} % | {} | {} | {:.2f} % | {} | {} | {} |\n", name, row.sheets,
             100.0 * row.whole / std::max(1, row.sheets), row.returned, row.fields,
             100.0 * (row.fields - row.accepted) / std::max(1, row.fields), row.wrong, row.proposals,
             row.wrong_proposals);
}

void save(const std::string& path, const golden::TallyDeck& deck, std::size_t contest,
          const golden::JudgedTally& judged) {
  const auto image = forge::make_tally_sheet(deck.sheets[contest], judged.plan);
  const auto png = imaging::encode_png(image.view());
  if (!png) return;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(png->data()), static_cast<std::streamsize>(png->size()));
}

void tell(std::uint64_t seed, const golden::JudgedTally& judged) {
  for (std::size_t i = 0; i < judged.sheet.figures.size(); ++i) {
    const auto& figure = judged.sheet.figures[i];
    if (figure.doubt == counting::FigureDoubt::kNone && figure.value == judged.plan.figures[i]) continue;
    if (figure.doubt == counting::FigureDoubt::kUnconfirmed) continue;
    fmt::print(stderr, "{} {}: wrote {}, {} {} {}", seed, figure.id, judged.plan.figures[i],
               figure.value.value_or(-1), to_text(figure.doubt), figure.sure);
    for (const auto& box : judged.reading.fields[i].boxes)
      fmt::print(stderr, " [{}{}{}:{} {}:{}]", box.blank ? "_" : "", box.doubtful ? "?" : "",
                 box.best[0].digit, box.best[0].sure, box.best[1].digit, box.best[1].sure);
    fmt::print(stderr, "\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  int sheets = 300;
  std::uint64_t seed = 1;
  std::string folder;
  bool verbose = false;
  CLI::App app{"Measures the reading of tally sheets"};
  app.add_option("--sheets", sheets, "a scan condition");
  app.add_option("--seed", seed);
  app.add_option("--save", folder, "folder for pictures of silent errors and of sheets not known; with -v of all that were reviewed");
  app.add_flag("-v", verbose);
  CLI11_PARSE(app, argc, argv);
  const golden::TallyDeck deck = golden::make_tally_deck();
  constexpr const char* kLevels[] = {"plain", "office", "rough"};
  constexpr const char* kSlips[] = {"right",        "wrong sum", "crossed out",
                                    "written over", "too large", "left empty"};
  Digits digits;
  int wrong = 0;
  double read_ms = 0;
  int read = 0;
  fmt::print(
      "| sheets | number | wholly accepted | handed back | figures | to people | silently wrong | proposed | "
      "of these wrong |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (int group = 0; group < 3 + forge::kSlipCount - 1; ++group) {
    const auto slip = static_cast<forge::Slip>(std::max(0, group - 2));
    const auto level = static_cast<forge::PhysicsLevel>(group < 3 ? group : 1);
    Row row;
    for (int i = 0; i < (group < 3 ? sheets : sheets / 4); ++i) {
      const std::uint64_t one = seed * 1000003 + static_cast<std::uint64_t>(group * 100000 + i);
      const std::size_t contest = static_cast<std::size_t>(i % 3);
      const golden::JudgedTally judged = golden::judge_tally(deck, contest, level, slip, one);
      row.add(judged);
      if (slip == forge::Slip::kNone) digits.add(judged);
      read_ms +=
          static_cast<double>(judged.reading.timing.register_us + judged.reading.timing.read_us) / 1000,
          ++read;
      if (judged.wrong > 0 || verbose) tell(one, judged);
      const bool odd = judged.wrong > 0 || judged.returned || (verbose && slip == forge::Slip::kNone &&
                                            judged.sheet.outcome != election::Outcome::kAccepted);
      if (!folder.empty() && odd) save(fmt::format("{}/{}-{}.png", folder, group, i), deck, contest, judged);
    }
    wrong += row.wrong;
    print_row(fmt::format("{}, {}", kLevels[static_cast<int>(level)], kSlips[static_cast<int>(slip)]), row);
    std::fflush(stdout);
  }
  digits.print();
  fmt::print("\n{:.1f} ms a sheet\n", read_ms / std::max(1, read));
  return wrong > 0 ? 1 : 0;
}

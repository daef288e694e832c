// bench_reading: what reading one ballot takes, against the floor of decoding
// its JPEG file, both measured in turns in the same run.
//   whole/decode: decode + register + read over decode alone
//   raw ms:       register + read from the frame that a scanner hands over
// Then the same of a tally sheet, and what the fingerprint of the paper takes of a ballot's decoding.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "tally/papers/papers.h"
#include "tally/reading/pose.h"
#include "tally/reading/take_fingerprint.h"
#include "tests/golden/deck.h"
#include "tests/golden/tally_deck.h"

namespace {

using namespace kiemphieu;
/// This thread's own time: what else runs on the machine counts little.
double now_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

struct Case {
  const char* name;
  double dpi;
  bool gray;
};

/// Decodes the file and reads the page, in turns; one line of the report.
void time_reading(const char* name, const forms::Template& form, const reading::Reader& reader,
                  const imaging::Image& picture, reading::Form expected, int rounds) {
  const auto file = imaging::encode_jpeg(picture.view(), 85);
  if (!file) return;
  std::vector<double> decode, raw;
  for (int i = 0; i < rounds; ++i) {
    const double start = now_ms();
    const auto page = imaging::decode(*file);
    const double decoded = now_ms();
    if (!page) return;
    if (reader.read(page->view(), form.contest).form != expected) {
      fmt::print("{} {}: not read\n", name, form.contest);
      return;
    }
    decode.push_back(decoded - start), raw.push_back(now_ms() - decoded);
  }
  const double d = median(decode), r = median(raw);
  fmt::print("{:<14} {:<7} decode {:6.2f} ms  raw {:6.2f} ms  whole/decode {:.2f}\n", name, form.contest, d, r,
             (d + r) / d);
  std::fflush(stdout);
}

forge::SheetPlan careful(const golden::Deck& deck, std::size_t contest) {
  return forge::plan_situation(*forge::find_situation("careful"), deck.forges[contest]->form(),
                               deck.election.contests[contest].paper.rgb, 7, forge::PhysicsLevel::kOffice);
}

void measure(const golden::Deck& deck, const Case& page_case, std::size_t contest, int rounds) {
  auto plan = careful(deck, contest);
  plan.scanner.gray = page_case.gray;
  const auto& maker = *deck.forges[contest];
  time_reading(page_case.name, maker.form(), *deck.reader, maker.make(plan), reading::Form::kBallot, rounds);
}

/// A4 at 200 dpi as the forge writes it.
void measure_tally_sheets(int rounds) {
  const golden::TallyDeck deck = golden::make_tally_deck();
  for (const forms::Template& form : deck.sheets) {
    const election::Contest& contest = *deck.election.find_contest(form.contest);
    forge::Rng rng{7};
    const auto plan =
        forge::any_tally_plan(contest.seats, static_cast<int>(contest.candidates.size()),
                              static_cast<int>(deck.election.stations.at(0).voters(contest.id).value()),
                              forge::PhysicsLevel::kOffice, forge::Slip::kNone, rng);
    time_reading("tally sheet", form, *deck.reader, forge::make_tally_sheet(form, plan), reading::Form::kTallySheet,
                 rounds);
  }
}

/// The paper's fingerprint taken from what was looked at already, and compared with a contest's.
void measure_fingerprint(const golden::Deck& deck, int rounds) {
  const auto& maker = *deck.forges[0];
  const auto file = imaging::encode_jpeg(maker.make(careful(deck, 0)).view(), 85);
  const auto model = reading::PrintModel::of(maker.form());
  if (!file || !model) return;
  const auto page = imaging::decode(*file);
  if (!page) return;
  const auto view = reading::PageView::of(page->view(), maker.form().page_width_mm);
  const auto poses = reading::find_poses(view, reading::page_ink(view), *model);
  const auto at = poses.empty() ? std::nullopt : reading::register_form(view, *model, poses.front());
  if (!at) return;
  std::vector<std::vector<reading::LineInk>> lines;
  for (const auto& candidate : model->candidates) {
    auto& own = lines.emplace_back();
    for (const auto& line : candidate.lines) own.push_back(reading::look_at_line(view, at->form_to_page, line));
  }
  const auto seal = reading::look_for_seal(view, at->form_to_page, *model, {});
  std::vector<double> decode, take, find;
  papers::Papers papers;
  for (int i = 0; i < 4000; ++i) papers.add("c", {1, i}, reading::take_fingerprint(*model, lines, seal));
  for (int i = 0; i < rounds; ++i) {
    const double start = now_ms();
    if (!imaging::decode(*file)) return;
    const double decoded = now_ms();
    const auto fingerprint = reading::take_fingerprint(*model, lines, seal);
    const double taken = now_ms();
    // None counts: all 4,000 are compared.
    if (papers.find("c", fingerprint, [](papers::Place) { return false; })) return;
    decode.push_back(decoded - start), take.push_back(taken - decoded), find.push_back(now_ms() - taken);
  }
  const double d = median(decode), t = median(take), f = median(find);
  fmt::print("fingerprint    taking {:.3f} ms, {:.3f} of decoding; comparing with 4,000 like it {:.3f} ms, {:.3f}\n",
             t, t / d, f, f / d);
}

}  // namespace

/// bench_reading [rounds [case]]
int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::stoi(argv[1]) : 60;
  const int only = argc > 2 ? std::stoi(argv[2]) : -1;
  constexpr std::array kCases{Case{"A5 200 colour", 200, false}, Case{"A5 200 gray", 200, true},
                              Case{"A5 300 colour", 300, false}, Case{"A5 300 gray", 300, true}};
  for (int i = 0; i < static_cast<int>(kCases.size()); ++i) {
    if (only >= 0 && i != only) continue;
    const golden::Deck deck = golden::Deck::load(false, kCases[static_cast<std::size_t>(i)].dpi);
    for (const std::size_t contest : {std::size_t{0}, std::size_t{2}})
      measure(deck, kCases[static_cast<std::size_t>(i)], contest, rounds);
    if (i == 0) measure_fingerprint(deck, rounds);
  }
  if (only < 0) measure_tally_sheets(rounds);
}

// bench_reading: what reading one ballot takes, against the floor of decoding
// its JPEG file, both measured in turns in the same run.
//   whole/decode: decode + register + read over decode alone
//   raw ms:       register + read from the frame that a scanner hands over
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "tests/golden/deck.h"

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

void measure(const golden::Deck& deck, const Case& page_case, std::size_t contest, int rounds) {
  const auto& maker = *deck.forges[contest];
  auto plan = forge::plan_situation(*forge::find_situation("careful"), maker.form(),
                                    deck.election.contests[contest].paper.rgb, 7, forge::PhysicsLevel::kOffice);
  plan.scanner.gray = page_case.gray;
  const auto file = imaging::encode_jpeg(maker.make(plan).view(), 85);
  if (!file) return;
  std::vector<double> decode, raw;
  for (int i = 0; i < rounds; ++i) {
    const double start = now_ms();
    const auto page = imaging::decode(*file);
    const double decoded = now_ms();
    if (!page) return;
    const auto sheet = deck.reader->read(page->view(), maker.form().contest);
    if (sheet.form != reading::Form::kBallot) return;
    decode.push_back(decoded - start), raw.push_back(now_ms() - decoded);
  }
  const double d = median(decode), r = median(raw);
  fmt::print("{:<14} {:<7} decode {:6.2f} ms  raw {:6.2f} ms  whole/decode {:.2f}\n", page_case.name,
             maker.form().contest, d, r, (d + r) / d);
  std::fflush(stdout);
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
  }
}

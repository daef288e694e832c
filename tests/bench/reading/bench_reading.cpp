// bench_reading: how long registering and reading a page takes, as a ratio to
// decoding the same JPEG once, measured in turns in the same run.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include <fmt/format.h>

#include "config/imaging/codec.h"
#include "tests/golden/deck.h"

namespace {

using namespace kiemphieu;
using Clock = std::chrono::steady_clock;

double ms(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

void measure(const char* name, double dpi, bool gray) {
  const golden::Deck deck = golden::Deck::load(false, dpi);
  for (std::size_t contest : {std::size_t{0}, std::size_t{2}}) {
    const auto& maker = *deck.forges[contest];
    auto plan =
        forge::plan_situation(*forge::find_situation("careful"), maker.form(),
                              deck.election.contests[contest].paper.rgb, 7, forge::PhysicsLevel::kOffice);
    plan.physics.gray = gray;
    const auto file = imaging::encode_jpeg(maker.make(plan).view(), 85);
    if (!file) return;
    std::vector<double> decode, registering, reading;
    for (int i = 0; i < 40; ++i) {
      const auto start = Clock::now();
      const auto page = imaging::decode(*file);
      decode.push_back(ms(Clock::now() - start));
      if (!page) return;
      const auto sheet = deck.reader->read(page->view(), maker.form().contest);
      registering.push_back(static_cast<double>(sheet.timing.register_us) / 1000);
      reading.push_back(static_cast<double>(sheet.timing.read_us) / 1000);
    }
    const double d = median(decode), g = median(registering), r = median(reading);
    fmt::print(
        "{:<16} {:<6} decode {:6.2f} ms  register+lines {:6.2f} ms  seal+extra {:6.2f} ms  ratio {:.2f}\n",
        name, maker.form().contest, d, g, r, (g + r) / d);
  }
}

}  // namespace

int main() {
  measure("A5 200 colour", 200, false);
  measure("A5 200 gray", 200, true);
  measure("A5 300 colour", 300, false);
}

// The measurement itself: its bounds, its memory, and that a chunk is always the same.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/accuracy/bounds.h"
#include "tests/accuracy/report.h"

namespace kiemphieu::accuracy {
namespace {

TEST_CASE("The upper bound is that of Clopper and Pearson") {
  struct Row {
    std::uint64_t events, trials;
    double bound;
  };
  // No event: 1 - 0.05^(1/n). The others by hand from the beta quantiles: qbeta(0.95, k + 1, n - k).
  for (const Row& row : {Row{0, 1, 0.95}, Row{0, 100, 1 - std::pow(0.05, 0.01)}, Row{0, 1'000'000, 2.9957e-6},
                         Row{1, 10, 0.39416}, Row{2, 10, 0.50690}, Row{5, 5, 1}, Row{0, 0, 1}}) {
    CAPTURE(row.events);
    CAPTURE(row.trials);
    CHECK(upper_bound_95(row.events, row.trials) == doctest::Approx(row.bound).epsilon(0.001));
  }
}

ChunkResult chunk_of(int number) {
  ChunkResult chunk;
  chunk.number = number;
  chunk.tally.add("sheets", "wear", {60, 50, 2, 48, number == 3 ? 1U : 0U});
  chunk.tally.add("lines", "wear", {300, 280, 2, 240, number == 3 ? 1U : 0U});
  chunk.tally.add("asked wear", "streak, fold_on_name", {2, 2, 2, 0, 0});
  if (number == 3) chunk.remarks.push_back({3, 17, "wrong", "wear serif-14 | c1"});
  chunk.remarks.push_back({number, 5, "wear streak", "x"});
  chunk.forge_us = 1000;
  chunk.read_us = 500;
  return chunk;
}

struct StateFixture {
  std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("kp-accuracy-" + std::to_string(::getpid()));
  ~StateFixture() {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }
  void write(const std::string& text) const { std::ofstream(file, std::ios::binary) << text; }
};

TEST_CASE("A run goes on where it was stopped, and a chunk that was cut off is run again") {
  const StateFixture state_file;
  const auto& file = state_file.file;
  const std::string header = "accuracy\t1\tseed 7", first = to_text(chunk_of(0)),
                    second = to_text(chunk_of(3));
  for (std::size_t cut = 0; cut <= second.size(); ++cut) {
    state_file.write(header + "\n" + first + second.substr(0, cut));
    const auto state = load_state(file, header);
    REQUIRE(state);
    CAPTURE(cut);
    const bool whole = cut == second.size();
    CHECK(state->done == (whole ? std::set<int>{0, 3} : std::set<int>{0}));
    CHECK(state->tally.at("sheets", "wear").all == (whole ? 120 : 60));
    CHECK(state->tally.at("lines", "wear").wrong == (whole ? 1 : 0));
    CHECK(state->remarks.size() == (whole ? 3 : 1));
  }
  CHECK_FALSE(load_state(file, "accuracy\t1\tseed 8"));
  CHECK_FALSE(load_state("/nowhere/state.tsv", header));
}

TEST_CASE("The report names each silent error, and shows it before what merely cost time") {
  State state;
  state.add(chunk_of(0));
  state.add(chunk_of(3));
  state.add(chunk_of(3));  // twice the same counts once
  const std::string text = report(state, "scripts/accuracy", {});
  CHECK(text.find("| `wear` | 600 | 120 | 1 | 1 | 100 | 4 | 4.00 % |") != std::string::npos);
  CHECK(text.find("- `3:17` wear serif-14 ; c1") != std::string::npos);
  const auto worst = worst_of(state, 5);
  REQUIRE(worst.size() == 2);
  CHECK(worst[0] == Remark{3, 17, "wrong", "wear serif-14 | c1"});
  CHECK(worst[1].sheet == 5);
}

TEST_CASE("A chunk is the same whenever and after whatever it is run") {
  const Draw draw{5, std::nullopt};
  Press one, other;
  const ChunkResult before = run_chunk(one, draw, 8, {});
  run_chunk(other, draw, 5, {});
  const ChunkResult after = run_chunk(other, draw, 8, {});
  CHECK(before.tally.rows() == after.tally.rows());
  CHECK(before.remarks == after.remarks);
}

}  // namespace
}  // namespace kiemphieu::accuracy

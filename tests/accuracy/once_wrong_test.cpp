// Every silent error ever found is made again and must not be one.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/accuracy/chunk.h"

namespace {

using namespace kiemphieu;

struct Row {
  accuracy::Draw draw;
  int chunk = 0, sheet = 0;
  std::string what;
};

std::vector<Row> rows_of(const char* path) {
  std::ifstream file(path);
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields(line);
    Row row;
    std::string population;
    char colon = 0;
    fields >> row.draw.seed >> population >> row.chunk >> colon >> row.sheet;
    REQUIRE(!fields.fail());
    std::getline(fields >> std::ws, row.what);
    row.draw.only = forge::population_from(population);
    rows.push_back(row);
  }
  return rows;
}

/// Whether each sheet of the file is silently wrong now must be `wrong`.
void check_all(const std::vector<Row>& rows, bool wrong) {
  accuracy::Press press;
  for (const Row& row : rows) {
    const auto pile = accuracy::pile_of_chunk(press, row.draw, row.chunk);
    const auto made = accuracy::replay(press, pile, row.sheet);
    CAPTURE(row.draw.seed);
    CAPTURE(row.chunk);
    CAPTURE(row.sheet);
    CAPTURE(row.what);
    CAPTURE(made.judged.why);
    CHECK((made.judged.verdict == golden::Verdict::kWrong) == wrong);
  }
}

TEST_CASE("no sheet that was once wrong is wrong again") {
  const auto rows = rows_of("tests/accuracy/once_wrong.tsv");
  REQUIRE(rows.size() >= 15);
  check_all(rows, false);
}

TEST_CASE("a sheet that is no longer wrong has moved to those that stay right") {
  check_all(rows_of("tests/accuracy/still_wrong.tsv"), true);
}

}  // namespace

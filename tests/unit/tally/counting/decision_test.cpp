#include "tally/counting/decision.h"

#include <doctest/doctest.h>

#include <limits>

#include "tally/counting/percent.h"

using kiemphieu::Count;
using kiemphieu::counting::decision_carries;
using kiemphieu::counting::percent_hundredths;
using kiemphieu::counting::percents_of_whole;

TEST_CASE("decision_carries asks for two thirds present and half of all in favour") {
  struct Row { int members, present, in_favour; bool carries; };
  const Row rows[] = {
      {11, 11, 6, true},  {11, 11, 5, false},  // half of 11 is 5.5
      {11, 8, 8, true},   {11, 7, 7, false},   // two thirds of 11 is 7.33
      {12, 8, 7, true},   {12, 8, 6, false},   // exactly half is not more than half
      {9, 6, 5, true},    {9, 5, 5, false},    {21, 14, 11, true}, {21, 14, 10, false},
      {1, 1, 1, true},    {0, 0, 0, false},    {11, 6, 7, false},  {11, 12, 12, false},
      {11, 11, -1, false}, {-1, -1, -1, false},
      {std::numeric_limits<int>::max(), std::numeric_limits<int>::max(), std::numeric_limits<int>::max(), true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.members);
    CAPTURE(row.present);
    CAPTURE(row.in_favour);
    CHECK(decision_carries(row.members, row.present, row.in_favour) == row.carries);
  }
}

TEST_CASE("percent_hundredths rounds up from five at the third decimal") {
  struct Row { std::uint64_t part, whole, hundredths; };
  const Row rows[] = {{22566, 100000, 2257}, {22564, 100000, 2256}, {22565, 100000, 2257},
                      {1, 3, 3333}, {2, 3, 6667}, {0, 7, 0}, {7, 7, 10000}, {0, 0, 0}, {1, 20000, 1}, {1, 20001, 0}};
  for (const Row& row : rows) {
    CAPTURE(row.part);
    CAPTURE(row.whole);
    CHECK(percent_hundredths(Count{row.part}, Count{row.whole}).value() == row.hundredths);
  }
}

TEST_CASE("percents_of_whole always adds up to one hundred percent") {
  struct Row { std::vector<std::uint64_t> parts, hundredths; };
  const Row rows[] = {
      {{1, 1, 1}, {3333, 3333, 3334}},                      // too little: the later part gets it
      {{10001, 9999}, {5001, 4999}},                        // 50.005 and 49.995: both round up, one gives back
      {{1, 1, 1, 1, 1, 1}, {1667, 1667, 1667, 1667, 1666, 1666}},  // too much: the later parts give
      {{0, 5}, {0, 10000}}, {{0, 0}, {0, 0}}, {{}, {}},
  };
  for (const Row& row : rows) {
    std::vector<Count> parts;
    for (const auto part : row.parts) parts.emplace_back(part);
    const auto percents = percents_of_whole(parts);
    std::uint64_t sum = 0, whole = 0;
    for (const auto part : row.parts) whole += part;
    for (const auto percent : percents) sum += percent.value();
    CHECK(sum == (whole == 0 ? 0 : 10000));
    REQUIRE(percents.size() == row.hundredths.size());
    for (std::size_t i = 0; i < percents.size(); ++i) CHECK(percents[i].value() == row.hundredths[i]);
  }
}

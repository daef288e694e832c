#include "tally/papers/papers.h"

#include <doctest/doctest.h>

#include <string>

using namespace kiemphieu;
using namespace kiemphieu::papers;
using reading::Fingerprint;

namespace {

/// `lines` names struck throughout, `mm10` tenths of a millimetre down.
Fingerprint struck(int lines, int mm10) {
  Fingerprint print;
  for (int i = 0; i < lines; ++i) {
    print.lines.at(static_cast<std::size_t>(i)).number = static_cast<std::uint8_t>(2 * i + 1);
    print.lines.at(static_cast<std::size_t>(i)).rows.fill(static_cast<std::uint8_t>(mm10 + i));
  }
  return print;
}

/// A ring of ink, pressed harder at one side; `turn` says which.
void stamp(Fingerprint& print, int turn) {
  for (int y = 0; y < Fingerprint::kSealCells; ++y)
    for (int x = 0; x < Fingerprint::kSealCells; ++x) {
      const int r = (2 * x - 15) * (2 * x - 15) + (2 * y - 15) * (2 * y - 15);
      const int pressed = turn == 0 ? x : turn == 1 ? y : 15 - x;
      print.seal.at(static_cast<std::size_t>(y * Fingerprint::kSealCells + x)) =
          static_cast<std::uint8_t>(r > 60 && r < 180 ? 2 + pressed * 13 / 15 : 0);
    }
}

Fingerprint sheet(int lines, int mm10, int turn) {
  Fingerprint print = struck(lines, mm10);
  stamp(print, turn);
  return print;
}

}  // namespace

TEST_CASE("what is one paper, what is another, and what is no evidence") {
  Fingerprint dirt = sheet(2, 50, 0), slip = dirt, faded = dirt;
  dirt.lines[0].rows[3] = 0, dirt.lines[1].rows[9] = 75;
  slip.lines[2].number = 7;
  slip.lines[2].rows[0] = slip.lines[2].rows[1] = slip.lines[2].rows[2] = 40;
  for (auto& cell : faded.seal) cell = static_cast<std::uint8_t>(cell * 2 / 3);
  Fingerprint seal_only, other_seal_only;
  stamp(seal_only, 0), stamp(other_seal_only, 1);
  struct Row { std::string name; Fingerprint a, b; bool same; };
  const Row rows[] = {
      {"the same bytes", sheet(2, 50, 0), sheet(2, 50, 0), true},
      {"a tenth of a millimetre of registration", sheet(2, 50, 0), sheet(2, 51, 0), true},
      {"a speck of dirt and a fold", sheet(2, 50, 0), dirt, true},
      {"a slip of ink that one scan shows", sheet(2, 50, 0), slip, true},
      {"a paler seal", sheet(2, 50, 0), faded, true},
      {"lines 0.3 mm lower under a like seal", sheet(2, 50, 0), sheet(2, 53, 0), false},
      {"another seal over like lines", sheet(2, 50, 0), sheet(2, 50, 1), false},
      {"another name struck as well", sheet(2, 50, 0), sheet(3, 50, 0), false},
      {"nothing struck, the same seal", seal_only, seal_only, true},
      {"nothing struck, another seal", seal_only, other_seal_only, false},
      {"nothing at all", {}, {}, false},
      {"one line, no seal", struck(1, 50), struck(1, 50), false},
      {"three lines, no seal", struck(3, 50), struck(3, 50), true},
      {"three lines a little off, no seal", struck(3, 50), struck(3, 51), false},
      {"a seal in one of them", sheet(1, 50, 0), struck(1, 50), false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK((distance(row.a, row.b) <= kSamePaper) == row.same);
    CHECK(distance(row.a, row.b) == distance(row.b, row.a));
  }
}

TEST_CASE("the earliest sheet that counts is named, of this contest only") {
  Papers papers;
  papers.add("qh-1", {1, 1}, sheet(2, 30, 1));
  papers.add("qh-1", {1, 2}, sheet(2, 50, 0));
  papers.add("qh-1", {2, 9}, sheet(2, 50, 0));
  papers.add("qh-1", {2, 10}, Fingerprint{});
  CHECK(papers.size() == 3);
  const auto all = [](Place) { return true; };
  CHECK(papers.find("qh-1", sheet(2, 50, 0), all) == Place{1, 2});
  CHECK(papers.find("qh-1", sheet(2, 50, 0), [](Place p) { return p.batch == 2; }) == Place{2, 9});
  CHECK(papers.find("qh-1", sheet(2, 50, 0), [](Place) { return false; }) == std::nullopt);
  CHECK(papers.find("hx-1", sheet(2, 50, 0), all) == std::nullopt);
  CHECK(papers.find("qh-1", Fingerprint{}, all) == std::nullopt);
}

TEST_CASE("a fingerprint keeps in 256 bytes and comes back from them") {
  static_assert(Fingerprint::kBytes <= 256);
  const Fingerprint print = sheet(3, 47, 2);
  const auto bytes = print.to_bytes();
  const auto back = Fingerprint::from_bytes(bytes);
  REQUIRE(back.has_value());
  CHECK(back->to_bytes() == bytes);
  CHECK(distance(print, *back) == 0);
  auto other_version = bytes;
  other_version[0] = 2;
  CHECK_FALSE(Fingerprint::from_bytes(other_version).has_value());
  CHECK_FALSE(Fingerprint::from_bytes(std::span{bytes}.first(bytes.size() - 1)).has_value());
  auto unordered = bytes;
  std::swap(unordered[1], unordered[1 + 17]);  // the first two lines' numbers
  CHECK_FALSE(Fingerprint::from_bytes(unordered).has_value());
  auto gap = bytes;
  gap[1] = 0;
  CHECK_FALSE(Fingerprint::from_bytes(gap).has_value());
}

#pragma once
/// A chunk is one pile: some sheets of one contest, one print shop and one
/// scanner. Chunk and seed decide every pixel, so chunks run in any order, on
/// any number of threads, and can be run again alone.

#include <vector>

#include "tests/accuracy/press.h"
#include "tests/accuracy/tally.h"

namespace kiemphieu::accuracy {

inline constexpr int kSheetsPerChunk = 60;

struct Pile {
  forge::Population population = forge::Population::kClean;
  std::size_t contest = 0, shop = 0;
  std::vector<std::size_t>
      refused;  ///< shops that were drawn before `shop`, but whose print the reader refuses
  int dpi = 200;
  std::vector<forge::SheetPlan> plans;
};

/// Which pile chunk `number` is. `only`: every chunk of this population; else 3 clean, 4 wear, 3 hard in ten.
struct Draw {
  std::uint64_t seed = 1;
  std::optional<forge::Population> only;
};
Pile pile_of_chunk(Press& press, const Draw& draw, int number);
/// Name lines of a chunk, were every sheet a ballot of its contest.
int lines_of_chunk(const Press& press, const Draw& draw, int number);

/// One sheet of a chunk, again and again the same.
struct Replay {
  forge::SheetPlan plan;
  imaging::Image picture;
  golden::Judged judged;
};
Replay replay(Press& press, const Pile& pile, int sheet);

struct Remark {
  int chunk = 0, sheet = 0;
  std::string kind;  ///< "wrong", or for a clear sheet that people had to look at: its first reason
  std::string text;
  bool operator==(const Remark&) const = default;
};

struct ChunkResult {
  int number = 0;
  Tally tally;
  std::vector<Remark> remarks;
  std::uint64_t forge_us = 0, read_us = 0;  ///< how long it took; not part of the result
};

/// `save`: folder for the picture of every silent error; empty: none.
ChunkResult run_chunk(Press& press, const Draw& draw, int number, const std::string& save);

}  // namespace kiemphieu::accuracy

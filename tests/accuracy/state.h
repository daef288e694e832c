#pragma once
/// The run's memory: finished chunks in a text file, so that a run that was
/// stopped goes on where it was.
///
/// First line: "accuracy", version, what was asked and the program's digest, tab-separated. A chunk is
/// written in one go: rows "R table value all clear asked accepted wrong",
/// remarks "M chunk sheet kind text", and at last "E chunk forge_us read_us".
/// A chunk without its E line was cut off and does not count.

#include <filesystem>
#include <set>

#include "tests/accuracy/chunk.h"

namespace kiemphieu::accuracy {

struct State {
  std::set<int> done;
  Tally tally;
  std::vector<Remark> remarks;
  std::uint64_t forge_us = 0, read_us = 0;

  void add(const ChunkResult& chunk);
};

/// The text of one chunk.
std::string to_text(const ChunkResult& chunk);
/// Every whole chunk of the file; nullopt when its first line is not `header`.
std::optional<State> load_state(const std::filesystem::path& file, const std::string& header);

}  // namespace kiemphieu::accuracy

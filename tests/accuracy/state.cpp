#include "tests/accuracy/state.h"

#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace kiemphieu::accuracy {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
  return fields;
}

template <class Number>
Number number(const std::string& text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void State::add(const ChunkResult& chunk) {
  if (!done.insert(chunk.number).second) return;
  tally.merge(chunk.tally);
  remarks.insert(remarks.end(), chunk.remarks.begin(), chunk.remarks.end());
  forge_us += chunk.forge_us;
  read_us += chunk.read_us;
}

std::string to_text(const ChunkResult& chunk) {
  std::string text;
  for (const auto& [key, c] : chunk.tally.rows())
    text += fmt::format("R\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", key.first, key.second, c.all, c.clear, c.asked,
                        c.accepted, c.wrong);
  for (const Remark& r : chunk.remarks)
    text += fmt::format("M\t{}\t{}\t{}\t{}\n", r.chunk, r.sheet, r.kind, r.text);
  return text + fmt::format("E\t{}\t{}\t{}\n", chunk.number, chunk.forge_us, chunk.read_us);
}

std::optional<State> load_state(const std::filesystem::path& file, const std::string& header) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || line != header) return std::nullopt;
  State state;
  ChunkResult chunk;
  while (std::getline(in, line)) {
    const auto f = fields_of(line);
    if (f.size() == 8 && f[0] == "R")
      chunk.tally.add(f[1], f[2],
                      {number<std::uint64_t>(f[3]), number<std::uint64_t>(f[4]), number<std::uint64_t>(f[5]),
                       number<std::uint64_t>(f[6]), number<std::uint64_t>(f[7])});
    if (f.size() == 5 && f[0] == "M")
      chunk.remarks.push_back({number<int>(f[1]), number<int>(f[2]), f[3], f[4]});
    // A line that was cut off ends the file without its line feed.
    if (f.size() != 4 || f[0] != "E" || in.eof()) continue;
    chunk.number = number<int>(f[1]);
    chunk.forge_us = number<std::uint64_t>(f[2]);
    chunk.read_us = number<std::uint64_t>(f[3]);
    state.add(chunk);
    chunk = {};
  }
  return state;
}

}  // namespace kiemphieu::accuracy

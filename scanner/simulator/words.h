#pragma once
/// Lines of words: the form of both the simulator's settings and its script.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiemphieu::simulator {

struct Line {
  int number = 0;  ///< from 1
  std::vector<std::string> words;
};

/// Lines that hold anything; `#` starts a comment; "double quotes" hold a word
/// with spaces together.
std::vector<Line> split_lines(std::string_view text);

/// A whole number up to 1,000,000,000, or nullopt.
std::optional<std::uint64_t> to_number(std::string_view word);

}  // namespace kiemphieu::simulator

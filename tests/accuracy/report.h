#pragma once
/// The report as Markdown: docs/reports/reading-accuracy.md.

#include "tests/accuracy/state.h"

namespace kiemphieu::accuracy {

struct Shown {
  Remark remark;
  std::string file;  ///< beside the report
};

/// The remarks worth a picture: every silent error first, then one of each kind of needless review, most
/// frequent kind first; at most `most`.
std::vector<Remark> worst_of(const State& state, std::size_t most);

/// `command`: how to make the report again; `pictures`: what stands at its end.
std::string report(const State& state, const std::string& command, const std::vector<Shown>& pictures);

/// "2 of 1,234 (0.16 %)"
std::string share(std::uint64_t part, std::uint64_t whole);

}  // namespace kiemphieu::accuracy

#pragma once
/// What a journal tells, without a journal: records applied to a state.

#include <doctest/doctest.h>

#include "tests/unit/tally/journal/scene.h"

namespace kiemphieu::journal::scene {

/// Records applied to a state one after the other.
struct Story {
  explicit Story(const election::Election& of = scene::election()) : state(of) {}
  Result<void> then(const Record& record) {
    auto applied = state.apply(record, sequence + 1);
    if (applied) ++sequence;
    return applied;
  }
  Story& so(const Record& record) {
    const auto applied = then(record);
    if (!applied) MESSAGE(applied.error().log_line());
    REQUIRE(applied);
    return *this;
  }
  State state;
  std::uint64_t sequence = 0;
};

}  // namespace kiemphieu::journal::scene

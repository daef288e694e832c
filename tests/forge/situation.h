#pragma once
/// Named sheets for the golden set: one careful ballot, changed in one way.

#include <span>
#include <string_view>

#include "tests/forge/electorate.h"

namespace kiemphieu::forge {

struct Situation {
  std::string_view name;
  void (*apply)(SheetPlan& plan, const forms::Template& form);
};
std::span<const Situation> situations();
/// nullptr when there is none of this name.
const Situation* find_situation(std::string_view name);

/// A careful ballot put into this situation, on the given paper. False truth is
/// impossible: truth_of() follows the changed plan.
SheetPlan plan_situation(const Situation& situation, const forms::Template& form,
                         const std::array<std::uint8_t, 3>& paper, std::uint64_t seed, PhysicsLevel level);

}  // namespace kiemphieu::forge

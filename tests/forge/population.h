#pragma once
/// Three named populations of sheets, for measuring a reader. What each holds and
/// why: docs/forge.md.

#include "tests/forge/sheet.h"

namespace kiemphieu::forge {

enum class Population : std::uint8_t {
  kClean,  ///< clear strikes by good pens, a good seal, a scanner in order
  kWear,   ///< real hands, worn pens and rollers, light folds, dirt, streaks beside the names
  kHard,   ///< everything the models know, and every sheet that is no ballot
};
inline constexpr int kPopulationCount = 3;
std::string_view to_text(Population population);
std::optional<Population> population_from(std::string_view text);

/// `count` sheets as they come through one feeder: hands and pens differ from sheet to
/// sheet, while the scanner, the dirt on its glass and the print shop stay. The pile is
/// `form.contest`'s; `other_contest` is the id of another contest of the station.
/// Sheet i is the same for every `count` > i.
std::vector<SheetPlan> pile_of(Population population, const forms::Template& form,
                               const std::array<std::uint8_t, 3>& paper, const std::string& other_contest,
                               int count, std::uint64_t seed);

}  // namespace kiemphieu::forge

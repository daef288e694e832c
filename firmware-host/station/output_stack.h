#pragma once
/// Where a sheet lies on paper: "sheet 47 of pile 3 is the 12th from the top". Pure.
///
/// A sheet that came out lies in its pile until the team takes it out as no ballot of it;
/// what was handed back is out once the pile is finished. A header lies with its pile. A
/// paper that went through twice lies where it came out last. Sheets that are not
/// recorded are not in the pile: the page has them taken off first.

#include <optional>
#include <vector>

#include "config/station/settings.h"
#include "tally/journal/state.h"

namespace kiemphieu::station {

struct StackPlace {
  int from_top = 0;  ///< from 1
  int of = 0;        ///< sheets that lie in the pile
  bool operator==(const StackPlace&) const = default;
};

/// Of every sheet of the pile, by position - 1; nullopt: it no longer lies there. Costs as much
/// as one place_of().
std::vector<std::optional<StackPlace>> places_in(const journal::BatchState& pile, settings::OutputStack stack);
/// nullopt: there is no such sheet, or it no longer lies in its pile.
std::optional<StackPlace> place_of(const journal::BatchState& pile, int position, settings::OutputStack stack);

}  // namespace kiemphieu::station

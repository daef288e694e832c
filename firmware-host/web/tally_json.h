#pragma once
/// The tally sheets of the station's view as JSON: a part of state_json
/// (view_json.h). Include from .cpp files only. Pure.

#include "config/election/election.h"
#include "config/json/json.h"
#include "firmware-host/station/view.h"

namespace kiemphieu::web {

/// What was read, what must be typed and who has entered; nothing of what anybody entered.
json::OrderedJson tally_sheet_json(const station::TallySheetView& sheet, const election::Election& election);

}  // namespace kiemphieu::web

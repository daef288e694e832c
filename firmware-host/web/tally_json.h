#pragma once
/// The tally sheets of the station's view as JSON: a part of state_json
/// (view_json.h). Pure.

#include <string>

#include "config/election/election.h"
#include "firmware-host/station/view.h"

namespace kiemphieu::web {

/// A JSON list: what was read, what must be typed and who has entered; nothing of
/// what anybody entered.
std::string tally_sheets_json(const station::View& view, const election::Election& election);

}  // namespace kiemphieu::web

#pragma once
/// The station's view as the JSON that its page and other programs read
/// (docs/formats/station-openapi.yaml). Pure.

#include <string>

#include "config/election/election.h"
#include "firmware-host/station/view.h"

namespace kiemphieu::web {

/// GET /api/v1/state and the event "state".
std::string state_json(const station::View& view, const election::Election& election,
                       const election::Station& polling_station);

}  // namespace kiemphieu::web

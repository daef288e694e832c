#pragma once
/// The station's view as the JSON that its page and other programs read
/// (docs/formats/station-openapi.yaml). Pure.

#include <optional>
#include <string>

#include "config/election/election.h"
#include "firmware-host/station/view.h"

namespace kiemphieu::web {

/// The event "state", which goes to every browser: without "session".
std::string state_json(const station::View& view, const election::Election& election,
                       const election::Station& polling_station);
/// GET /api/v1/state and a command's answer: also who is signed in at that browser.
std::string state_json(const station::View& view, const election::Election& election,
                       const election::Station& polling_station, const std::optional<team::Person>& signed_in);

}  // namespace kiemphieu::web

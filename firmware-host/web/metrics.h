#pragma once
/// What GET /metrics of the station says. Counts of sheets, never votes.

#include <vector>

#include "firmware-host/station/view.h"
#include "sync/http/metrics.h"

namespace kiemphieu::web {

std::vector<http::Metric> station_metrics(const station::View& view);

}  // namespace kiemphieu::web

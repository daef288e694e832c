#pragma once
/// GET /metrics: gathered when asked, in the Prometheus text format. The only
/// folder that includes prometheus-cpp.

#include <string>
#include <utility>
#include <vector>

#include "sync/http/server.h"

namespace kiemphieu::http {

struct MetricSample {
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

/// One metric. Counters only grow while the program runs and end in "_total".
struct Metric {
  enum class Type { kGauge, kCounter };
  std::string name, help;
  Type type = Type::kGauge;
  std::vector<MetricSample> samples;
};

Response metrics_response(const std::vector<Metric>& metrics);

}  // namespace kiemphieu::http

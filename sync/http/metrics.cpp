#include "sync/http/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace kiemphieu::http {

Response metrics_response(const std::vector<Metric>& metrics) {
  std::vector<prometheus::MetricFamily> families;
  for (const Metric& metric : metrics) {
    prometheus::MetricFamily family;
    family.name = metric.name;
    family.help = metric.help;
    const bool counter = metric.type == Metric::Type::kCounter;
    family.type = counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    for (const MetricSample& sample : metric.samples) {
      prometheus::ClientMetric row;
      for (const auto& [name, value] : sample.labels) row.label.push_back({name, value});
      (counter ? row.counter.value : row.gauge.value) = sample.value;
      family.metric.push_back(std::move(row));
    }
    families.push_back(std::move(family));
  }
  return {.status = 200,
          .content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = prometheus::TextSerializer{}.Serialize(families),
          .headers = {}};
}

}  // namespace kiemphieu::http

#include "firmware-host/web/metrics.h"

#include <algorithm>

namespace kiemphieu::web {
namespace {

using Type = http::Metric::Type;

http::Metric single(std::string name, std::string help, Type type, double value) {
  return {std::move(name), std::move(help), type, {{{}, value}}};
}

/// Nothing without a UPS; a value it does not give is left out.
void add_power(const std::optional<power::PowerView>& power, std::vector<http::Metric>& metrics) {
  if (!power) return;
  metrics.push_back({"kiemphieu_power", "1 for the present state of the mains as the UPS says it", Type::kGauge,
                     {{{{"status", power->status}}, 1}}});
  if (power->charge_percent)
    metrics.push_back(single("kiemphieu_ups_charge_percent", "Charge of the UPS's battery", Type::kGauge, *power->charge_percent));
  if (power->runtime_s)
    metrics.push_back(single("kiemphieu_ups_runtime_seconds", "How long the UPS reckons to last", Type::kGauge,
                             static_cast<double>(*power->runtime_s)));
}

}  // namespace

std::vector<http::Metric> station_metrics(const station::View& view) {
  http::Metric sheets{"kiemphieu_sheets", "Sheets in piles that count, by contest and state", Type::kGauge, {}};
  for (const counting::ContestTotals& totals : view.totals) {
    const auto add = [&](const char* state, Count count) {
      sheets.samples.push_back({{{"contest", totals.contest}, {"state", state}}, static_cast<double>(count.value())});
    };
    add("valid", totals.valid);
    add("invalid", totals.invalid);
    add("in_review", totals.in_review);
  }
  http::Metric lifecycle{"kiemphieu_lifecycle", "1 for the present state", Type::kGauge, {}};
  lifecycle.samples.push_back({{{"state", std::string{station::to_text(view.lifecycle)}}}, 1});
  int streaked = 0;
  for (const station::StandingStreak& streak : view.streaks) streaked = std::max(streaked, streak.sheets);
  std::vector<http::Metric> metrics = {
      std::move(sheets),
      std::move(lifecycle),
      single("kiemphieu_name_lines_read_total", "Printed name lines looked at by both readers", Type::kCounter,
             static_cast<double>(view.lines_read)),
      single("kiemphieu_readers_disagree_total", "Name lines on which the second reader did not confirm the first",
             Type::kCounter, static_cast<double>(view.readers_disagreed)),
      single("kiemphieu_streaks", "Places of the scanner's glass that leave a streak on sheet after sheet", Type::kGauge,
             static_cast<double>(view.streaks.size())),
      single("kiemphieu_streak_sheets", "Sheets that the longest standing of these streaks has run over", Type::kGauge,
             streaked),
      single("kiemphieu_scanning", "1 while the feeder runs", Type::kGauge, view.scanning ? 1 : 0),
      single("kiemphieu_journal_sequence", "Last record of the journal", Type::kGauge,
             static_cast<double>(view.last_sequence)),
      single("kiemphieu_mirror_behind", "Records that the mirror medium has not; 0 also when none is set", Type::kGauge,
             view.mirror ? static_cast<double>(view.last_sequence - std::min(view.last_sequence, view.mirror->journal_sequence))
                         : 0),
      single("kiemphieu_outbox_pending", "Records the committee has not acknowledged", Type::kGauge,
             static_cast<double>(view.push.last_sequence - view.push.acknowledged_sequence)),
      single("kiemphieu_committee_online", "1 when the last attempt reached the committee", Type::kGauge,
             view.push.online ? 1 : 0),
  };
  add_power(view.power, metrics);
  return metrics;
}

}  // namespace kiemphieu::web

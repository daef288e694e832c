#include "firmware-host/power/power_watch.h"

#include <algorithm>
#include <array>

namespace kiemphieu::power {
namespace {

using S = PowerState;
using E = PowerEvent;
using A = PowerAction;

constexpr auto kTable = std::to_array<PowerRow>({
    // from         event              to              action
    {S::kUnknown,   E::kLine,          S::kOnLine,     A::kNothing},
    {S::kUnknown,   E::kBattery,       S::kFlicker,    A::kWarn},
    {S::kUnknown,   E::kLow,           S::kLow,        A::kShutDown},
    {S::kUnknown,   E::kSilent,        S::kUnknown,    A::kSayUnknown},
    {S::kOnLine,    E::kBattery,       S::kFlicker,    A::kWarn},
    {S::kOnLine,    E::kLow,           S::kLow,        A::kShutDown},
    {S::kOnLine,    E::kSilent,        S::kUnknown,    A::kSayUnknown},
    {S::kFlicker,   E::kLine,          S::kOnLine,     A::kNothing},
    {S::kFlicker,   E::kBatteryStays,  S::kOnBattery,  A::kPause},
    {S::kFlicker,   E::kLow,           S::kLow,        A::kShutDown},
    {S::kFlicker,   E::kSilent,        S::kUnknown,    A::kSayUnknown},
    {S::kOnBattery, E::kLine,          S::kOnLine,     A::kResume},
    {S::kOnBattery, E::kLow,           S::kLow,        A::kShutDown},
    {S::kOnBattery, E::kSilent,        S::kOnBattery,  A::kSayUnknown},  // no line was seen: the pause stands
    // kLow has no way out on purpose: the shutdown is under way.
});

constexpr std::array<std::string_view, 5> kStates = {"unknown", "on_line", "flicker", "on_battery", "low"};
constexpr std::array<std::string_view, 5> kEvents = {"line", "battery", "battery_stays", "low", "silent"};
constexpr std::array<std::string_view, 6> kActions = {"nothing", "warn", "pause", "resume", "shut_down", "say_unknown"};

bool says(std::string_view status, std::string_view word) {
  while (!status.empty()) {
    const std::size_t end = std::min(status.find(' '), status.size());
    if (status.substr(0, end) == word) return true;
    status.remove_prefix(std::min(status.size(), end + 1));
  }
  return false;
}

}  // namespace

std::span<const PowerRow> power_table() { return kTable; }
std::string_view to_text(PowerState state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_text(PowerEvent event) { return kEvents[static_cast<std::size_t>(event)]; }
std::string_view to_text(PowerAction action) { return kActions[static_cast<std::size_t>(action)]; }

std::optional<PowerEvent> event_of(const Reading& reading, const Limits& limits) {
  if (says(reading.status, "FSD")) return E::kLow;
  if (says(reading.status, "OB")) {
    const bool low = says(reading.status, "LB") ||
                     (reading.charge_percent && *reading.charge_percent < limits.shutdown_below_percent) ||
                     (reading.runtime_s && *reading.runtime_s < limits.shutdown_below_s);
    return low ? E::kLow : E::kBattery;
  }
  // A battery that is low on line is charging after a cut: the mains carry the machine.
  if (says(reading.status, "OL") || says(reading.status, "BYPASS")) return E::kLine;
  return std::nullopt;
}

PowerAction PowerWatch::take(PowerEvent event) {
  for (const PowerRow& row : kTable) {
    if (row.from != state_ || row.event != event) continue;
    state_ = row.to;
    return row.action;
  }
  return A::kNothing;
}

PowerAction PowerWatch::look(const std::optional<Reading>& reading, std::chrono::milliseconds now) {
  if (!heard_) heard_ = now;
  const auto event = reading ? event_of(*reading, limits_) : std::nullopt;
  if (!event) {
    if (silent_ || now - *heard_ < limits_.silence) return A::kNothing;
    silent_ = true;
    return take(E::kSilent);
  }
  heard_ = now;
  silent_ = false;
  if (*event != E::kBattery) {
    battery_since_.reset();
    return take(*event);
  }
  if (!battery_since_) battery_since_ = now;
  const PowerAction first = take(E::kBattery);
  if (state_ == S::kFlicker && now - *battery_since_ >= limits_.flicker) return take(E::kBatteryStays);
  return first;
}

PowerView view_of(const PowerWatch& watch, const std::optional<Reading>& reading) {
  PowerView view;
  if (watch.silent() || watch.state() == S::kUnknown) {
    view.status = to_text(S::kUnknown);
    return view;
  }
  view.status = to_text(watch.state() == S::kFlicker ? S::kOnBattery : watch.state());
  if (reading) view.charge_percent = reading->charge_percent, view.runtime_s = reading->runtime_s;
  return view;
}

}  // namespace kiemphieu::power

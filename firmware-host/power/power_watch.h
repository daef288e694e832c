#pragma once
/// What the station does about its mains and its UPS, as a table over what the
/// UPS says: docs/power.md shows it and a test compares the two. Pure: readings
/// and times in, actions out. One thread at a time.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kiemphieu::power {

/// One answer of a UPS, in NUT's terms.
struct Reading {
  std::string status;  ///< ups.status: "OL", "OB DISCHRG", "OB LB", "FSD OL" …
  std::optional<int> charge_percent;
  std::optional<std::int64_t> runtime_s;
  bool operator==(const Reading&) const = default;
};

struct Limits {
  int shutdown_below_percent = 0;       ///< of charge, on battery; 0 = only what the UPS itself calls low
  std::int64_t shutdown_below_s = 0;    ///< of runtime, on battery; 0 = the same
  std::chrono::milliseconds flicker{2'000};  ///< on battery for less only warns
  std::chrono::milliseconds silence{30'000}; ///< without an answer for longer is unknown
};

enum class PowerState : std::uint8_t {
  kUnknown,    ///< nothing heard yet, or no longer
  kOnLine,
  kFlicker,    ///< on battery for a moment
  kOnBattery,  ///< on battery; what was counting is paused
  kLow,        ///< the battery is nearly empty; there is no way back, the station stops
};

enum class PowerEvent : std::uint8_t {
  kLine, kBattery,
  kBatteryStays,  ///< for as long as Limits::flicker
  kLow,           ///< the UPS says so (LB on battery, FSD), or a limit is passed
  kSilent,        ///< for as long as Limits::silence; once
};

enum class PowerAction : std::uint8_t {
  kNothing,
  kWarn,        ///< say it; nothing stops
  kPause,       ///< finish the sheet, stop the feeder, pause the count
  kResume,      ///< what kPause stopped goes on
  kShutDown,    ///< end the program in order
  kSayUnknown,
};

struct PowerRow {
  PowerState from;
  PowerEvent event;
  PowerState to;
  PowerAction action;
};

/// A pair that is not in it changes nothing.
std::span<const PowerRow> power_table();

std::string_view to_text(PowerState state);    ///< "on_line"
std::string_view to_text(PowerEvent event);    ///< "battery_stays"
std::string_view to_text(PowerAction action);  ///< "pause"

/// What a reading says; nullopt when it says neither line nor battery ("OFF", "").
std::optional<PowerEvent> event_of(const Reading& reading, const Limits& limits);

class PowerWatch {
 public:
  explicit PowerWatch(const Limits& limits) : limits_(limits) {}

  /// Takes in one look at the UPS; nullopt = it did not answer. `now` never goes back.
  PowerAction look(const std::optional<Reading>& reading, std::chrono::milliseconds now);
  PowerState state() const { return state_; }
  bool silent() const { return silent_; }  ///< said to be unknown; the state is the last one known

 private:
  PowerAction take(PowerEvent event);

  Limits limits_;
  PowerState state_ = PowerState::kUnknown;
  std::optional<std::chrono::milliseconds> heard_, battery_since_;
  bool silent_ = false;
};

/// What the page shows.
struct PowerView {
  std::string status;  ///< "on_line", "on_battery", "low", "unknown"
  std::optional<int> charge_percent;
  std::optional<std::int64_t> runtime_s;
  bool operator==(const PowerView&) const = default;
};
PowerView view_of(const PowerWatch& watch, const std::optional<Reading>& reading);

}  // namespace kiemphieu::power

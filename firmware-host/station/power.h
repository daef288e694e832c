#pragma once
/// The station's power, put together from its settings.

#include <functional>
#include <memory>

#include "config/station/settings.h"
#include "firmware-host/power/power_guard.h"
#include "firmware-host/station/station.h"

namespace kiemphieu::station {

power::Limits power_limits(const settings::PowerSettings& settings);

/// Error: kPowerLow. A UPS that does not answer, or none, holds nothing up.
Result<void> refuse_low_battery(const settings::PowerSettings& settings);

/// Watches the UPS and moves `station`, which must outlive the guard; nullptr
/// when the settings name none. `shut_down` is called when the battery is nearly
/// empty, after the station has begun to stop. Error: kSettingsInvalid.
Result<std::unique_ptr<power::PowerGuard>> watch_power(const settings::PowerSettings& settings, Station& station,
                                                       std::function<void()> shut_down);

/// Starts the program and waits for it half a second: it asks, others switch off.
void run_shutdown_command(const std::vector<std::string>& command);

}  // namespace kiemphieu::station

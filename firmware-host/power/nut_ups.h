#pragma once
/// A UPS behind a NUT server. The only folder that includes libupsclient.

#include <memory>
#include <string>

#include "firmware-host/power/ups.h"

namespace kiemphieu::power {

/// "name@host" or "name@host:port". Connects with the first read(), and again
/// after a failure. Error: kSettingsInvalid when the name is none.
Result<std::unique_ptr<Ups>> open_nut_ups(const std::string& name);

}  // namespace kiemphieu::power

#pragma once
/// The seam to whatever knows the battery. Not thread-safe.

#include "config/base/result.h"
#include "firmware-host/power/power_watch.h"

namespace kiemphieu::power {

class Ups {
 public:
  virtual ~Ups() = default;
  /// Answers within two seconds. Error: kPowerUnknown with why.
  virtual Result<Reading> read() = 0;
};

}  // namespace kiemphieu::power

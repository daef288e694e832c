#pragma once
/// Sets an open device up for our sheets: source, mode, resolution, page,
/// image processing off, double-feed detection on. Internal to scanner/sane.

#include "scanner/sane/device.h"
#include "scanner/sane/sane_source.h"

namespace kiemphieu::sane {

/// What was agreed.
struct Agreed {
  double dpi = 0;
  bool colour = false;
};

/// kScannerOption: the option, what was needed and what the scanner offers.
Result<Agreed> negotiate(Device& device, const ScanSettings& settings);

}  // namespace kiemphieu::sane

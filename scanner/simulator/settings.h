#pragma once
/// kiemphieusim.conf: what the simulated scanner is like. docs/scanner.md
/// describes every key. Pure, but for load_settings().

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"

namespace kiemphieu::simulator {

struct Settings {
  std::filesystem::path pages;   ///< the hopper
  std::filesystem::path script;  ///< empty = nothing ever goes wrong
  std::filesystem::path state;   ///< folder; default `.kiemphieusim` in the hopper
  double dpi = 200;              ///< of files that do not say
  std::string adf_name = "ADF";
  std::vector<std::string> modes{"Gray", "Color"};
  std::vector<int> resolutions;      ///< empty = any from 50 to 600
  std::vector<std::string> without;  ///< options this scanner does not have
  double max_height_mm = 356;        ///< of the paper path, as of common office feeders
  bool swcrop = false;               ///< the driver's own cropping, on by default on some devices
  bool unknown_height = false;       ///< the driver does not know a page's length before its end
};

/// Relative paths are taken from `folder`. kSettingsInvalid.
Result<Settings> parse_settings(std::string_view text, const std::filesystem::path& folder);

/// The first kiemphieusim.conf in the folders of $SANE_CONFIG_DIR, or in
/// /etc/sane.d when that is not set. kFileNotFound.
Result<Settings> load_settings();

}  // namespace kiemphieu::simulator

// The order matters: a source changes which modes, resolutions and sizes a
// driver offers, so every option is looked up again just before it is set.
#include "scanner/sane/negotiate.h"

#include <sane/saneopts.h>

#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/base/log.h"
#include "scanner/sane/quirks.h"

namespace kiemphieu::sane {
namespace {

constexpr double kMmPerInch = 25.4;
/// Drivers round their largest page; a page this much short of ours still holds it.
constexpr double kSlackMm = 1.0;

Error lacks(std::string_view option, std::string_view needed, const std::optional<Option>& found) {
  return fail(ErrorCode::kScannerOption,
              fmt::format("{}: {} is needed; the scanner offers {}", option, needed,
                          found ? found->offers() : std::string{"no such option"}));
}

Result<void> set_source(Device& device) {
  const auto option = device.find(SANE_NAME_SCAN_SOURCE);
  if (!option && quirks_of(device.name()).sheet_fed_only) return {};
  const auto source = option ? choose_source(option->words()) : std::nullopt;
  if (!source) return lacks(SANE_NAME_SCAN_SOURCE, "a document feeder", option);
  return device.set_word(SANE_NAME_SCAN_SOURCE, *source);
}

Result<bool> set_mode(Device& device, bool colour) {
  const auto option = device.find(SANE_NAME_SCAN_MODE);
  const auto mode = option ? choose_mode(option->words(), colour) : std::nullopt;
  if (!mode) return lacks(SANE_NAME_SCAN_MODE, "Color or Gray", option);
  if (colour && !mode->colour)
    log_event(LogLevel::kWarn, "scanner_gray_only", {{"device", device.name()}, {"mode", mode->name}});
  KP_TRY_VOID(device.set_word(SANE_NAME_SCAN_MODE, mode->name));
  return mode->colour;
}

Result<double> set_resolution(Device& device, int asked_dpi) {
  std::string_view name = SANE_NAME_SCAN_RESOLUTION;
  auto option = device.find(name);
  if (!option) option = device.find(name = SANE_NAME_SCAN_X_RESOLUTION);
  const auto dpi = option ? choose_resolution(option->rule(), asked_dpi) : std::nullopt;
  if (!dpi) return lacks(name, fmt::format("{} to {} dpi", kLeastDpi, kMostDpi), option);
  KP_TRY_VOID(device.set_number(name, *dpi));
  if (name == SANE_NAME_SCAN_X_RESOLUTION && device.find(SANE_NAME_SCAN_Y_RESOLUTION))
    KP_TRY_VOID(device.set_number(SANE_NAME_SCAN_Y_RESOLUTION, *dpi));
  return device.read_number(name).value_or(*dpi);
}

/// A length option in its own unit; a device without the option has a fixed page.
Result<void> set_length(Device& device, std::string_view name, double mm, double dpi) {
  const auto option = device.find(name);
  if (!option || !option->is_settable()) return {};
  const bool pixels = option->descriptor->unit == SANE_UNIT_PIXEL;
  const double wanted = pixels ? mm / kMmPerInch * dpi : mm;
  const double slack = pixels ? kSlackMm / kMmPerInch * dpi : kSlackMm;
  const NumberRule rule = option->rule();
  if (rule.list.empty() && rule.most + slack < wanted)
    return lacks(name, fmt::format("{:g} {}", wanted, pixels ? "pixels" : "mm"), option);
  return device.set_number(name, wanted);
}

Result<void> set_page(Device& device, const ScanSettings& settings, double dpi) {
  // The paper first: drivers limit the scan area to it. Then the far corner, so
  // that the near one never lies beyond it.
  KP_TRY_VOID(set_length(device, SANE_NAME_PAGE_WIDTH, settings.page_width_mm, dpi));
  KP_TRY_VOID(set_length(device, SANE_NAME_PAGE_HEIGHT, settings.page_height_mm, dpi));
  KP_TRY_VOID(set_length(device, SANE_NAME_SCAN_BR_X, settings.page_width_mm, dpi));
  KP_TRY_VOID(set_length(device, SANE_NAME_SCAN_BR_Y, settings.page_height_mm, dpi));
  KP_TRY_VOID(set_length(device, SANE_NAME_SCAN_TL_X, 0, dpi));
  return set_length(device, SANE_NAME_SCAN_TL_Y, 0, dpi);
}

bool offers_word(const Option& option, std::string_view word) {
  for (const std::string& offered : option.words())
    if (offered == word) return true;
  return false;
}

Result<void> apply(Device& device, const Option& option, const FixedOption& fixed) {
  if (option.descriptor->type == SANE_TYPE_STRING) {
    if (!offers_word(option, fixed.value)) return {};
    return device.set_word(fixed.name, std::string{fixed.value});
  }
  const bool is_switch = option.descriptor->type == SANE_TYPE_BOOL;
  double number = 0;
  const auto parsed = std::from_chars(fixed.value.data(), fixed.value.data() + fixed.value.size(), number);
  if (is_switch) return device.set_bool(fixed.name, fixed.value == "yes");
  if (parsed.ec != std::errc{}) return {};  // the same name means something else on this device
  return device.set_number(fixed.name, number);
}

void set_fixed_options(Device& device) {
  for (const FixedOption& fixed : fixed_options()) {
    const auto option = device.find(fixed.name);
    if (!option || !option->is_settable()) continue;
    const auto applied = apply(device, *option, fixed);
    if (!applied) log_error("scanner_option_left", applied.error());
  }
}

}  // namespace

Result<Agreed> negotiate(Device& device, const ScanSettings& settings) {
  Agreed agreed;
  KP_TRY_VOID(set_source(device));
  KP_TRY(agreed.colour, set_mode(device, settings.colour));
  set_fixed_options(device);
  KP_TRY(agreed.dpi, set_resolution(device, settings.resolution_dpi));
  KP_TRY_VOID(set_page(device, settings, agreed.dpi));
  log_event(LogLevel::kInfo, "scanner_agreed",
            {{"device", device.name()},
             {"dpi", fmt::format("{:g}", agreed.dpi)},
             {"colour", agreed.colour ? "yes" : "no"},
             {"page_mm", fmt::format("{:g}x{:g}", settings.page_width_mm, settings.page_height_mm)}});
  return agreed;
}

}  // namespace kiemphieu::sane

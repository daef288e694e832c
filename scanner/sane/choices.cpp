#include "scanner/sane/choices.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string_view>

namespace kiemphieu::sane {
namespace {

constexpr auto kSources = std::to_array<std::string_view>({
    "ADF Front",                                     // fujitsu, canon_dr, epjitsu, kvs40xx
    "ADF",                                           // airscan, escl, hpaio, xerox_mfp, pixma-like
    "ADF Simplex",                                   // airscan in some versions, epson2
    "Automatic Document Feeder",                     // test, epson2, pixma, avision
    "Automatic Document Feeder(left aligned)",       // brother4
    "Automatic Document Feeder(centrally aligned)",  // brother4
    "Document Feeder",
    "ADF - Front side",
    "Feeder",
    "Front",
});

constexpr auto kColourModes = std::to_array<std::string_view>(
    {"Color", "color", "Colour", "24bit Color", "24-bit Color", "24bit Color[Fast]", "RGB"});
constexpr auto kGrayModes = std::to_array<std::string_view>(
    {"Gray", "gray", "Grayscale", "Greyscale", "Grey", "True Gray", "8-bit Gray", "Gray8"});

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

template <class Names>
std::optional<std::string> first_of(const Names& names, const std::vector<std::string>& offered) {
  for (const std::string_view name : names) {
    const auto found = std::find(offered.begin(), offered.end(), name);
    if (found != offered.end()) return *found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> choose_source(const std::vector<std::string>& offered) {
  if (auto known = first_of(kSources, offered)) return known;
  for (const std::string& name : offered) {
    const std::string text = lower(name);
    const bool feeder = text.find("adf") != std::string::npos || text.find("feeder") != std::string::npos;
    const bool other_side = text.find("duplex") != std::string::npos ||
                            text.find("back") != std::string::npos || text.find("card") != std::string::npos;
    if (feeder && !other_side) return name;
  }
  return std::nullopt;
}

std::optional<Mode> choose_mode(const std::vector<std::string>& offered, bool colour) {
  if (colour)
    if (const auto name = first_of(kColourModes, offered)) return Mode{*name, true};
  if (const auto name = first_of(kGrayModes, offered)) return Mode{*name, false};
  return std::nullopt;
}

double nearest(const NumberRule& rule, double wanted) {
  if (!rule.list.empty())
    return *std::min_element(rule.list.begin(), rule.list.end(),
                             [&](double a, double b) { return std::abs(a - wanted) < std::abs(b - wanted); });
  const double inside = std::clamp(wanted, rule.least, rule.most);
  if (rule.step <= 0) return inside;
  const double steps = std::round((inside - rule.least) / rule.step);
  return std::min(rule.least + steps * rule.step, rule.most);
}

std::optional<double> choose_resolution(const NumberRule& rule, int asked_dpi) {
  const double asked = std::clamp(asked_dpi, kLeastDpi, kMostDpi);
  NumberRule ours = rule;
  std::erase_if(ours.list, [](double dpi) { return dpi < kLeastDpi || dpi > kMostDpi; });
  if (ours.list.empty() && !rule.list.empty()) return std::nullopt;
  const double chosen = nearest(ours, asked);
  if (chosen < kLeastDpi || chosen > kMostDpi) return std::nullopt;
  return chosen;
}

}  // namespace kiemphieu::sane

#pragma once
/// Which of a driver's values serve us. Every backend names its source and its
/// modes in its own way; the names here were taken from the backends of
/// sane-backends 1.2 and sane-airscan 0.99. Pure.

#include <optional>
#include <string>
#include <vector>

namespace kiemphieu::sane {

/// What a driver allows for a number: a list, or a range with a step (0 = any).
struct NumberRule {
  std::vector<double> list;
  double least = 0, most = 0, step = 0;
};

inline constexpr int kLeastDpi = 200;  ///< below it a thin pen stroke is lost
inline constexpr int kMostDpi = 300;   ///< above it a stack takes too long for nothing gained

/// One side of the sheet from the feeder; never the glass, never duplex.
std::optional<std::string> choose_source(const std::vector<std::string>& offered);

struct Mode {
  std::string name;
  bool colour = false;
};
/// Colour when asked and offered, else 8-bit gray; never black-and-white.
std::optional<Mode> choose_mode(const std::vector<std::string>& offered, bool colour);

/// The allowed value nearest to `asked_dpi` between kLeastDpi and kMostDpi.
std::optional<double> choose_resolution(const NumberRule& rule, int asked_dpi);

/// `wanted` moved onto the rule's nearest value.
double nearest(const NumberRule& rule, double wanted);

}  // namespace kiemphieu::sane

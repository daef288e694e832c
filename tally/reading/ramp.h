#pragma once
/// How sure a measure makes of something, between what speaks against it and what for it.

#include <algorithm>

namespace kiemphieu::reading {

/// 0 at `from` or before, 1 at `to` or beyond; `from` may be the larger.
inline double ramp(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

}  // namespace kiemphieu::reading

#pragma once
/// What the page says about the mirror.

#include <cstdint>
#include <optional>

#include "config/base/error.h"

namespace kiemphieu::mirror {

struct MirrorStatus {
  std::uint64_t journal_sequence = 0;  ///< the newest record known to be on the medium; 0 = none yet
  bool present = false;                ///< the last round worked
  std::optional<Error> error;          ///< why not
};

}  // namespace kiemphieu::mirror

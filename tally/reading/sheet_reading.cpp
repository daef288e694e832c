#include "tally/reading/sheet_reading.h"

#include "config/base/check.h"

namespace kiemphieu::reading {

std::string_view to_text(Form form) {
  constexpr std::array<std::string_view, 4> kNames = {"ballot", "tally_sheet", "batch_header", "unknown"};
  const auto index = static_cast<std::size_t>(form);
  KP_CHECK(index < kNames.size());
  return kNames[index];
}

std::string_view to_text(SealFinding seal) {
  constexpr std::array<std::string_view, 3> kNames = {"present", "doubtful", "absent"};
  const auto index = static_cast<std::size_t>(seal);
  KP_CHECK(index < kNames.size());
  return kNames[index];
}

}  // namespace kiemphieu::reading

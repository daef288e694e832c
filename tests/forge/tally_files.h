#pragma once
/// A station's tally sheets as files: one scan a contest and what is on them.

#include <cstdint>
#include <filesystem>
#include <string>

#include "config/base/result.h"
#include "config/election/election.h"
#include "tests/forge/conditions.h"
#include "tests/forge/tally_sheet.h"

namespace kiemphieu::forge {

std::optional<Slip> slip_from(std::string_view text);  ///< "none", "wrong-sum", "crossed-out" …

struct TallyFilesPlan {
  std::vector<std::string> contests;  ///< empty: all of the station
  PhysicsLevel physics = PhysicsLevel::kOffice;
  Slip slip = Slip::kNone;
  std::uint64_t seed = 1;
};

/// Writes C.jpg for each contest and truth.json: one object a contest, `contest`,
/// `file`, `slip` and `figures` (id → value as counted; with a slip, as written).
/// Errors: template codes, kStorageIo.
Result<void> write_tally_sheets(const election::Election& election, const election::Station& station,
                                const std::filesystem::path& forms, const TallyFilesPlan& plan,
                                const std::filesystem::path& out);

}  // namespace kiemphieu::forge

#pragma once
/// `kiemphieu journal replay`: the stored pictures read again with today's program,
/// against what the journal says was read. The station reads the picture as it
/// stores it, so an untouched journal and the same program and templates give no difference.

#include <filesystem>
#include <string>
#include <vector>

#include "firmware-host/station/sheet_pipeline.h"

namespace kiemphieu::station {

struct ReadingDifference {
  int batch = 0, position = 0;  ///< batch 0: `position` is the number of a tally sheet
  std::string what;             ///< "outcome", "c2: mark" …
  std::string was, now;
};

struct RereadReport {
  std::uint64_t sheets = 0;     ///< in the journal, voided piles included
  std::uint64_t destroyed = 0;  ///< their pictures are gone because the election asks it
  std::vector<ReadingDifference> differences;  ///< in the journal's order
};

/// Reads with `threads` threads. A picture that is missing or changed is a difference
/// ("picture"). Errors: journal::replay's, template codes.
Result<RereadReport> reread(const std::filesystem::path& folder, const election::Election& election,
                            const std::filesystem::path& templates, unsigned threads);

}  // namespace kiemphieu::station

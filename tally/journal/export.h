#pragma once
/// What may leave the station: totals, the ballots as a heap without order, and
/// the records about batches. Format: docs/formats/journal.md; why nothing more:
/// docs/adr/0001-journal-order-and-secrecy.md.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "tally/journal/replay.h"

namespace kiemphieu::journal {

/// The totals as GET /api/v1/totals gives them: one object a contest, in the
/// election's order.
std::string totals_json(std::span<const counting::ContestTotals> contests, std::uint64_t last_sequence);

/// Writes totals.json, ballots.json and records.json into `out_dir`, made when
/// it is not there. The ballots are shuffled with the system's generator and
/// carry no order, time, image name, batch or mark, only whom they elect.
/// Reads the journal alone. Errors: replay()'s, kDiskFull, kStorageIo.
Result<void> export_journal(const std::filesystem::path& folder, const election::Election& election,
                            const std::filesystem::path& out_dir);

}  // namespace kiemphieu::journal

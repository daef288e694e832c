#pragma once
/// The pieces that the daemon and the self-test both make from the settings.

#include <filesystem>
#include <memory>
#include <string>

#include "config/election/election.h"
#include "config/station/settings.h"
#include "scanner/feed/sheet_source.h"

namespace kiemphieu::station {

/// The election and this station in it. Lives on the heap, so `station` stays valid.
struct Definition {
  election::Election election;
  const election::Station* station = nullptr;
};

/// Errors: election codes, kUnknownStation.
Result<std::unique_ptr<const Definition>> load_definition(const settings::StationSettings& settings);

/// Where the station's signing key lives in its data folder.
std::filesystem::path key_file(const std::filesystem::path& data);

/// Keeps a copy of the election definition beside the journal, durably, so that
/// the folder can be checked on any machine (`kiemphieu journal verify DIR`).
/// Errors: kJournalOther when a copy of another definition is there.
Result<void> keep_election_copy(const settings::StationSettings& settings, const election::Election& election);

/// What lies in the feeder. It decides how much of the scanner's bed is looked at:
/// ballots are not slowed down by the larger window of a tally sheet.
enum class Paper : std::uint8_t { kBallots, kTallySheets };

/// The scanner that the settings name, in a process of its own.
Result<std::unique_ptr<feed::SheetSource>> open_scanner(const settings::ScannerSettings& settings,
                                                        Paper paper = Paper::kBallots);

}  // namespace kiemphieu::station

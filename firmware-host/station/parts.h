#pragma once
/// The pieces that the daemon and the self-test both make from the settings.

#include <filesystem>
#include <memory>
#include <string>

#include "config/crypto/signing.h"
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

/// The key that the settings name. In a file it is made when there is none; in a
/// token it must have been made before (make_key). Errors: as SigningKey::load()
/// and crypto::open_token_key().
Result<crypto::SigningKey> open_key(const settings::KeySettings& settings, const std::filesystem::path& data);
/// The same for the technician, who makes it wherever it lives.
Result<crypto::SigningKey> make_key(const settings::KeySettings& settings, const std::filesystem::path& data);

/// Keeps a copy of the election definition beside the journal, durably, so that
/// the folder can be checked on any machine (`kiemphieu journal verify DIR`).
/// Errors: kJournalOther when a copy of another definition is there.
Result<void> keep_election_copy(const settings::StationSettings& settings, const election::Election& election);

/// The templates too, as they are now: `kiemphieu journal replay DIR` reads the pictures by them.
/// Errors: file and storage codes.
Result<void> keep_template_copies(const settings::StationSettings& settings);

/// How many sheets the station may have to record: one for each voter and contest, unless the
/// settings say another number.
std::uint64_t sheets_expected(const settings::StationSettings& settings, const election::Station& station);

/// What lies in the feeder. It decides how much of the scanner's bed is looked at:
/// ballots are not slowed down by the larger window of a tally sheet.
enum class Paper : std::uint8_t { kBallots, kTallySheets };

/// The scanner that the settings name, in a process of its own.
Result<std::unique_ptr<feed::SheetSource>> open_scanner(const settings::ScannerSettings& settings,
                                                        Paper paper = Paper::kBallots);

}  // namespace kiemphieu::station

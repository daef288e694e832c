#pragma once
/// One round of mirroring: what the station has and the medium has not. No
/// thread, no memory: what is there says what is missing.

#include "firmware-host/mirror/medium.h"
#include "tally/journal/copy.h"

namespace kiemphieu::mirror {

struct Caught {
  std::uint64_t journal_sequence = 0;  ///< the newest record on the medium
  std::uint64_t records = 0, pictures = 0;  ///< copied in this round
};

/// Copies pictures first, then all records and outbox rows in one transaction:
/// wherever the medium is pulled out, it holds a whole earlier state of the
/// station. Durable on return. Errors: kStationSuperseded (the medium was gone on
/// with by another machine), kMirrorOther (it tells another story),
/// kJournalBroken (it has records that the station's own journal lost), storage codes.
Result<Caught> catch_up(const std::filesystem::path& station_folder, const Medium& medium);

/// The other way, after a take-over: pictures that the records name and only the
/// medium has. Returns how many came. Errors: storage codes.
Result<std::uint64_t> fetch_pictures(const Medium& medium, const std::filesystem::path& station_folder);

}  // namespace kiemphieu::mirror

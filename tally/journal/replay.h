#pragma once
/// Reads a journal from its first record, checking as it goes: start-up, crash
/// recovery, totals and export all go through here.

#include <filesystem>
#include <functional>

#include "tally/journal/journal.h"

namespace kiemphieu::journal {

/// Takes each record that is sound in itself and in its place.
using EachRecord = std::function<Result<void>(const Record& record, std::uint64_t sequence)>;

/// A digest stands for every record before it, and so the newest signature of
/// each machine vouches for all that it wrote. kEach also finds a signature that
/// was damaged in between; it costs 66 us a record more.
enum class Signatures : std::uint8_t { kEach, kNewest };

/// Walks the chain; signatures are checked with the key that the first record
/// names, and from a `taken_over` on with the key that this one names. Stops at
/// the first fault or the first error of `each`. Returns the last record's
/// place. Errors: kJournalBroken, kRecordInvalid, storage codes.
Result<JournalHead> read_chain(storage::Database& database, const EachRecord& each,
                               Signatures signatures = Signatures::kEach);

/// A journal folder folded without writing to it, also while the station runs.
struct Replay {
  JournalCreated created;
  JournalHead head;
  State state;
};

/// `election` must outlive the result. `each`, when given, sees every record
/// after it was applied. Errors: read_chain's, kJournalOther, kRecordOrder, kFileNotFound.
Result<Replay> replay(const std::filesystem::path& folder, const election::Election& election,
                      const EachRecord& each = {});

}  // namespace kiemphieu::journal

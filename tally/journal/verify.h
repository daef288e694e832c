#pragma once
/// Checks a journal folder from the outside, without changing it: every digest,
/// signature and sequence number, the order of records, every image against its
/// name, and the totals against a fresh fold.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tally/journal/journal.h"

namespace kiemphieu::journal {

struct Finding {
  std::uint64_t sequence = 0;  ///< 0: concerns the whole journal
  std::string what;            ///< English, exact: "record 17: body changed (digest …, stored …)"
  std::string what_vi;
};

struct VerifyReport {
  std::string station;
  Digest election;
  std::string public_key_hex;  ///< as the first record says: compare with the committee's list
  /// Machines that took over, by the sequence they sign from: compare as well.
  std::map<std::uint64_t, std::string> taken_over_by;
  std::uint64_t images_destroyed = 0;  ///< pictures that are gone because the election asks it
  JournalHead head;
  std::uint64_t sheets = 0, images = 0;
  std::vector<Finding> findings;  ///< empty: sound
};

/// `election` may be null: chain, signatures and images are still checked.
/// `known` is a head seen earlier (on the committee's page, on paper): a journal
/// whose last records were cut off is sound in itself and is found only by it.
/// Reads alone, also while the station runs. Errors: kFileNotFound, storage
/// codes when the file is no database at all.
Result<VerifyReport> verify(const std::filesystem::path& folder, const election::Election* election,
                            const std::optional<JournalHead>& known = {});

}  // namespace kiemphieu::journal

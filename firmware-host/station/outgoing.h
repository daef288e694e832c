#pragma once
/// What leaves a station on the two ways besides the network (docs/paths.md): its outbox as a
/// bundle or as texts for QR codes. Only reads the journal's database: works while the daemon
/// runs and after sealing, on any machine that has the folder.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::station {

/// A station's results must fit into so many codes; more are nobody's patience.
inline constexpr std::size_t kMaxResultCodes = 12;

/// The outbox of the data folder from record `first` on (from 1), in order. Errors: kNothingToSend,
/// kFileNotFound, storage codes, kBundleTooLarge (more than 256 MiB of records).
Result<std::vector<Bytes>> outgoing_records(const std::filesystem::path& data, std::uint64_t first = 1);

/// Those that go into QR codes, in order: a station's final results. The only place that chooses.
/// Today every settled total and the newest status; a station that makes `contest_result` records
/// (one a contest, when it seals) is content with those and the newest status.
std::vector<Bytes> records_for_codes(const std::vector<Bytes>& records);

enum class CodeChoice : std::uint8_t { kResult, kAll };

struct ResultCodes {
  std::vector<std::string> texts;  ///< as sync/codes cuts them
  std::string parcel;              ///< the digits that all of them bear
  std::uint64_t records = 0, last_sequence = 0;
  bool operator==(const ResultCodes&) const = default;
};

/// The texts of the data folder's records. Errors: as outgoing_records(), kNothingToSend (no result
/// yet), kCodesTooMany.
Result<ResultCodes> result_codes(const std::filesystem::path& data, CodeChoice choice = CodeChoice::kResult);

/// The bundle's bytes. Errors: as outgoing_records(), kBundleTooLarge.
Result<Bytes> bundle_file(const std::filesystem::path& data, std::uint64_t first = 1);

}  // namespace kiemphieu::station

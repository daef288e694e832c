// Tested by tests/unit/firmware-host/outgoing_test.cpp and tests/system/paper.py.
#include "firmware-host/station/outgoing.h"

#include <algorithm>

#include "sync/bundle/bundle.h"
#include "sync/codes/parts.h"
#include "sync/outbox/outbox.h"
#include "sync/wire/body.h"
#include "sync/wire/parcel.h"
#include "tally/journal/store.h"

namespace kiemphieu::station {
namespace {

constexpr std::string_view kContestResult = "contest_result";
/// Held in memory at once. The largest evening has a hundredth of it.
constexpr std::size_t kMaxRecordBytes = 256U << 20U;

bool has_table(storage::Database& database) {
  auto query = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'outbox_records'");
  if (!query) return false;
  const auto found = query->step();
  return found && *found;
}

std::string kind_of(const Bytes& record) {
  const auto envelope = wire::decode(record);
  return envelope ? envelope->kind : std::string{};
}

}  // namespace

Result<std::vector<Bytes>> outgoing_records(const std::filesystem::path& data, std::uint64_t first) {
  KP_TRY(storage::Database database, journal::open_to_read(data));
  std::vector<Bytes> records;
  std::size_t bytes = 0;
  while (has_table(database)) {
    KP_TRY(auto items, outbox::read_records(database, first + records.size(), wire::kMaxBatchRecords, wire::kMaxBatchBytes));
    if (items.empty()) break;
    for (outbox::Item& item : items) {
      bytes += item.envelope.size();
      records.push_back(std::move(item.envelope));
    }
    if (bytes > kMaxRecordBytes) return fail(ErrorCode::kBundleTooLarge, std::to_string(bytes) + " bytes of records");
  }
  if (records.empty()) return fail(ErrorCode::kNothingToSend, data.string());
  return records;
}

std::vector<Bytes> records_for_codes(const std::vector<Bytes>& records) {
  std::vector<std::string> kinds;
  for (const Bytes& record : records) kinds.push_back(kind_of(record));
  const bool final_results = std::ranges::find(kinds, kContestResult) != kinds.end();
  const auto newest_status = std::find(kinds.rbegin(), kinds.rend(), wire::Status::kKind).base() - kinds.begin() - 1;
  std::vector<Bytes> chosen;
  bool results = false;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const bool total = kinds[i] == wire::BatchTotal::kKind || kinds[i] == wire::TallyTotal::kKind;
    const bool result = final_results ? kinds[i] == kContestResult : total;
    if (result || static_cast<std::ptrdiff_t>(i) == newest_status) chosen.push_back(records[i]);
    results = results || result;
  }
  return results ? chosen : std::vector<Bytes>{};
}

Result<ResultCodes> result_codes(const std::filesystem::path& data, CodeChoice choice) {
  KP_TRY(std::vector<Bytes> records, outgoing_records(data));
  if (choice == CodeChoice::kResult) records = records_for_codes(records);
  if (records.empty()) return fail(ErrorCode::kNothingToSend, "no settled total yet");
  const std::size_t most = choice == CodeChoice::kResult ? kMaxResultCodes : codes::kMaxParts;
  std::size_t bytes = 0;
  for (const Bytes& record : records) bytes += record.size() + 4;
  if (records.size() > wire::kMaxBatchRecords || bytes > wire::kMaxBatchBytes)
    return fail(ErrorCode::kCodesTooMany, std::to_string(records.size()) + " records");
  ResultCodes made;
  KP_TRY(made.texts, codes::cut(wire::encode_parcel(records), most));
  made.parcel = codes::find_parts(made.texts.front()).at(0).parcel;
  made.records = records.size();
  KP_TRY(const wire::Envelope last, wire::decode(records.back()));
  made.last_sequence = last.sequence;
  return made;
}

Result<Bytes> bundle_file(const std::filesystem::path& data, std::uint64_t first) {
  KP_TRY(const auto records, outgoing_records(data, first));
  return bundle::encode(records);
}

}  // namespace kiemphieu::station

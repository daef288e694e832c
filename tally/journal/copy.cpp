#include "tally/journal/copy.h"

namespace kiemphieu::journal {
namespace {

Result<JournalHead> head_of(storage::Database& database) {
  KP_TRY(storage::Statement select, database.prepare("SELECT sequence, digest FROM journal ORDER BY sequence DESC LIMIT 1"));
  KP_TRY(const bool row, select.step());
  if (!row) return JournalHead{};
  KP_TRY(const Digest digest, Digest::from_bytes(select.blob(1)));
  return JournalHead{static_cast<std::uint64_t>(select.integer(0)), digest};
}

Result<int> epoch_of(storage::Database& database) {
  KP_TRY(storage::Statement select, database.prepare("SELECT count(*) FROM journal WHERE kind IN ('journal_created', 'taken_over')"));
  KP_TRY(const bool row, select.step());
  KP_CHECK(row);
  return static_cast<int>(select.integer(0));
}

}  // namespace

Result<Comparison> compare(storage::Database& original, storage::Database& copy) {
  Comparison found;
  KP_TRY(found.original, head_of(original));
  KP_TRY(found.copy, head_of(copy));
  KP_TRY(found.original_epoch, epoch_of(original));
  KP_TRY(found.copy_epoch, epoch_of(copy));
  // The chain makes one common digest stand for all records before it.
  const std::uint64_t common = std::min(found.original.sequence, found.copy.sequence);
  if (common == 0) return found;
  KP_TRY(const auto there, digest_at(original, common));
  KP_TRY(const auto here, digest_at(copy, common));
  found.one_story = there && here && *there == *here;
  return found;
}

Result<std::vector<StoredRecord>> rows_behind(storage::Database& database, std::uint64_t sequence) {
  std::vector<StoredRecord> rows;
  KP_TRY_VOID(read_rows(database, sequence, [&](StoredRecord row) -> Result<void> {
    rows.push_back(std::move(row));
    return {};
  }));
  return rows;
}

std::optional<Digest> image_of(const StoredRecord& row) {
  if (row.kind != "sheet_recorded" && row.kind != "tally_sheet_recorded") return std::nullopt;
  const auto record = decode(row.kind, as_text(row.body));
  if (!record) return std::nullopt;
  if (const auto* sheet = std::get_if<SheetRecorded>(&*record)) return sheet->image;
  return std::get<TallySheetRecorded>(*record).image;
}

bool destroys_images(const StoredRecord& row) { return row.kind == kind_of(ImagesDestroyed{}); }

Result<std::vector<Digest>> images_named(storage::Database& database) {
  std::vector<Digest> images;
  KP_TRY_VOID(read_rows(database, 0, [&](const StoredRecord& row) -> Result<void> {
    if (destroys_images(row)) images.clear();
    if (const auto image = image_of(row)) images.push_back(*image);
    return {};
  }));
  return images;
}

}  // namespace kiemphieu::journal

#include "firmware-host/mirror/catch_up.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/storage/files.h"
#include "firmware-host/station/paper_memory.h"
#include "sync/outbox/outbox.h"
#include "tally/journal/images.h"

namespace kiemphieu::mirror {
namespace {

constexpr std::size_t kMaxImageBytes = 64U << 20U;
constexpr std::size_t kMaxSmallFileBytes = 256U << 20U;

Result<storage::Database> open_copy(const std::filesystem::path& folder) {
  KP_TRY(storage::Database database, storage::Database::open(journal::database_path(folder)));
  KP_TRY_VOID(journal::create_tables(database));
  KP_TRY_VOID(outbox::create_tables(database));
  return database;
}

Result<void> check_story(const journal::Comparison& found) {
  if (found.copy_epoch > found.original_epoch)
    return fail(ErrorCode::kStationSuperseded,
                fmt::format("the mirror has machine {}, this is machine {}", found.copy_epoch, found.original_epoch));
  if (!found.one_story)
    return fail(ErrorCode::kMirrorOther, fmt::format("its record {} is not this journal's", found.copy.sequence));
  if (found.copy.sequence > found.original.sequence)
    return fail(ErrorCode::kJournalBroken, fmt::format("the mirror has record {}, the journal ends at {}",
                                                       found.copy.sequence, found.original.sequence));
  return {};
}

/// Durable on return; false: there is none to copy.
Result<bool> copy_picture(const std::filesystem::path& from, const std::filesystem::path& to, const Digest& image) {
  const std::filesystem::path target = journal::image_file(to, image);
  const auto bytes = storage::read_file(journal::image_file(from, image), kMaxImageBytes);
  if (!bytes) {  // destroyed at sealing, or of a journal from before encryption; `journal verify` judges that
    if (bytes.error().code == ErrorCode::kFileNotFound) return false;
    return bytes.error();
  }
  KP_TRY_VOID(storage::create_folders_durably(target.parent_path()));
  KP_TRY_VOID(storage::write_file_without_time(target, *bytes));
  return true;
}

Result<void> copy_small_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code ignored;
  if (!std::filesystem::exists(from, ignored) || std::filesystem::exists(to, ignored)) return {};
  KP_TRY(const Bytes bytes, storage::read_file(from, kMaxSmallFileBytes));
  return storage::write_file_durably(to, bytes);
}

/// The copy says that its pictures are gone, and names none since.
Result<bool> ends_with_destruction(storage::Database& copy, std::uint64_t last) {
  constexpr std::uint64_t kSealedRecords = 64;  // starts and lifecycle changes behind a sealing
  KP_TRY(const auto rows, journal::rows_behind(copy, last > kSealedRecords ? last - kSealedRecords : 0));
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (journal::image_of(*row)) return false;
    if (journal::destroys_images(*row)) return true;
  }
  return false;
}

Result<void> lock_image_key(const std::filesystem::path& from, const Medium& medium) {
  if (medium.has_image_key()) return {};
  KP_TRY(const crypto::SecretKey key, crypto::SecretKey::load(journal::image_key_file(from)));
  return medium.lock_image_key(key);
}

/// What a round before was stopped in is done: its records say that the pictures are gone.
Result<void> finish_destruction(storage::Database& copy, std::uint64_t last, const Medium& medium) {
  if (!journal::has_pictures(medium.folder())) return {};
  KP_TRY(const bool destroyed, ends_with_destruction(copy, last));
  return destroyed ? medium.destroy_images() : Result<void>{};
}

/// After the rows are durable there: what they destroy, and what a station that was opened again scanned since.
Result<void> destroy_as_said(const std::vector<journal::StoredRecord>& rows, const std::filesystem::path& from,
                             const Medium& medium) {
  const auto newest = std::find_if(rows.rbegin(), rows.rend(), [](const auto& row) { return journal::destroys_images(row); });
  if (newest == rows.rend()) return {};
  KP_TRY_VOID(medium.destroy_images());
  KP_TRY_VOID(lock_image_key(from, medium));
  for (auto row = newest.base(); row != rows.end(); ++row)
    if (const auto image = journal::image_of(*row)) KP_TRY_VOID(copy_picture(from, medium.folder(), *image));
  return {};
}

/// What one read transaction of the station shows: records and outbox of one moment.
Result<Caught> copy_records(storage::Database& original, storage::Database& copy, const std::filesystem::path& from,
                            const Medium& medium) {
  KP_TRY(const journal::Comparison found, journal::compare(original, copy));
  KP_TRY_VOID(check_story(found));
  KP_TRY_VOID(finish_destruction(copy, found.copy.sequence, medium));
  KP_TRY_VOID(lock_image_key(from, medium));
  KP_TRY(const std::vector<journal::StoredRecord> rows, journal::rows_behind(original, found.copy.sequence));
  Caught caught{found.copy.sequence, 0, 0};
  // Also where a file is: a round that was stopped may have left a name that is not durable yet.
  for (const journal::StoredRecord& row : rows) {
    const auto image = journal::image_of(row);
    if (!image) continue;
    KP_TRY(const bool copied, copy_picture(from, medium.folder(), *image));
    if (copied) ++caught.pictures;
  }
  KP_TRY(storage::Transaction transaction, copy.begin());
  KP_TRY(storage::Statement insert, journal::prepare_insert(copy));
  for (const journal::StoredRecord& row : rows) KP_TRY_VOID(journal::add_row(insert, row));
  KP_TRY_VOID(outbox::copy_records(original, transaction));
  KP_TRY_VOID(transaction.commit());
  caught.records = rows.size();
  if (!rows.empty()) caught.journal_sequence = rows.back().sequence;
  KP_TRY_VOID(destroy_as_said(rows, from, medium));
  return caught;
}

}  // namespace

Result<Caught> catch_up(const std::filesystem::path& station_folder, const Medium& medium) {
  storage::OpenOptions existing;
  existing.create = false;
  KP_TRY(storage::Database original, storage::Database::open(journal::database_path(station_folder), existing));
  KP_TRY(storage::Database copy, open_copy(medium.folder()));
  KP_TRY_VOID(copy_small_file(station_folder / "election.json", medium.folder() / "election.json"));
  KP_TRY_VOID(original.execute("BEGIN"));  // a read transaction: everything below is of one moment
  auto caught = copy_records(original, copy, station_folder, medium);
  KP_TRY_VOID(original.execute("COMMIT"));
  if (caught) KP_TRY_VOID(station::PaperMemory::copy(station_folder, medium.folder()));
  return caught;
}

Result<std::uint64_t> fetch_pictures(const Medium& medium, const std::filesystem::path& station_folder) {
  storage::OpenOptions existing;
  existing.create = false;
  KP_TRY(storage::Database own, storage::Database::open(journal::database_path(station_folder), existing));
  KP_TRY(const std::vector<Digest> images, journal::images_named(own));
  std::uint64_t fetched = 0;
  std::error_code ignored;
  for (const Digest& image : images) {
    if (std::filesystem::exists(journal::image_file(station_folder, image), ignored)) continue;
    KP_TRY(const bool copied, copy_picture(medium.folder(), station_folder, image));
    if (copied) ++fetched;
  }
  return fetched;
}

}  // namespace kiemphieu::mirror

#include "firmware-host/mirror/take_over.h"

#include "config/storage/files.h"
#include "firmware-host/station/paper_memory.h"
#include "sync/outbox/outbox.h"
#include "sync/wire/body.h"
#include "tally/journal/copy.h"
#include "tally/journal/images.h"
#include "tally/journal/replay.h"

namespace kiemphieu::mirror {
namespace {

/// Where the journal is put together; what an interruption leaves there is thrown away.
std::filesystem::path unfinished_folder(const std::filesystem::path& data) { return data / "take-over.unfinished"; }

Result<void> copy_whole(const std::filesystem::path& from, const std::filesystem::path& to) {
  KP_TRY(storage::Database original, journal::open_to_read(from));
  KP_TRY(storage::Database copy, storage::Database::open(journal::database_path(to)));
  KP_TRY_VOID(journal::create_tables(copy));
  KP_TRY_VOID(outbox::create_tables(copy));
  KP_TRY_VOID(original.execute("BEGIN"));
  KP_TRY(const auto rows, journal::rows_behind(original, 0));
  KP_TRY(storage::Transaction transaction, copy.begin());
  KP_TRY(storage::Statement insert, journal::prepare_insert(copy));
  for (const journal::StoredRecord& row : rows) KP_TRY_VOID(journal::add_row(insert, row));
  KP_TRY_VOID(outbox::copy_records(original, transaction));
  return transaction.commit();
}

/// The committee hears of it first of all that this machine says.
journal::Journal::AlsoOf tell_committee(const std::string& station, const election::Election& election,
                                        const crypto::SigningKey& key) {
  return [&](storage::Database& database, const journal::TakenOver& taken) -> Result<journal::Journal::Also> {
    KP_TRY(outbox::Outbox outbox, outbox::Outbox::open(database, station, election.digest, key));
    const std::string body = wire::encode(wire::TakeOver{static_cast<std::uint64_t>(taken.epoch), taken.public_key_hex});
    return journal::Journal::Also{[outbox = std::move(outbox), body](storage::Transaction& transaction) mutable -> Result<void> {
      auto enqueued = outbox.enqueue(transaction, wire::TakeOver::kKind, body);
      if (!enqueued) return std::move(enqueued).error();
      return {};
    }};
  };
}

/// Closing writes the log into the database. A disk that refuses that leaves the log, and with
/// it the take-over's own record: then the file alone may not be moved.
Result<void> check_whole(const std::filesystem::path& folder) {
  const std::filesystem::path log = journal::database_path(folder).string() + "-wal";
  std::error_code ignored;
  if (!std::filesystem::exists(log, ignored)) return {};
  return fail(ErrorCode::kStorageIo, log.string() + ": could not be written into the journal");
}

Result<void> keep_image_key(const Medium& medium, const TakeOver& request, const journal::State& state) {
  const std::uint64_t destroyed = state.images_destroyed_through();
  const bool no_pictures = destroyed > 0 && !state.has_sheet_after(destroyed);
  const std::filesystem::path path = journal::image_key_file(request.data);
  // Of an attempt that was interrupted, or made by a self-test: no picture lies under it.
  if (!medium.has_image_key() && no_pictures) return storage::remove_file_durably(path);
  KP_TRY(const crypto::SecretKey key, medium.image_key(request.code));
  KP_TRY_VOID(storage::remove_file_durably(path));
  return key.save(path);
}

}  // namespace

Result<void> take_over(const TakeOver& request, const election::Election& election, const crypto::SigningKey& key) {
  const std::filesystem::path target = journal::database_path(request.data);
  if (std::filesystem::exists(target)) return fail(ErrorCode::kTakeOverRefused, target.string() + ": there is a journal here");
  KP_TRY(const Medium medium, Medium::find(request.root, request.station, election.digest));
  auto sound = journal::replay(medium.folder(), election);
  if (!sound) return std::move(sound).error().with_context("the mirror's journal");
  KP_TRY_VOID(keep_image_key(medium, request, sound->state));
  KP_TRY_VOID(station::PaperMemory::copy(medium.folder(), request.data));

  const std::filesystem::path unfinished = unfinished_folder(request.data);
  std::error_code ignored;
  std::filesystem::remove_all(unfinished, ignored);
  KP_TRY_VOID(storage::create_folders_durably(unfinished));
  KP_TRY_VOID(copy_whole(medium.folder(), unfinished));
  KP_TRY_VOID(journal::Journal::take_over(unfinished, election, request.station, key, request.wall_unix_s,
                                          tell_committee(request.station, election, key)));
  KP_TRY_VOID(check_whole(unfinished));
  KP_TRY_VOID(storage::move_file_durably(journal::database_path(unfinished), target));
  std::filesystem::remove_all(unfinished, ignored);
  return {};
}

}  // namespace kiemphieu::mirror

#include "firmware-host/station/paper_memory.h"

#include <map>

#include "config/base/log.h"
#include "config/storage/migrations.h"

namespace kiemphieu::station {
namespace {

constexpr storage::Migration kMigrations[] = {{1, R"sql(
CREATE TABLE papers(
  image       BLOB PRIMARY KEY CHECK(length(image) = 32),
  fingerprint BLOB NOT NULL
) STRICT, WITHOUT ROWID;
)sql"}};

Result<storage::Database> open_file(const std::filesystem::path& path) {
  KP_TRY(storage::Database database, storage::Database::open(path));
  KP_TRY_VOID(storage::migrate(database, "papers", kMigrations));
  return database;
}

/// All of it follows from the pictures: a broken file is no reason to stop a count.
Result<storage::Database> open_or_renew(const std::filesystem::path& path) {
  auto opened = open_file(path);
  if (opened) return opened;
  log_error("papers_made_anew", opened.error());
  std::error_code ignored;
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + end, ignored);
  return open_file(path);
}

Result<std::int64_t> count_of(storage::Database& database) {
  KP_TRY(storage::Statement select, database.prepare("SELECT count(*) FROM papers"));
  KP_TRY(const bool row, select.step());
  KP_CHECK(row);
  return select.integer(0);
}

bool is_ballot(const journal::SheetRecorded& sheet) { return sheet.form == reading::Form::kBallot; }

bool counts_or_waits(const journal::State& state, papers::Place place) {
  const journal::SheetState* sheet = state.find_sheet(place.batch, place.position);
  const auto batch = state.batches().find(place.batch);
  if (sheet == nullptr || batch->second.status == journal::BatchStatus::kVoided) return false;
  return sheet->waits() || sheet->counted().has_value();
}

}  // namespace

Result<PaperMemory> PaperMemory::open(const std::filesystem::path& folder, const journal::State& state) {
  KP_TRY(storage::Database database, open_or_renew(folder / "papers.db"));
  PaperMemory memory{std::move(database)};
  // A power cut may have come between the record about the pictures and this.
  if (state.images_destroyed_through() > 0 && !state.has_sheet_after(state.images_destroyed_through()))
    KP_TRY_VOID(memory.forget());
  KP_TRY_VOID(memory.recall(state));
  return memory;
}

Result<void> PaperMemory::copy(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code ignored;
  if (!std::filesystem::exists(from / "papers.db", ignored)) return {};
  KP_TRY(storage::Database original, open_file(from / "papers.db"));
  KP_TRY(storage::Database copied, open_or_renew(to / "papers.db"));
  KP_TRY(const std::int64_t all, count_of(original));
  KP_TRY(const std::int64_t have, count_of(copied));
  if (have == all) return {};
  KP_TRY(storage::Transaction transaction, copied.begin());
  KP_TRY(storage::Statement insert, copied.prepare("INSERT OR IGNORE INTO papers VALUES(?, ?)"));
  KP_TRY(storage::Statement select, original.prepare("SELECT image, fingerprint FROM papers"));
  for (;;) {
    KP_TRY(const bool row, select.step());
    if (!row) break;
    KP_TRY_VOID(insert.bind(1, ByteView{select.blob(0)}).bind(2, ByteView{select.blob(1)}).run());
  }
  return transaction.commit();
}

Result<void> PaperMemory::recall(const journal::State& state) {
  std::map<Digest, reading::Fingerprint> kept;
  KP_TRY(storage::Statement rows, database_.prepare("SELECT image, fingerprint FROM papers"));
  for (;;) {
    KP_TRY(const bool row, rows.step());
    if (!row) break;
    const auto image = Digest::from_bytes(rows.blob(0));
    const auto fingerprint = reading::Fingerprint::from_bytes(rows.blob(1));
    if (image && fingerprint) kept.emplace(*image, *fingerprint);  // others are missing, and made again
  }
  for (const auto& [number, batch] : state.batches())
    for (const journal::SheetState& sheet : batch.sheets)
      if (const auto found = kept.find(sheet.record.image); found != kept.end() && is_ballot(sheet.record))
        take_in(sheet.record, found->second);
  return {};
}

void PaperMemory::take_in(const journal::SheetRecorded& sheet, const reading::Fingerprint& fingerprint) {
  papers_.add(sheet.interpretation.contest, {sheet.batch, sheet.position}, fingerprint);
  known_.emplace(sheet.batch, sheet.position);
}

std::optional<journal::SheetPlace> PaperMemory::seen(const journal::State& state, const std::string& contest,
                                                     const reading::Fingerprint& fingerprint) const {
  const auto place =
      papers_.find(contest, fingerprint, [&](papers::Place earlier) { return counts_or_waits(state, earlier); });
  if (!place) return std::nullopt;
  return journal::SheetPlace{place->batch, place->position};
}

void PaperMemory::remember(const journal::SheetRecorded& sheet, const reading::Fingerprint& fingerprint) {
  take_in(sheet, fingerprint);
  unkept_.emplace_back(sheet.image, fingerprint);
}

Result<void> PaperMemory::keep() {
  if (unkept_.empty()) return {};
  KP_TRY(storage::Transaction transaction, database_.begin());
  KP_TRY(storage::Statement insert, database_.prepare("INSERT OR REPLACE INTO papers VALUES(?, ?)"));
  for (const auto& [image, fingerprint] : unkept_) {
    const auto bytes = fingerprint.to_bytes();
    insert.bind(1, image.view()).bind(2, ByteView{bytes});
    KP_TRY_VOID(insert.run());
  }
  KP_TRY_VOID(transaction.commit());
  unkept_.clear();
  return {};
}

Result<void> PaperMemory::forget() {
  unkept_.clear();
  return database_.execute("PRAGMA secure_delete=ON; DELETE FROM papers; PRAGMA wal_checkpoint(TRUNCATE)");
}

std::vector<journal::SheetRecorded> PaperMemory::missing(const journal::State& state) const {
  std::vector<journal::SheetRecorded> sheets;
  for (const auto& [number, batch] : state.batches())
    if (batch.status != journal::BatchStatus::kVoided)
      for (const journal::SheetState& sheet : batch.sheets)
        if (sheet.sequence > state.images_destroyed_through() && is_ballot(sheet.record) &&
            !known_.contains({sheet.record.batch, sheet.record.position}))
          sheets.push_back(sheet.record);
  return sheets;
}

}  // namespace kiemphieu::station

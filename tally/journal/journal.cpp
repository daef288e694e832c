#include "tally/journal/journal.h"

#include "config/storage/files.h"
#include "tally/journal/chain.h"
#include "tally/journal/folder_lock.h"
#include "tally/journal/head_note.h"
#include "tally/journal/images.h"
#include "tally/journal/ordinary_sheet.h"
#include "tally/journal/replay.h"
#include "tally/journal/store.h"

namespace kiemphieu::journal {
namespace {

constexpr std::string_view kSoftware = "kiemphieu " KP_VERSION;

Result<void> check_origin(const JournalCreated& created, const election::Election& election, const std::string& station) {
  if (created.election != election.digest)
    return fail(ErrorCode::kJournalOther, "election " + created.election.short_hex());
  if (created.station != station) return fail(ErrorCode::kJournalOther, "station " + created.station);
  return {};
}

/// The journal still has what was noted after an earlier commit.
Result<void> check_noted(storage::Database& database, const JournalHead& head, const JournalHead& noted) {
  if (noted.sequence > head.sequence)
    return fail(ErrorCode::kJournalBroken, "it ends at record " + std::to_string(head.sequence) + ", but had come to record " +
                                               std::to_string(noted.sequence) + ": the newest records are lost");
  if (noted.sequence == 0) return {};
  KP_TRY(const auto digest, digest_at(database, noted.sequence));
  if (digest && *digest == noted.digest) return {};
  return fail(ErrorCode::kJournalBroken, "record " + std::to_string(noted.sequence) + " is not the one that was noted");
}

/// A record's bytes, and the record as a later start will read it from them.
Result<std::pair<std::string, Record>> spell(const Record& record) {
  if (const auto* sheet = std::get_if<SheetRecorded>(&record))
    if (auto ordinary = ordinary_sheet(*sheet)) return std::pair{std::move(ordinary->body), Record{std::move(ordinary->record)}};
  std::string body = encode(record);
  KP_TRY(Record stored, decode(kind_of(record), body));
  return std::pair{std::move(body), std::move(stored)};
}

}  // namespace

struct Journal::Impl {
  FolderLock lock;
  storage::Database database;
  HeadNote note;
  std::filesystem::path folder;
  const crypto::SigningKey* key;
  State state;
  JournalHead head;
  std::optional<ImageStore> images;
  std::optional<storage::Statement> insert;  // after database: goes first

  /// The records that are there, folded and checked.
  Result<void> fold(const election::Election& election, const std::string& station);
  Result<void> open_images();

  /// Writes one record behind `at` and moves `at`. Returns the record as a
  /// later start will read it, so that running and starting fold the same.
  Result<Record> write(const Record& record, JournalHead& at);
  Result<void> apply_and_commit(std::span<const Record> records, const Also& also, storage::Transaction& transaction);
};

Result<Record> Journal::Impl::write(const Record& record, JournalHead& at) {
  const std::string_view kind = kind_of(record);
  KP_TRY(auto spelt, spell(record));
  const std::string& body = spelt.first;
  const std::uint64_t sequence = at.sequence + 1;
  const Digest digest = chain_digest(at.digest, sequence, kind, as_bytes(body));
  KP_TRY(const crypto::Signature signature, key->sign(digest.view()));
  StoredRecord row{sequence, std::string{kind}, Bytes(body.begin(), body.end()),
                   Bytes(digest.bytes.begin(), digest.bytes.end()),
                   Bytes(signature.bytes.begin(), signature.bytes.end())};
  KP_TRY_VOID(add_row(*insert, row));
  at = {sequence, digest};
  return std::move(spelt.second);
}

Result<void> Journal::Impl::apply_and_commit(std::span<const Record> records, const Also& also,
                                             storage::Transaction& transaction) {
  std::vector<State::Undo> undos;
  Result<void> done;
  for (std::size_t i = 0; i < records.size() && done; ++i) {
    auto undo = state.apply_undoably(records[i], head.sequence + 1 + i);
    if (undo) undos.push_back(std::move(*undo));
    else done = std::move(undo).error();
  }
  if (done && also) done = also(transaction);
  if (done) done = transaction.commit();
  if (!done)
    for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) (*undo)(state);
  return done;
}

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

Result<void> Journal::Impl::fold(const election::Election& election, const std::string& station) {
  const auto noted = note.read();
  const auto take = [&](const Record& record, std::uint64_t sequence) -> Result<void> {
    if (const auto* created = std::get_if<JournalCreated>(&record))
      KP_TRY_VOID(check_origin(*created, election, station));
    return state.apply(record, sequence);
  };
  KP_TRY(head, read_chain(database, take, Signatures::kNewest));
  if (noted) KP_TRY_VOID(check_noted(database, head, *noted));
  KP_TRY(insert, prepare_insert(database));
  return {};
}

Result<void> Journal::Impl::open_images() {
  // A power cut may have come between the record and the last picture.
  if (state.images_destroyed_through() > 0 && !state.has_sheet_after(state.images_destroyed_through()))
    KP_TRY_VOID(ImageStore::destroy_all(folder));
  KP_TRY(images, ImageStore::to_write(folder));
  images->remove_unfinished();
  return {};
}

Result<Journal> Journal::open_any(const std::filesystem::path& folder, const election::Election& election,
                                  const std::string& station, const crypto::SigningKey& key) {
  KP_TRY_VOID(storage::create_folders_durably(folder));
  KP_TRY(FolderLock lock, FolderLock::take(folder));
  KP_TRY(storage::Database database, storage::Database::open(database_path(folder)));
  KP_TRY_VOID(create_tables(database));
  KP_TRY(HeadNote note, HeadNote::open(folder));
  std::unique_ptr<Impl> impl{
      new Impl{std::move(lock), std::move(database), std::move(note), folder, &key, State{election}, {}, std::nullopt, std::nullopt}};
  KP_TRY_VOID(impl->fold(election, station));
  return Journal{std::move(impl)};
}

Result<Journal> Journal::open(const std::filesystem::path& folder, const election::Election& election,
                              const std::string& station, const crypto::SigningKey& key) {
  KP_TRY(Journal journal, open_any(folder, election, station, key));
  const std::string& owner = journal.state().owner_key_hex();
  if (!owner.empty() && owner != key.public_key().hex()) return fail(ErrorCode::kJournalOther, "key " + owner);
  KP_TRY_VOID(journal.impl_->open_images());
  if (journal.head().sequence == 0) {
    KP_TRY(const JournalHead created, journal.append(JournalCreated{election.digest, station, key.public_key().hex(),
                                                                    std::string{kSoftware}}));
    KP_CHECK(created.sequence == 1);
  }
  return journal;
}

Result<void> Journal::take_over(const std::filesystem::path& folder, const election::Election& election,
                                const std::string& station, const crypto::SigningKey& key, std::int64_t wall_unix_s,
                                const AlsoOf& also) {
  KP_TRY(Journal journal, open_any(folder, election, station, key));
  const State& state = journal.state();
  if (journal.head().sequence == 0) return fail(ErrorCode::kTakeOverRefused, "the journal is empty");
  if (state.owner_key_hex() == key.public_key().hex())
    return fail(ErrorCode::kTakeOverRefused, "this machine writes this journal already");
  const TakenOver taken{state.epoch() + 1, key.public_key().hex(), std::string{kSoftware}, wall_unix_s};
  KP_TRY(const Also in_transaction, also(journal.database(), taken));
  auto appended = journal.append(taken, in_transaction);
  if (!appended) return std::move(appended).error();
  return {};
}

Result<void> Journal::destroy_images() {
  KP_TRY_VOID(ImageStore::destroy_all(impl_->folder));
  return impl_->open_images();
}

Result<JournalHead> Journal::append(std::span<const Record> records, const Also& also) {
  KP_CHECK(!records.empty());
  KP_TRY(storage::Transaction transaction, impl_->database.begin());
  JournalHead head = impl_->head;
  std::vector<Record> stored;
  for (const Record& record : records) {
    KP_TRY(Record written, impl_->write(record, head));
    stored.push_back(std::move(written));
  }
  KP_TRY_VOID(impl_->apply_and_commit(stored, also, transaction));
  impl_->head = head;
  impl_->note.write(head);
  return head;
}

Result<JournalHead> Journal::append(const Record& record, const Also& also) {
  return append(std::span{&record, 1}, also);
}

Result<Digest> Journal::store_image(ByteView jpeg) { return impl_->images->store(jpeg); }
Result<Bytes> Journal::load_image(const Digest& digest) const { return impl_->images->load(digest); }
bool Journal::has_image(const Digest& digest) const { return impl_->images->has(digest); }
void Journal::also_look_for_images_in(const std::filesystem::path& folder) { impl_->images->also_look_in(folder); }
const State& Journal::state() const { return impl_->state; }
const JournalHead& Journal::head() const { return impl_->head; }
storage::Database& Journal::database() { return impl_->database; }

}  // namespace kiemphieu::journal

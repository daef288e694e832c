#include "tally/journal/journal.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "config/storage/files.h"
#include "tally/journal/verify.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

void check_sound(const std::filesystem::path& folder) {
  const auto report = verify(folder, &scene::election());
  REQUIRE(report);
  for (const Finding& finding : report->findings) CHECK_MESSAGE(false, finding.what);
}

std::int64_t rows_of(Journal& journal, const std::string& table) {
  auto count = journal.database().prepare("SELECT count(*) FROM " + table);
  REQUIRE(count);
  REQUIRE(count->step());
  return count->integer(0);
}

}  // namespace

TEST_CASE("what was appended is there after opening again") {
  const scene::Folder folder;
  JournalHead head;
  std::vector<counting::ContestTotals> totals;
  {
    auto journal = scene::open(folder.path());
    REQUIRE(journal);
    CHECK(journal->head().sequence == 1);
    scene::whole_batch(*journal, 1, {3, 2, 1, 5});
    scene::must(journal->append(scene::decision(1, 4, {"c2", "c3"})));
    scene::whole_batch(*journal, 2, {1, 1});
    head = journal->head();
    totals = journal->state().totals();
  }
  auto again = scene::open(folder.path());
  REQUIRE(again);
  CHECK(again->head().sequence == head.sequence);
  CHECK(again->head().digest == head.digest);
  CHECK(again->state().totals() == totals);
  CHECK(again->state().totals()[0].valid == Count{6});
  const auto image = again->load_image(again->state().find_sheet(2, 1)->record.image);
  REQUIRE(image);
  CHECK(*image == scene::picture("picture 2/1 leaves 1"));
  check_sound(folder.path());
}

TEST_CASE("a journal of another station, election or key is refused") {
  const scene::Folder folder;
  REQUIRE(scene::open(folder.path()));
  election::Election other = scene::election();
  other.digest.bytes[0] = 99;
  const auto key = crypto::SigningKey::from_seed({8});
  const auto code = [](const Result<Journal>& opened) {
    REQUIRE_FALSE(opened);
    return opened.error().code;
  };
  CHECK(code(Journal::open(folder.path(), other, "tram-1", scene::key())) == ErrorCode::kJournalOther);
  CHECK(code(Journal::open(folder.path(), scene::election(), "tram-2", scene::key())) == ErrorCode::kJournalOther);
  CHECK(code(Journal::open(folder.path(), scene::election(), "tram-1", key)) == ErrorCode::kJournalOther);
  CHECK(scene::open(folder.path()));
}

TEST_CASE("a folder takes one journal at a time, and anybody may verify beside it") {
  const scene::Folder folder;
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  scene::whole_batch(*journal, 1, {3, 2});
  const auto second = scene::open(folder.path());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::kStorageBusy);
  check_sound(folder.path());
  scene::whole_batch(*journal, 2, {1});
  check_sound(folder.path());
}

TEST_CASE("an error of the outbox takes the records back too") {
  const scene::Folder folder;
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  REQUIRE(journal->database().execute("CREATE TABLE outbox_of_test(n INTEGER) STRICT"));
  scene::open_batch(*journal, 1);
  const JournalHead before = journal->head();
  const auto sheet = scene::stored_sheet(*journal, 1, 1, 2);
  const auto failing = [&](storage::Transaction& transaction) -> Result<void> {
    CHECK(journal->state().batches().at(1).sheets.size() == 1);  // shown inside, taken back on failure
    KP_TRY_VOID(transaction.database().execute("INSERT INTO outbox_of_test VALUES(1)"));
    return fail(ErrorCode::kDiskFull, "planted");
  };
  const auto appended = journal->append(sheet, failing);
  REQUIRE_FALSE(appended);
  CHECK(appended.error().code == ErrorCode::kDiskFull);
  CHECK(journal->head().digest == before.digest);
  CHECK(journal->state().batches().at(1).sheets.empty());
  CHECK(rows_of(*journal, "outbox_of_test") == 0);
  CHECK(rows_of(*journal, "journal") == static_cast<std::int64_t>(before.sequence));
  scene::must(journal->append(sheet, [](storage::Transaction& transaction) {
    return transaction.database().execute("INSERT INTO outbox_of_test VALUES(1)");
  }));
  CHECK(rows_of(*journal, "outbox_of_test") == 1);
  check_sound(folder.path());
}

TEST_CASE("of several records one that cannot follow takes all back") {
  const scene::Folder folder;
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  scene::open_batch(*journal, 1);
  const JournalHead before = journal->head();
  const std::vector<Record> records = {scene::sheet(1, 1, 2, {}), FeedStopped{1, "scanner_no_documents", 1, 1},
                                       BatchClosed{1, 2}};
  CHECK_FALSE(journal->append(records));
  CHECK(journal->head().sequence == before.sequence);
  CHECK(journal->state().open_batch()->sheets.empty());
  CHECK(journal->state().open_batch()->feeding);
  CHECK(rows_of(*journal, "journal") == static_cast<std::int64_t>(before.sequence));
}

TEST_CASE("the table refuses changes from our own hand") {
  const scene::Folder folder;
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  storage::Database& database = journal->database();
  CHECK_FALSE(database.execute("UPDATE journal SET kind = 'x'"));
  CHECK_FALSE(database.execute("DELETE FROM journal"));
  CHECK_FALSE(database.execute("INSERT INTO journal VALUES(3, 'x', x'00', zeroblob(32), zeroblob(64))"));
  CHECK_FALSE(database.execute("INSERT OR REPLACE INTO journal VALUES(1, 'x', x'00', zeroblob(32), zeroblob(64))"));
  CHECK(rows_of(*journal, "journal") == 1);
}

TEST_CASE("an image is stored once, found by its name, and refused when changed") {
  const scene::Folder folder;
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  const auto digest = journal->store_image(scene::picture("a"));
  REQUIRE(digest);
  REQUIRE(journal->store_image(scene::picture("a")));
  CHECK(digest->hex() == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  const auto path = folder.path() / "images" / "ca" / (digest->hex() + ".kpe");
  REQUIRE(std::filesystem::exists(path));
  REQUIRE(storage::write_file_durably(path, scene::picture("b")));
  CHECK(journal->load_image(*digest).error().code == ErrorCode::kStorageCorrupt);
  CHECK(journal->load_image(Digest{}).error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("a disk that refuses writes loses nothing and counts nothing") {
  const scene::Folder folder;
  auto journal = scene::open(folder.path());
  REQUIRE(journal);
  scene::open_batch(*journal, 1);
  scene::must(journal->append(scene::stored_sheet(*journal, 1, 1, 2)));
  // No file may grow beyond 200 kB from here on: the write-ahead log cannot either.
  rlimit old{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &old) == 0);
  signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{200'000, old.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
  int position = 2;
  Result<JournalHead> appended = journal->head();
  for (; position < 2000; ++position) {
    appended = journal->append(scene::sheet(1, position, 2, Digest{}));
    if (!appended) break;
  }
  REQUIRE(setrlimit(RLIMIT_FSIZE, &old) == 0);
  signal(SIGXFSZ, SIG_DFL);
  REQUIRE_FALSE(appended);
  CHECK((appended.error().code == ErrorCode::kStorageIo || appended.error().code == ErrorCode::kDiskFull));
  CHECK(journal->state().find_sheet(1, position) == nullptr);
  CHECK(journal->state().find_sheet(1, position - 1) != nullptr);
  const auto image = journal->store_image(scene::picture("after"));
  REQUIRE(image);
  scene::must(journal->append(scene::sheet(1, position, 2, *image)));
  journal = fail(ErrorCode::kInternal);  // closes it
  auto again = scene::open(folder.path());
  REQUIRE(again);
  CHECK(again->state().totals()[0].valid == Count{static_cast<std::uint64_t>(position)});
}

TEST_CASE("a full disk is said so, and the sheet can be scanned again after space was made") {
  const scene::Folder folder;
  const auto disk = folder.path() / "disk";
  std::filesystem::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=400k") != 0) {
    MESSAGE("skipped: mounting a small disk needs root");
    return;
  }
  {
    auto journal = scene::open(disk / "data");
    REQUIRE(journal);
    scene::open_batch(*journal, 1);
    const Bytes ballast(60'000, 0x55);
    REQUIRE(storage::write_file_durably(disk / "ballast", ballast));
    int position = 1;
    Result<JournalHead> appended = journal->head();
    for (; position < 2000; ++position) {
      appended = journal->append(scene::sheet(1, position, 2, Digest{}));
      if (!appended) break;
    }
    REQUIRE_FALSE(appended);
    CHECK(appended.error().code == ErrorCode::kDiskFull);
    CHECK(journal->store_image(Bytes(100'000, 0x44)).error().code == ErrorCode::kDiskFull);
    CHECK(journal->state().totals()[0].valid == Count{static_cast<std::uint64_t>(position - 1)});
    std::filesystem::remove(disk / "ballast");
    scene::must(journal->append(scene::sheet(1, position, 2, Digest{})));
    journal = fail(ErrorCode::kInternal);  // closes it
    auto again = scene::open(disk / "data");
    REQUIRE(again);
    CHECK(again->state().totals()[0].valid == Count{static_cast<std::uint64_t>(position)});
  }
  CHECK(umount2(disk.c_str(), MNT_DETACH) == 0);
}

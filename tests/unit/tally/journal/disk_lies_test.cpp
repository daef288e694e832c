// A disk that gives back something else than it was given: found at the start or
// by verify, by name, and never counted on in silence.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <random>

#include "config/storage/files.h"
#include "tally/journal/head_note.h"
#include "tally/journal/images.h"
#include "tally/journal/store.h"
#include "tally/journal/verify.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

constexpr int kFlips = 400;

Bytes bytes_of(const std::filesystem::path& path) { return storage::read_file(path, 64U << 20U).value(); }

/// Every row as it stands, for telling whether a flip changed anything that is said.
std::vector<StoredRecord> rows_of(const std::filesystem::path& folder) {
  std::vector<StoredRecord> rows;
  auto database = open_to_read(folder);
  if (!database) return rows;
  const auto read = read_rows(*database, 0, [&](StoredRecord row) -> Result<void> {
    rows.push_back(std::move(row));
    return {};
  });
  if (!read) rows.clear();
  return rows;
}

bool same(const std::vector<StoredRecord>& a, const std::vector<StoredRecord>& b) {
  return std::ranges::equal(a, b, [](const StoredRecord& x, const StoredRecord& y) {
    return x.sequence == y.sequence && x.kind == y.kind && x.body == y.body && x.digest == y.digest && x.signature == y.signature;
  });
}

/// Named at the start, or by verify.
bool is_named(const std::filesystem::path& folder) {
  const auto report = verify(folder, &scene::election());
  if (!report || !report->findings.empty()) return true;
  return !scene::open(folder).has_value();
}

void two_piles(const std::filesystem::path& folder) {
  auto journal = scene::open(folder);
  REQUIRE(journal);
  scene::whole_batch(*journal, 1, {3, 2, 1});
  scene::open_batch(*journal, 2);
  for (int i = 1; i <= 4; ++i) scene::must(journal->append(scene::stored_sheet(*journal, 2, i, 2)));
}

}  // namespace

TEST_CASE("a flipped bit anywhere in the database is named, or it stood where nothing is said") {
  const scene::Folder sound;
  two_piles(sound.path() / "j");
  const auto rows = rows_of(sound.path() / "j");
  const Bytes good = bytes_of(sound.path() / "j" / "journal.db");
  std::mt19937_64 random{20260315};  // NOLINT: the same flips every time
  int named = 0;
  for (int i = 0; i < kFlips; ++i) {
    const scene::Folder folder;
    std::filesystem::copy(sound.path() / "j", folder.path() / "j", std::filesystem::copy_options::recursive);
    Bytes bad = good;
    const std::size_t bit = random() % (bad.size() * 8);
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    CAPTURE(bit);
    std::ofstream{folder.path() / "j" / "journal.db", std::ios::binary}.write(reinterpret_cast<const char*>(bad.data()),
                                                                            static_cast<std::streamsize>(bad.size()));
    const bool found = is_named(folder.path() / "j");
    named += found ? 1 : 0;
    if (!found) CHECK(same(rows_of(folder.path() / "j"), rows));
  }
  MESSAGE(named, " of ", kFlips, " flips are named; the others changed nothing that is said");
  CHECK(named > kFlips / 20);
}

TEST_CASE("a write-ahead log that was cut short is named: the journal had come further") {
  const scene::Folder live;
  auto journal = scene::open(live.path() / "j");
  REQUIRE(journal);
  scene::open_batch(*journal, 1);
  for (int i = 1; i <= 6; ++i) scene::must(journal->append(scene::stored_sheet(*journal, 1, i, 2)));
  const std::size_t whole = std::filesystem::file_size(live.path() / "j" / "journal.db-wal");
  REQUIRE(whole > 0);
  for (const std::size_t left : {std::size_t{0}, std::size_t{32}, whole / 4, whole / 2, whole - 4200, whole - 1}) {
    CAPTURE(left);
    const scene::Folder folder;
    std::filesystem::copy(live.path() / "j", folder.path() / "j", std::filesystem::copy_options::recursive);
    std::filesystem::remove(folder.path() / "j" / "journal.db-shm");
    std::filesystem::resize_file(folder.path() / "j" / "journal.db-wal", left);
    const auto opened = scene::open(folder.path() / "j");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::kJournalBroken);
    CHECK(opened.error().evidence.find("lost") != std::string::npos);
  }
}

TEST_CASE("a folder that was set back to an older state is named, and a damaged note says nothing") {
  const scene::Folder folder;
  two_piles(folder.path() / "j");
  const auto older = folder.path() / "older.db";
  std::filesystem::copy_file(folder.path() / "j" / "journal.db", older);
  {
    auto journal = scene::open(folder.path() / "j");
    REQUIRE(journal);
    scene::must(journal->append(scene::stored_sheet(*journal, 2, 5, 1)));
  }
  std::filesystem::copy_file(older, folder.path() / "j" / "journal.db", std::filesystem::copy_options::overwrite_existing);
  CHECK(scene::open(folder.path() / "j").error().code == ErrorCode::kJournalBroken);
  const auto report = verify(folder.path() / "j", &scene::election());
  REQUIRE(report);
  REQUIRE(report->findings.size() == 1);
  CHECK(report->findings[0].what.find("cut off") != std::string::npos);
  std::ofstream{folder.path() / "j" / "journal.head", std::ios::binary} << "no note of ours";
  CHECK_FALSE(read_note(folder.path() / "j").has_value());
  CHECK(scene::open(folder.path() / "j"));
}

TEST_CASE("what else a disk can do to a picture or a key is named") {
  struct Row {
    const char* name;
    std::function<void(const std::filesystem::path& folder, const std::filesystem::path& picture)> injure;
  };
  const auto flip_last = [](const std::filesystem::path& path) {
    Bytes bytes = bytes_of(path);
    bytes.back() ^= 1U;
    std::ofstream{path, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  };
  const Row rows[] = {
      {"a bit of a picture", [&](const auto&, const auto& picture) { flip_last(picture); }},
      {"a picture cut short", [](const auto&, const auto& picture) { std::filesystem::resize_file(picture, 20); }},
      {"a picture of length nought", [](const auto&, const auto& picture) { std::filesystem::resize_file(picture, 0); }},
      {"a rename that was lost", [](const auto&, const auto& picture) { std::filesystem::rename(picture, picture.string() + ".tmp-1-1"); }},
      {"a folder where a picture was",
       [](const auto&, const auto& picture) {
         std::filesystem::remove(picture);
         std::filesystem::create_directory(picture);
       }},
      {"a bit of the key", [&](const auto& folder, const auto&) { flip_last(image_key_file(folder)); }},
      {"the database of length nought",
       [](const auto& folder, const auto&) { std::filesystem::resize_file(folder / "journal.db", 0); }},
      {"the database gone", [](const auto& folder, const auto&) { std::filesystem::remove(folder / "journal.db"); }},
      {"half of the database",
       [](const auto& folder, const auto&) {
         std::filesystem::resize_file(folder / "journal.db", std::filesystem::file_size(folder / "journal.db") / 2);
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const scene::Folder folder;
    two_piles(folder.path());
    Digest image;
    {
      auto journal = scene::open(folder.path());
      REQUIRE(journal);
      image = journal->state().find_sheet(2, 3)->record.image;
    }
    row.injure(folder.path(), image_file(folder.path(), image));
    CHECK(is_named(folder.path()));
  }
}

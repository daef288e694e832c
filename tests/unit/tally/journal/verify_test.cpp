// Method: one sound journal, one named injury to a copy of it, the exact findings.
#include "tally/journal/images.h"
#include "tally/journal/verify.h"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>

#include "config/storage/files.h"
#include "tally/journal/chain.h"
#include "tally/journal/store.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

/// 1 journal_created, 2 batch_opened, 3 feed_started, 4-6 sheets, 7 feed_stopped,
/// 8 batch_closed, 9 batch_settled, 10 incident.
void write_sound(const std::filesystem::path& folder) {
  auto journal = scene::open(folder);
  REQUIRE(journal);
  scene::whole_batch(*journal, 1, {3, 2, 1});
  scene::must(journal->append(Incident{"scanner_jam", "sane_read", 0}));
}

/// What an attacker with the file does: the triggers are gone first.
void sql(const std::filesystem::path& folder, const std::string& statements) {
  std::filesystem::remove(folder / "journal.head");  // whoever cuts records off takes the note along
  auto database = storage::Database::open(folder / "journal.db");
  REQUIRE(database);
  const auto done = database->execute(
      "DROP TRIGGER IF EXISTS journal_no_update; DROP TRIGGER IF EXISTS journal_no_delete;"
      "DROP TRIGGER IF EXISTS journal_in_order;" + statements);
  REQUIRE_MESSAGE(done, (done ? std::string{} : done.error().log_line()));
}

/// Flips one bit of byte `at` of a blob column.
void flip_bit(const std::filesystem::path& folder, const std::string& column, int sequence, std::size_t at) {
  auto database = storage::Database::open(folder / "journal.db");
  REQUIRE(database);
  REQUIRE(database->execute("DROP TRIGGER IF EXISTS journal_no_update"));
  Bytes bytes;
  {
    auto select = database->prepare("SELECT " + column + " FROM journal WHERE sequence = ?");
    REQUIRE(select);
    select->bind(1, std::int64_t{sequence});
    REQUIRE(select->step());
    bytes = select->blob(0);
  }
  bytes.at(at) ^= 1U;
  auto update = database->prepare("UPDATE journal SET " + column + " = ? WHERE sequence = ?");
  REQUIRE(update);
  REQUIRE(update->bind(1, ByteView{bytes}).bind(2, std::int64_t{sequence}).run());
}

std::filesystem::path image_of(const std::filesystem::path& folder, int position) {
  auto journal = scene::open(folder);
  REQUIRE(journal);
  return image_file(folder, journal->state().find_sheet(1, position)->record.image);
}

std::vector<std::string> findings_of(const std::filesystem::path& folder, bool with_election = true,
                                     const std::optional<JournalHead>& known = {}) {
  const auto report = verify(folder, with_election ? &scene::election() : nullptr, known);
  REQUIRE(report);
  std::vector<std::string> all;
  for (const Finding& finding : report->findings) {
    CHECK_FALSE(finding.what_vi.empty());
    all.push_back(finding.what);
  }
  return all;
}

bool starts(const std::string& text, const std::string& start) { return text.compare(0, start.size(), start) == 0; }

}  // namespace

TEST_CASE("a sound journal verifies, with or without its election") {
  const scene::Folder folder;
  write_sound(folder.path());
  const auto report = verify(folder.path(), &scene::election());
  REQUIRE(report);
  CHECK(report->findings.empty());
  CHECK(report->station == "tram-1");
  CHECK(report->election == scene::election().digest);
  CHECK(report->public_key_hex == scene::key().public_key().hex());
  CHECK(report->head.sequence == 10);
  CHECK(report->sheets == 3);
  CHECK(report->images == 3);
  CHECK(findings_of(folder.path(), false).empty());
}

TEST_CASE("verify says exactly what was done to a journal") {
  struct Row {
    std::string name;
    std::function<void(const std::filesystem::path&)> injure;
    std::vector<const char*> findings;  ///< how each starts, in order; fold findings apart
  };
  const auto flipped = [](const char* column, int sequence, std::size_t at) {
    return [=](const auto& folder) { flip_bit(folder, column, sequence, at); };
  };
  const auto run = [](const char* statements) { return [=](const auto& folder) { sql(folder, statements); }; };
  const Row rows[] = {
      {"a bit of a body", flipped("body", 5, 40), {"record 5: kind or body changed", "record 5: cannot be read"}},
      {"a vote", run("UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '\"kept\"', '\"struck\"') AS BLOB) "
                     "WHERE sequence = 4"),
       {"record 4: kind or body changed"}},
      {"a bit of the last body", flipped("body", 10, 12), {"record 10: kind or body changed"}},
      {"a bit of a digest", flipped("digest", 5, 0), {"record 5: its digest was changed"}},
      {"a bit of a signature", flipped("signature", 5, 63), {"record 5: its signature is not this station's"}},
      {"another kind", run("UPDATE journal SET kind = 'feed_stopped' WHERE sequence = 3"),
       {"record 3: kind or body changed", "record 3: cannot be read"}},
      {"a row deleted", run("DELETE FROM journal WHERE sequence = 5"), {"record 5: missing"}},
      {"three rows deleted", run("DELETE FROM journal WHERE sequence BETWEEN 4 AND 6"), {"records 4 to 6: missing"}},
      {"a row deleted and the gap closed",
       run("DELETE FROM journal WHERE sequence = 5; UPDATE journal SET sequence = sequence - 1 WHERE sequence > 5"),
       {"record 5: kind or body changed", "record 6: this is record 7, moved here", "record 7: this is record 8, moved here",
        "record 8: this is record 9, moved here", "record 9: this is record 10, moved here"}},
      {"two rows swapped",
       run("UPDATE journal SET sequence = 99 WHERE sequence = 5; UPDATE journal SET sequence = 5 WHERE sequence = 6;"
           "UPDATE journal SET sequence = 6 WHERE sequence = 99"),
       {"record 5: this is record 6, moved here", "record 6: this is record 5, moved here"}},
      {"a row added by a foreign hand",
       run("INSERT INTO journal SELECT 11, kind, body, digest, signature FROM journal WHERE sequence = 10"),
       {"record 11: this is record 10, moved here"}},
      {"a row added with an invented signature",
       run("INSERT INTO journal VALUES(11, 'feed_started', CAST('{\"batch\":1}' AS BLOB), zeroblob(32), zeroblob(64))"),
       {"record 11: bytes, digest and signature do not fit"}},
      {"another key in the first record",
       [](const auto& folder) {
         sql(folder, "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '\"public_key\":\"', "
                     "'\"public_key\":\"ff') AS BLOB) WHERE sequence = 1");
       },
       {"record 1: the first record does not name"}},
      {"an image changed",
       [](const auto& folder) { REQUIRE(storage::write_file_durably(image_of(folder, 2), scene::picture("x"))); },
       {"record 5: image "}},
      {"an image gone", [](const auto& folder) { std::filesystem::remove(image_of(folder, 3)); }, {"record 6: image "}},
      {"the key of the images gone",
       [](const auto& folder) { std::filesystem::remove(image_key_file(folder)); },
       {"record 4: image ", "record 5: image ", "record 6: image "}},
      {"another key for the images",
       [](const auto& folder) {
         std::filesystem::remove(image_key_file(folder));
         REQUIRE(crypto::SecretKey::load_or_create(image_key_file(folder)));
       },
       {"record 4: image ", "record 5: image ", "record 6: image "}},
      {"two images exchanged",
       [](const auto& folder) {
         const auto second = image_of(folder, 2), third = image_of(folder, 3);
         std::filesystem::rename(second, folder / "kept");
         std::filesystem::rename(third, second);
         std::filesystem::rename(folder / "kept", third);
       },
       {"record 5: image ", "record 6: image "}},
      {"everything gone", run("DELETE FROM journal"), {"the journal has no records"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const scene::Folder folder;
    write_sound(folder.path());
    row.injure(folder.path());
    const auto found = findings_of(folder.path(), false);
    std::string all;
    for (const std::string& finding : found) all += finding + "\n";
    CAPTURE(all);
    REQUIRE(found.size() == row.findings.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(found[i]);
      CHECK(starts(found[i], row.findings[i]));
    }
    // Start-up reads every digest and the newest signature; an older signature is for verify().
    const auto says = [&](const char* words) { return found[0].find(words) != std::string::npos; };
    const bool older_signature = says("its signature is not") && !says("record 10");
    if (!says("image") && !says("no records") && !older_signature) {
      const auto opened = scene::open(folder.path());
      REQUIRE_FALSE(opened);
      CHECK((opened.error().code == ErrorCode::kJournalBroken || opened.error().code == ErrorCode::kRecordInvalid ||
             opened.error().code == ErrorCode::kJournalOther));
    }
  }
}

TEST_CASE("every single bit of a record counts") {
  const scene::Folder sound;
  write_sound(sound.path());
  for (const auto& [column, size] : {std::pair{"body", 60}, std::pair{"digest", 32}, std::pair{"signature", 64}}) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size); at += 7) {
      CAPTURE(column);
      CAPTURE(at);
      flip_bit(sound.path(), column, 6, at);
      CHECK_FALSE(findings_of(sound.path(), false).empty());
      flip_bit(sound.path(), column, 6, at);
    }
  }
  CHECK(findings_of(sound.path()).empty());
}

TEST_CASE("records cut off at the end are found by a head that was known") {
  const scene::Folder folder;
  write_sound(folder.path());
  const auto before = verify(folder.path(), nullptr);
  REQUIRE(before);
  CHECK(findings_of(folder.path(), true, before->head).empty());
  JournalHead other = before->head;
  other.digest.bytes[0] ^= 1U;
  CHECK(findings_of(folder.path(), true, other).size() == 1);
  sql(folder.path(), "DELETE FROM journal WHERE sequence > 8");
  CHECK(findings_of(folder.path()).empty());
  const auto found = findings_of(folder.path(), true, before->head);
  REQUIRE(found.size() == 1);
  CHECK(starts(found[0], "the journal ends at record 8, but record 10 was known"));
}

TEST_CASE("truly signed records that cannot follow, or wrong totals, are found by the fold") {
  // A thief of the key can sign anything; the sums still do not lie.
  struct Row { std::string name; Record record; const char* finding; };
  counting::ContestTotals wrong = counting::empty_totals(scene::election().contests[0]);
  const Row rows[] = {
      {"wrong totals", BatchSettled{1, wrong}, "record 9: totals are not those of the sheets"},
      {"a sheet after the end", scene::sheet(1, 4, 2, {}), "record 9: cannot follow"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const scene::Folder folder;
    write_sound(folder.path());
    Digest previous;
    {
      auto database = storage::Database::open(folder.path() / "journal.db");
      REQUIRE(database);
      auto select = database->prepare("SELECT digest FROM journal WHERE sequence = 8");
      REQUIRE(select);
      REQUIRE(select->step());
      previous = *Digest::from_bytes(select->blob(0));
    }
    sql(folder.path(), "DELETE FROM journal WHERE sequence > 8");
    const std::string body = encode(row.record);
    const Digest digest = chain_digest(previous, 9, kind_of(row.record), as_bytes(body));
    {
      auto database = storage::Database::open(folder.path() / "journal.db");
      REQUIRE(database);
      auto insert = prepare_insert(*database);
      REQUIRE(insert);
      const auto signature = *scene::key().sign(digest.view());
      REQUIRE(add_row(*insert, {9, std::string{kind_of(row.record)}, Bytes(body.begin(), body.end()),
                                Bytes(digest.bytes.begin(), digest.bytes.end()),
                                Bytes(signature.bytes.begin(), signature.bytes.end())}));
    }
    const auto found = findings_of(folder.path());
    REQUIRE_FALSE(found.empty());
    CHECK(starts(found.back(), row.finding));
  }
}

TEST_CASE("a reopening without who and why is found, though the station's own key signed it") {
  for (const bool honest : {true, false}) {
    CAPTURE(honest);
    const scene::Folder folder;
    Digest previous;
    std::uint64_t last = 0;
    {
      auto journal = scene::open(folder.path());
      REQUIRE(journal);
      scene::must(journal->append(LifecycleChanged{"idle", "seal", "sealed", 0}));
      previous = journal->head().digest, last = journal->head().sequence;
    }
    const Record record = LifecycleChanged{"sealed", "unseal", "closing", 0, honest ? std::optional{1} : std::nullopt, "",
                                           honest ? "Sót một chồng" : ""};
    const std::string body = encode(record);
    const Digest digest = chain_digest(previous, last + 1, kind_of(record), as_bytes(body));
    {
      auto database = storage::Database::open(folder.path() / "journal.db");
      REQUIRE(database);
      auto insert = prepare_insert(*database);
      REQUIRE(insert);
      const auto signature = *scene::key().sign(digest.view());
      REQUIRE(add_row(*insert, {last + 1, std::string{kind_of(record)}, Bytes(body.begin(), body.end()),
                                Bytes(digest.bytes.begin(), digest.bytes.end()),
                                Bytes(signature.bytes.begin(), signature.bytes.end())}));
    }
    const auto found = findings_of(folder.path());
    CHECK(found.empty() == honest);
    if (!honest) CHECK(found.back().find("without who and why") != std::string::npos);
  }
}

TEST_CASE("a folder without a journal, and a file that is none, are said so") {
  const scene::Folder folder;
  const auto none = verify(folder.path(), nullptr);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::kFileNotFound);
  REQUIRE(storage::write_file_durably(folder.path() / "journal.db", Bytes(5000, 0x41)));
  const auto noise = verify(folder.path(), nullptr);
  REQUIRE_FALSE(noise);
  CHECK(noise.error().code == ErrorCode::kStorageCorrupt);
}

TEST_CASE("a damaged page of the database is a finding") {
  const scene::Folder folder;
  write_sound(folder.path());
  const auto path = folder.path() / "journal.db";
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(-4096, std::ios::end);  // a whole page: a part of it may be unused
  file << std::string(4096, '\xEE');
  file.close();
  CHECK_FALSE(findings_of(folder.path()).empty());
}

#include "tally/journal/export.h"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "config/json/json.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

json::Json json_of(const std::filesystem::path& path) {
  auto parsed = json::parse(text_of(path));
  REQUIRE(parsed);
  return *std::move(parsed);
}

/// 60 ballots in two batches, a voided batch, a decided and a waiting ballot.
void write_journal(const std::filesystem::path& folder) {
  auto journal = scene::open(folder);
  REQUIRE(journal);
  std::vector<std::size_t> first(30, 1), second(30, 2);
  scene::whole_batch(*journal, 1, first);
  scene::whole_batch(*journal, 2, second);
  scene::whole_batch(*journal, 3, {5, 4});
  scene::must(journal->append(scene::decision(3, 1, {"c3", "c1"})));
  scene::open_batch(*journal, 4);
  scene::must(journal->append(scene::stored_sheet(*journal, 4, 1, 3)));
  scene::must(journal->append(FeedStopped{4, "scanner_jam", 1, 1}));
  scene::must(journal->append(BatchVoided{4, "kẹt giấy"}));
}

}  // namespace

TEST_CASE("export writes totals, a heap of ballots and records without sheets") {
  const scene::Folder folder;
  write_journal(folder.path() / "data");
  const auto out = folder.path() / "out";
  const auto done = export_journal(folder.path() / "data", scene::election(), out);
  REQUIRE_MESSAGE(done, (done ? std::string{} : done.error().log_line()));

  const json::Json totals = json_of(out / "totals.json");
  REQUIRE(totals.size() == 3);
  CHECK(totals[0]["contest"] == "qh-1");
  CHECK(totals[0]["collected"] == 62);
  CHECK(totals[0]["valid"] == 61);
  CHECK(totals[0]["in_review"] == 1);
  CHECK(totals[0]["classes"] == json::Json{{"1", 30}, {"2", 31}, {"3", 0}});
  CHECK(totals[0]["candidates"][0] == json::Json{{"id", "c1"}, {"votes", 61}});
  CHECK(totals[0]["stations_reporting"] == 1);
  CHECK(totals[1]["stations_reporting"] == 0);

  const json::Json ballots = json_of(out / "ballots.json");
  REQUIRE(ballots.size() == 61);
  std::size_t ones = 0;
  std::set<std::string> keys;
  for (const auto& ballot : ballots) {
    if (ballot["elects"].size() == 1) ++ones;
    for (const auto& [name, value] : ballot.items()) keys.insert(name);
  }
  CHECK(ones == 30);
  CHECK(keys == std::set<std::string>{"contest", "elects", "validity"});
  CHECK(text_of(out / "ballots.json").find(R"(["c1","c3"])") != std::string::npos);
}

TEST_CASE("nothing exported leads from a ballot to its place, time or picture") {
  const scene::Folder folder;
  write_journal(folder.path() / "data");
  std::string images;
  {
    auto journal = scene::open(folder.path() / "data");
    REQUIRE(journal);
    for (const auto& [number, batch] : journal->state().batches())
      for (const auto& sheet : batch.sheets) images += sheet.record.image.hex() + " ";
  }
  REQUIRE(export_journal(folder.path() / "data", scene::election(), folder.path() / "a"));
  REQUIRE(export_journal(folder.path() / "data", scene::election(), folder.path() / "b"));
  const std::string ballots = text_of(folder.path() / "a" / "ballots.json");
  // As fed, the 30 ballots for one name come first; and no two exports agree.
  CHECK(ballots != text_of(folder.path() / "b" / "ballots.json"));
  const json::Json heap = json_of(folder.path() / "a" / "ballots.json");
  bool sorted = true;
  for (std::size_t i = 1; i < heap.size(); ++i)
    sorted = sorted && heap[i - 1]["elects"].size() <= heap[i]["elects"].size();
  CHECK_FALSE(sorted);
  const std::string records = text_of(folder.path() / "a" / "records.json");
  for (const char* word : {"sheet_recorded", "team_decision", "position", "image", "elected"}) {
    CAPTURE(std::string{word});
    CHECK(records.find(word) == std::string::npos);
    CHECK(ballots.find(word) == std::string::npos);
  }
  std::stringstream names{images};
  for (std::string name; names >> name;) CHECK((records + ballots).find(name) == std::string::npos);
}

TEST_CASE("a broken journal is not exported") {
  const scene::Folder folder;
  write_journal(folder.path() / "data");
  {
    auto database = storage::Database::open(folder.path() / "data" / "journal.db");
    REQUIRE(database);
    REQUIRE(database->execute("DROP TRIGGER journal_no_delete; DELETE FROM journal WHERE sequence = 9"));
  }
  const auto done = export_journal(folder.path() / "data", scene::election(), folder.path() / "out");
  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::kJournalBroken);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "out"));
}

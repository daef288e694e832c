// A journal that another machine goes on with: who signs from where, and what
// the first machine may do no more.
#include <doctest/doctest.h>

#include "tally/journal/replay.h"
#include "tally/journal/verify.h"
#include "tests/unit/tally/journal/story.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

const crypto::SigningKey& spare() {
  static const crypto::SigningKey kKey = crypto::SigningKey::from_seed({9});
  return kKey;
}

Result<void> take_over(const std::filesystem::path& folder, const crypto::SigningKey& key) {
  const auto nothing = [](storage::Database&, const TakenOver&) -> Result<Journal::Also> { return Journal::Also{}; };
  return Journal::take_over(folder, scene::election(), "tram-1", key, 1773565200, nothing);
}

void half_a_pile(const std::filesystem::path& folder) {
  auto journal = scene::open(folder);
  REQUIRE(journal);
  scene::open_batch(*journal, 1);
  scene::must(journal->append(scene::stored_sheet(*journal, 1, 1, 2)));
}

}  // namespace

TEST_CASE("another machine goes on where the first one stopped, and the chain holds across the two keys") {
  const scene::Folder folder;
  half_a_pile(folder.path());
  REQUIRE(take_over(folder.path(), spare()));
  CHECK(scene::open(folder.path()).error().code == ErrorCode::kJournalOther);
  {
    auto journal = Journal::open(folder.path(), scene::election(), "tram-1", spare());
    REQUIRE(journal);
    CHECK(journal->state().epoch() == 2);
    scene::must(journal->append(scene::stored_sheet(*journal, 1, 2, 1)));
    CHECK(journal->state().batches().at(1).sheets.size() == 2);
  }
  const auto report = verify(folder.path(), &scene::election());
  REQUIRE(report);
  for (const Finding& finding : report->findings) CHECK_MESSAGE(false, finding.what);
  CHECK(report->public_key_hex == scene::key().public_key().hex());
  REQUIRE(report->taken_over_by.size() == 1);
  CHECK(report->taken_over_by.begin()->first == 5);
  CHECK(report->taken_over_by.begin()->second == spare().public_key().hex());
  CHECK(replay(folder.path(), scene::election()));
  REQUIRE(take_over(folder.path(), scene::key()));  // back on the first machine, knowingly
  CHECK(scene::open(folder.path())->state().epoch() == 3);
}

TEST_CASE("the machine that writes already, and an empty journal, are not taken over") {
  const scene::Folder folder;
  CHECK(take_over(folder.path(), spare()).error().code == ErrorCode::kTakeOverRefused);
  half_a_pile(folder.path());
  CHECK(take_over(folder.path(), scene::key()).error().code == ErrorCode::kTakeOverRefused);
}

TEST_CASE("a damaged last signature of the first machine is found at start-up, also behind a take-over") {
  const scene::Folder folder;
  half_a_pile(folder.path());
  REQUIRE(take_over(folder.path(), spare()));
  auto database = storage::Database::open(folder.path() / "journal.db");
  REQUIRE(database);
  REQUIRE(database->execute("DROP TRIGGER journal_no_update; UPDATE journal SET signature = zeroblob(64) WHERE sequence = 4"));
  const auto opened = Journal::open(folder.path(), scene::election(), "tram-1", spare());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::kJournalBroken);
}

TEST_CASE("a take-over out of its turn is refused") {
  scene::Story story;
  story.so(JournalCreated{scene::election().digest, "tram-1", scene::key().public_key().hex(), "x"});
  CHECK(story.then(TakenOver{3, spare().public_key().hex(), "x", 0}).error().code == ErrorCode::kRecordOrder);
  story.so(TakenOver{2, spare().public_key().hex(), "x", 0});
  CHECK(story.then(TakenOver{2, spare().public_key().hex(), "x", 0}).error().code == ErrorCode::kRecordOrder);
}

TEST_CASE("a machine that was taken over counts nothing any more, but says how its feed ended") {
  scene::Story story;
  story.so(JournalCreated{scene::election().digest, "tram-1", scene::key().public_key().hex(), "x"});
  story.so(BatchOpened{1, "qh-1"}).so(FeedStarted{1}).so(scene::sheet(1, 1, 2, Digest{}));
  story.so(Incident{"station_superseded", "the committee has machine 2", 0});
  CHECK(story.state.superseded());
  CHECK(story.then(scene::sheet(1, 2, 2, Digest{})).error().code == ErrorCode::kStationSuperseded);
  story.so(FeedStopped{1, "station_superseded", std::nullopt, 1});
  for (const Record& record : {Record{FeedStarted{1}}, Record{BatchClosed{1, 1}}, Record{BatchVoided{1, "x"}}})
    CHECK(story.then(record).error().code == ErrorCode::kStationSuperseded);
  story.so(StationStarted{1, 0});
  story.so(TakenOver{2, spare().public_key().hex(), "x", 0});  // the committee's people gave it back
  CHECK_FALSE(story.state.superseded());
}

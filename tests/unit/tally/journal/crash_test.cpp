// Method: a child scans ballots into one journal and says each on a pipe after
// append() returned; it is killed at a random moment, 30 times over. After each
// kill the journal must open, verify, hold every sheet that was said, count
// exactly what it holds, and have its outbox rows one for one.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <random>
#include <set>

#include "tally/journal/verify.h"
#include "tests/unit/support/child.h"
#include "tests/unit/tally/journal/scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

constexpr int kKills = 30;
constexpr int kSheetsInBatch = 9;

struct Said {
  std::int32_t batch, position;
  bool operator<(const Said& other) const {
    return std::pair{batch, position} < std::pair{other.batch, other.position};
  }
};

Result<void> outbox_row(storage::Transaction& transaction) {
  return transaction.database().execute("INSERT INTO outbox_of_test DEFAULT VALUES");
}

/// Every fifth sheet leaves too many names and waits for the team.
std::size_t left_on(int position) { return position % 5 == 0 ? 5 : static_cast<std::size_t>(position % 3) + 1; }

/// Takes up whatever state the last kill left, as the station does.
void recover(Journal& journal) {
  const BatchState* open = journal.state().open_batch();
  if (open == nullptr) return;
  const int batch = open->batch;
  if (open->feeding)
    scene::must(journal.append(FeedStopped{batch, "feed_unfinished", std::nullopt, journal.state().sheets_in_feed()}));
  if (batch % 4 == 0) scene::must(journal.append(BatchVoided{batch, "mất điện"}));
  else scene::must(journal.append(FeedStarted{batch}));
}

void finish_batch(Journal& journal, int batch) {
  scene::must(journal.append(FeedStopped{batch, "scanner_no_documents", std::nullopt, journal.state().sheets_in_feed()}));
  scene::must(journal.append(BatchClosed{batch, journal.state().batches().at(batch).sheets.size()}));
  while (!journal.state().waiting().empty()) {
    const SheetRecorded sheet = journal.state().waiting().front()->record;
    scene::must(journal.append(scene::decision(sheet.batch, sheet.position, {"c1", "c2"})));
  }
  const counting::ContestTotals totals = journal.state().batches().at(batch).totals;
  scene::must(journal.append(BatchSettled{batch, totals}));
}

/// The child: scans for ever.
[[noreturn]] int scan(const std::filesystem::path& folder, const std::function<void(const Said&)>& tell) {
  auto opened = scene::open(folder);
  KP_CHECK(opened.has_value());
  Journal& journal = *opened;
  KP_CHECK(journal.database().execute("CREATE TABLE IF NOT EXISTS outbox_of_test(n INTEGER PRIMARY KEY)").has_value());
  scene::must(journal.append(StationStarted{journal.state().boot() + 1, 0}));
  recover(journal);
  for (;;) {
    if (journal.state().open_batch() == nullptr) scene::open_batch(journal, journal.state().next_batch());
    const int batch = journal.state().open_batch()->batch;
    const int position = static_cast<int>(journal.state().open_batch()->sheets.size()) + 1;
    if (position > kSheetsInBatch) {
      finish_batch(journal, batch);
      continue;
    }
    scene::must(journal.append(scene::stored_sheet(journal, batch, position, left_on(position)), outbox_row));
    tell({batch, position});
  }
}

/// Starts a child, lets it say about `acknowledged` sheets, kills it; what it said.
std::set<Said> run_and_kill(const std::filesystem::path& folder, int acknowledged, int microseconds) {
  test::TellingChild<Said> child{[&](const auto& tell) { return scan(folder, tell); }};
  std::set<Said> all;
  Said said{};
  while (static_cast<int>(all.size()) < acknowledged && child.hear(said)) all.insert(said);
  usleep(static_cast<useconds_t>(microseconds));
  child.kill();
  child.wait();
  while (child.hear(said)) all.insert(said);
  return all;
}

std::int64_t outbox_rows(Journal& journal) {
  auto count = journal.database().prepare("SELECT count(*) FROM outbox_of_test");
  if (!count) return 0;  // killed before the table was made
  REQUIRE(count->step());
  return count->integer(0);
}

/// Counts the sheets one by one, by what was on them and what was decided.
counting::ContestTotals counted_again(const State& state) {
  counting::ContestTotals totals = counting::empty_totals(scene::election().contests[0]);
  for (const auto& [number, batch] : state.batches()) {
    if (batch.status == BatchStatus::kVoided) continue;
    for (const SheetState& sheet : batch.sheets) {
      const std::size_t left = left_on(sheet.record.position);
      const std::vector<std::string> names = {"c1", "c2", "c3"};
      counting::CountedBallot ballot{election::Validity::kValid, {}};
      ballot.elected.assign(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(left == 5 ? 2 : left));
      if (left == 5 && !sheet.decision) counting::add_in_review(totals);
      else CHECK(counting::add(totals, ballot));
    }
  }
  return totals;
}

}  // namespace

TEST_CASE("no sheet is lost, counted twice or without its picture, wherever the power goes") {
  const scene::Folder folder;
  const auto data = folder.path() / "data";
  std::mt19937 random{20260315};  // NOLINT: the same kills every time
  std::set<Said> said;
  int found_open = 0, found_feeding = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    CAPTURE(kill);
    const int acknowledged = static_cast<int>(random() % 14);
    said.merge(run_and_kill(data, acknowledged, static_cast<int>(random() % 4000)));
    auto journal = scene::open(data);
    REQUIRE_MESSAGE(journal, (journal ? std::string{} : journal.error().log_line()));
    std::size_t sheets = 0;
    for (const auto& [number, batch] : journal->state().batches()) sheets += batch.sheets.size();
    // Killed between commit and word: at most one more a run than was said.
    CHECK(sheets >= said.size());
    CHECK(sheets <= said.size() + static_cast<std::size_t>(kill) + 1);
    for (const Said& one : said) {
      CAPTURE(one.batch);
      CAPTURE(one.position);
      const SheetState* sheet = journal->state().find_sheet(one.batch, one.position);
      REQUIRE(sheet != nullptr);
      CHECK(journal->load_image(sheet->record.image));
    }
    CHECK(outbox_rows(*journal) == static_cast<std::int64_t>(sheets));
    CHECK(journal->state().totals()[0] == counted_again(journal->state()));
    const BatchState* open = journal->state().open_batch();
    found_open += open != nullptr ? 1 : 0;
    found_feeding += open != nullptr && open->feeding ? 1 : 0;
    const auto report = verify(data, &scene::election());
    REQUIRE(report);
    for (const Finding& finding : report->findings) CHECK_MESSAGE(false, finding.what);
  }
  MESSAGE("kills that found a batch open: ", found_open, ", the feeder running: ", found_feeding,
          ", sheets said: ", said.size());
  CHECK(found_open > 0);
  CHECK(found_feeding > 0);
}

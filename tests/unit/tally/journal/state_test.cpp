#include "tally/journal/state.h"

#include <doctest/doctest.h>

#include "tests/unit/tally/journal/story.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

using scene::Story;

/// Batch 1 is being fed: sheets leave 3, 2, 5 (in review) names.
Story feeding() {
  Story story;
  story.so(JournalCreated{}).so(StationStarted{1, 0}).so(LifecycleChanged{"idle", "count", "counting", 0});
  story.so(BatchOpened{1, "qh-1"}).so(FeedStarted{1});
  story.so(scene::sheet(1, 1, 3, {})).so(scene::sheet(1, 2, 2, {})).so(scene::sheet(1, 3, 5, {}));
  return story;
}
Story closed() {
  Story story = feeding();
  story.so(FeedStopped{1, "scanner_no_documents", 3, 3}).so(BatchClosed{1, 3});
  return story;
}

}  // namespace

TEST_CASE("a batch goes from open to settled and its totals follow every sheet") {
  Story story = feeding();
  const State& state = story.state;
  REQUIRE(state.open_batch() != nullptr);
  CHECK(state.open_batch()->feeding);
  CHECK(state.sheets_in_feed() == 3);
  CHECK(state.open_batch()->totals.collected == Count{3});
  CHECK(state.open_batch()->totals.in_review == Count{1});
  REQUIRE(state.waiting().size() == 1);
  CHECK(state.waiting()[0]->record.position == 3);

  story.so(FeedStopped{1, "scanner_no_documents", 3, 3}).so(BatchClosed{1, 3});
  CHECK(state.open_batch() == nullptr);
  story.so(scene::decision(1, 3, {"c4"}));
  CHECK(state.waiting().empty());
  CHECK(state.batches().at(1).totals.valid == Count{3});
  CHECK(state.batches().at(1).totals.candidates[3].second == Count{1});
  story.so(BatchSettled{1, state.batches().at(1).totals});
  CHECK(state.batches().at(1).status == BatchStatus::kSettled);
  CHECK(state.totals()[0].collected == Count{3});
  CHECK(state.totals()[1].collected == Count{0});
  CHECK(state.next_batch() == 2);
  CHECK(state.boot() == 1);
  CHECK(state.lifecycle() == "counting");
}

TEST_CASE("a team's decision may be corrected, or take the sheet out, until the batch is settled") {
  Story story = closed();
  story.so(scene::decision(1, 3, {"c4"})).so(scene::decision(1, 3, {}));
  CHECK(story.state.batches().at(1).totals.invalid == Count{1});
  CHECK(story.state.batches().at(1).totals.valid == Count{2});
  TeamDecision out = scene::decision(1, 3, {});
  out.not_a_ballot = true;
  story.so(out);
  CHECK(story.state.batches().at(1).totals.collected == Count{2});
  CHECK_FALSE(story.state.find_sheet(1, 3)->counted());
  story.so(BatchSettled{1, story.state.batches().at(1).totals});
  CHECK_FALSE(story.then(scene::decision(1, 3, {"c1"})));
}

TEST_CASE("a voided batch counts for nothing and its sheets stay") {
  Story story = feeding();
  story.so(BatchVoided{1, "quét lại"});
  CHECK(story.state.totals()[0] == counting::empty_totals(scene::election().contests[0]));
  CHECK(story.state.waiting().empty());
  CHECK(story.state.find_sheet(1, 1) != nullptr);
  CHECK(story.state.open_batch() == nullptr);
}

TEST_CASE("a record that cannot follow is refused and changes nothing") {
  struct Row { std::string name; Story (*story)(); Record record; ErrorCode code = ErrorCode::kRecordOrder; };
  const auto made = [](int position, auto change) {
    SheetRecorded sheet = scene::sheet(1, position, 2, {});
    change(sheet);
    return Record{sheet};
  };
  TeamDecision crowd = scene::decision(1, 3, {"c1"});
  crowd.in_favour = 9;
  const Story done = closed();
  counting::ContestTotals wrong = done.state.batches().at(1).totals;
  ++wrong.valid;
  const Row rows[] = {
      {"a second journal", feeding, JournalCreated{}},
      {"a start number again", feeding, StationStarted{1, 0}},
      {"lifecycle from another state", feeding, LifecycleChanged{"voting", "close", "closing", 0}},
      {"a second open batch", feeding, BatchOpened{2, "qh-1"}},
      {"a batch number again", closed, BatchOpened{1, "qh-1"}},
      {"a batch of an unknown contest", closed, BatchOpened{2, "la-1"}, ErrorCode::kUnknownContest},
      {"feeding twice", feeding, FeedStarted{1}},
      {"stopping what does not run", closed, FeedStopped{1, "scanner_jam", 0, 0}},
      {"another number of sheets fed", feeding, FeedStopped{1, "scanner_jam", 3, 2}},
      {"a gap in positions", feeding, scene::sheet(1, 5, 2, {})},
      {"a position again", feeding, scene::sheet(1, 3, 2, {})},
      {"a sheet for a closed batch", closed, scene::sheet(1, 4, 2, {})},
      {"a sheet for no batch", feeding, scene::sheet(7, 1, 2, {})},
      {"a sheet of another contest", feeding, made(4, [](auto& s) { s.interpretation.contest = "xa-1"; })},
      {"accepted though doubtful", feeding,
       made(4, [](auto& s) { s.interpretation.candidates[0].mark = election::Mark::kDoubtful; })},
      {"accepted though invalid", feeding,
       made(4, [](auto& s) { s.interpretation.validity = election::Validity::kInvalid; })},
      {"accepted with too many names", feeding,
       made(4, [](auto& s) { for (auto& c : s.interpretation.candidates) c.mark = election::Mark::kKept; }),
       ErrorCode::kBallotImpossible},
      {"a ballot without validity", feeding, made(4, [](auto& s) { s.interpretation.validity.reset(); })},
      {"closing while feeding", feeding, BatchClosed{1, 3}},
      {"closing twice", closed, BatchClosed{1, 3}},
      {"settling what is open", feeding, BatchSettled{1, {}}},
      {"settling while a sheet waits", closed, BatchSettled{1, done.state.batches().at(1).totals}},
      {"deciding a clear sheet", closed, scene::decision(1, 1, {"c1"})},
      {"deciding a sheet that is not there", closed, scene::decision(1, 9, {"c1"})},
      {"an impossible decision", closed, scene::decision(1, 3, {"c1", "c2", "c3", "c4"}), ErrorCode::kBallotImpossible},
      {"more in favour than present", closed, crowd},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Story story = row.story();
    const auto before = story.state.totals();
    const std::size_t sheets = story.state.batches().at(1).sheets.size();
    const auto applied = story.then(row.record);
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == row.code);
    CHECK(story.state.totals() == before);
    CHECK(story.state.batches().size() == 1);
    CHECK(story.state.batches().at(1).sheets.size() == sheets);
  }
  Story story = closed();
  story.so(scene::decision(1, 3, {"c1"}));
  CHECK(story.then(BatchSettled{1, wrong}).error().code == ErrorCode::kTotalsMismatch);
  story.so(BatchSettled{1, story.state.batches().at(1).totals});
  CHECK_FALSE(story.then(BatchVoided{1, ""}));  // the committee has it, and must hear why it counts no more
  const auto before = story.state.totals();
  auto undo = story.state.apply_undoably(BatchVoided{1, "lẫn chồng khác"}, 1000);
  REQUIRE(undo);
  CHECK(story.state.totals()[0].collected == Count{});
  (*undo)(story.state);
  CHECK(story.state.totals() == before);
  story.so(BatchVoided{1, "lẫn chồng khác"});
  CHECK_FALSE(story.then(BatchVoided{1, "lần nữa"}));
}

TEST_CASE("a sealed station takes no more sheets, but starts and incidents") {
  Story story = closed();
  story.so(scene::decision(1, 3, {"c1"})).so(BatchSettled{1, story.state.batches().at(1).totals});
  story.so(LifecycleChanged{"counting", "seal", "sealed", 0});
  CHECK(story.state.sealed());
  CHECK_FALSE(story.then(BatchOpened{2, "qh-1"}));
  story.so(StationStarted{2, 0}).so(Incident{"scanner_jam", "", 0});
}

TEST_CASE("a sealed station is reopened only with who and why") {
  const auto sealed = [] {
    Story story = closed();
    story.so(scene::decision(1, 3, {"c1"})).so(BatchSettled{1, story.state.batches().at(1).totals});
    return story.so(LifecycleChanged{"counting", "seal", "sealed", 0});
  };
  struct Row { std::string name; LifecycleChanged change; bool taken; };
  const Row rows[] = {
      {"nobody and no reason", {"sealed", "unseal", "closing", 0}, false},
      {"nobody", {"sealed", "unseal", "closing", 0, {}, "", "Sót một chồng"}, false},
      {"no reason", {"sealed", "unseal", "closing", 0, 1, "", ""}, false},
      {"under another event's name", {"sealed", "reopen", "counting", 0, 1, "", ""}, false},
      {"a number and a reason", {"sealed", "unseal", "closing", 0, 1, "", "Sót một chồng"}, true},
      {"a name and a reason", {"sealed", "unseal", "closing", 0, {}, "Trần Văn Ơn", "Sót một chồng"}, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Story story = sealed();
    const auto applied = story.then(row.change);
    CHECK(applied.has_value() == row.taken);
    CHECK(story.state.sealed() != row.taken);
    if (!row.taken) CHECK(applied.error().code == ErrorCode::kRecordOrder);
    if (row.taken) story.so(BatchOpened{2, "qh-1"});
  }
}

TEST_CASE("as many members are named as were present") {
  Story story = closed();
  TeamDecision decision = scene::decision(1, 3, {"c1"});
  decision.members = {1, 2};
  CHECK(story.then(decision).error().code == ErrorCode::kRecordOrder);
  decision.present = 2, decision.in_favour = 2, decision.against = 0;
  story.so(decision);
}

TEST_CASE("every change can be taken back") {
  Story story = feeding();
  const Record records[] = {scene::sheet(1, 4, 1, {}), FeedStopped{1, "scanner_jam", 4, 4}, FeedStarted{1},
                            FeedStopped{1, "scanner_no_documents", 0, 0}, scene::decision(1, 3, {"c5"}), BatchClosed{1, 4},
                            BatchVoided{1, ""}, BatchOpened{2, "xa-1"}, StationStarted{2, 0},
                            LifecycleChanged{"counting", "pause", "paused", 0}};
  const auto before = story.state.totals();
  std::vector<State::Undo> undos;
  for (const Record& record : records) {
    CAPTURE(kind_of(record));
    auto undo = story.state.apply_undoably(record, 100);
    REQUIRE(undo);
    undos.push_back(std::move(*undo));
  }
  for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) (*undo)(story.state);
  CHECK(story.state.totals() == before);
  CHECK(story.state.batches().size() == 1);
  REQUIRE(story.state.open_batch() != nullptr);
  CHECK(story.state.open_batch()->feeding);
  CHECK(story.state.open_batch()->lines_read == 3 * 6);
  CHECK(story.state.open_batch()->readers_disagreed == 3);
  CHECK(story.state.sheets_in_feed() == 3);
  CHECK(story.state.waiting().size() == 1);
  CHECK(story.state.boot() == 1);
  CHECK(story.state.lifecycle() == "counting");
}

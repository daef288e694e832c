// Tally sheets in the fold: two people, apart from each other, and nothing twice.

#include "tally/journal/hand_counts.h"

#include <doctest/doctest.h>

#include "tally/journal/state.h"
#include "tests/unit/tally/journal/story.h"
#include "tests/unit/tally/journal/tally_scene.h"

using namespace kiemphieu;
using namespace kiemphieu::journal;

namespace {

/// A station whose contests are counted by hand.
struct Story : scene::Story {
  Story() : scene::Story(scene::voters_election()) {}
  Story& so(const Record& record) {
    scene::Story::so(record);
    return *this;
  }
  Story& fed(const TallySheetRecorded& sheet) {
    return so(TallyFeedStarted{}).so(sheet).so(TallyFeedStopped{"scanner_no_documents", 1, 1});
  }
  const counting::ContestTotals& total() {
    totals = state.totals();
    return totals[0];
  }
  std::vector<counting::ContestTotals> totals;
};

Story begun() {
  Story story;
  story.so(JournalCreated{{}, "tram-1", "", ""}).so(StationStarted{1, 0});
  return story.so(LifecycleChanged{"idle", "start_counting", "counting", 0});
}
Story waiting() { return begun().fed(scene::tally_sheet(1)); }
Story half() { return waiting().so(scene::entry(1, 3)); }
Story settled() { return half().so(scene::entry(1, 7)).so(scene::settled(1)); }
Story correcting() { return settled().so(TallyCorrectionOpened{"qh-1", "cộng sai"}); }
Story with_ballots() { return begun().so(BatchOpened{1, "qh-1"}); }
Story feeding() { return begun().so(TallyFeedStarted{}); }

}  // namespace

TEST_CASE("a tally sheet counts when two people have confirmed the same, and not before") {
  Story story = waiting();
  const counting::ContestTotals none = counting::empty_totals(scene::voters_election().contests[0]);
  CHECK(story.total() == none);
  story.so(scene::entry(1, 3));
  CHECK(story.total() == none);
  story.so(scene::entry(1, 7));
  CHECK(story.total() == none);
  story.so(scene::settled(1));
  CHECK(story.total().collected == Count{950});
  CHECK(story.total().candidates[4].second == Count{220});
  CHECK(story.state.hand_counts().find(1)->status == TallyStatus::kSettled);
}

TEST_CASE("two people who differ both enter again, and what differed must be typed") {
  Story story = half();
  TallySheetEntered other = scene::entry(1, 7);
  other.figures[1] = {"voted", 961, true};  // read surely as 960
  story.so(other);
  const TallySheetState& sheet = *story.state.hand_counts().find(1);
  CHECK(sheet.round == 2);
  CHECK(sheet.entries.empty());
  CHECK(sheet.differed == std::vector<std::string>{"voted"});
  CHECK(story.then(scene::settled(1)).error().code == ErrorCode::kRecordOrder);
  CHECK(story.then(scene::entry(1, 3, 2)).error().code == ErrorCode::kFigureNotTyped);
  CHECK(story.then(scene::entry(1, 3, 1)).error().code == ErrorCode::kRecordOrder);
  for (const int member : {3, 7}) {
    TallySheetEntered again = scene::entry(1, member, 2);
    again.figures[1].typed = true;
    story.so(again);
  }
  story.so(scene::settled(1));
  CHECK(story.total().valid == Count{940});
}

TEST_CASE("a record about tally sheets that cannot follow is refused and changes nothing") {
  struct Row {
    std::string name;
    Story (*story)();
    Record record;
    ErrorCode code = ErrorCode::kRecordOrder;
  };
  const auto entry = [](int member, auto change) {
    TallySheetEntered made = scene::entry(1, member);
    change(made);
    return Record{made};
  };
  const auto sheet = [](int number, auto change) {
    TallySheetRecorded made = scene::tally_sheet(number);
    change(made);
    return Record{made};
  };
  counting::HandCount wrong = scene::settled(1).count;
  wrong.issued = Count{960};
  const Row rows[] = {
      {"the same person twice", half, scene::entry(1, 3), ErrorCode::kSamePerson},
      {"a third person", [] { return half().so(scene::entry(1, 7)); }, scene::entry(1, 8)},
      {"a member whom the team does not have", half, scene::entry(1, 12)},
      {"an unsure figure not typed", half, entry(7, [](auto& e) { e.figures[2].typed = false; }),
       ErrorCode::kFigureNotTyped},
      {"a figure not as read and not typed", half, entry(7, [](auto& e) { e.figures[0].value = 999; })},
      {"a figure missing", half, entry(7, [](auto& e) { e.figures.pop_back(); })},
      {"figures in another order", half, entry(7, [](auto& e) { std::swap(e.figures[0], e.figures[1]); })},
      {"figures that cannot be", half, scene::entry(1, 7, 1, 949), ErrorCode::kFiguresImpossible},
      {"a figure beyond the station's voters", half,
       entry(7,
             [](auto& e) {
               e.figures[0] = {"voters", 1001, true};
             }),
       ErrorCode::kFiguresImpossible},
      {"an entry for a sheet that is not there", half, scene::entry(2, 7)},
      {"an entry after the count is settled", settled, scene::entry(1, 8)},
      {"settled by one person", half, scene::settled(1)},
      {"settled with another figure", [] { return half().so(scene::entry(1, 7)); },
       TallySheetSettled{1, std::nullopt, wrong}, ErrorCode::kTotalsMismatch},
      {"settled in the place of a sheet that is not there", [] { return half().so(scene::entry(1, 7)); },
       scene::settled(1, 1)},
      {"ballots of a contest with a waiting sheet", waiting, BatchOpened{1, "qh-1"},
       ErrorCode::kCountedByHand},
      {"ballots of a contest counted by hand", settled, BatchOpened{1, "qh-1"}, ErrorCode::kCountedByHand},
      {"a sheet of a contest whose ballots are scanned", [] { return with_ballots().so(TallyFeedStarted{}); },
       scene::tally_sheet(1), ErrorCode::kBallotsScanned},
      {"a second sheet beside a waiting one", [] { return waiting().so(TallyFeedStarted{}); },
       scene::tally_sheet(2), ErrorCode::kTallyWaits},
      {"a second sheet after a settled one", [] { return settled().so(TallyFeedStarted{}); },
       scene::tally_sheet(2), ErrorCode::kTallyConfirmed},
      {"a sheet while none is fed", begun, scene::tally_sheet(1)},
      {"a gap in the numbers", feeding, scene::tally_sheet(2)},
      {"figures of another contest", feeding, sheet(1, [](auto& s) { s.contest = "xa-1"; })},
      {"a sheet that waits and is handed back", feeding,
       sheet(1, [](auto& s) { s.refusal = "sheet_foreign"; })},
      {"handed back for no reason", feeding,
       sheet(1, [](auto& s) { s.judged.outcome = election::Outcome::kReturned; })},
      {"a ballot as a tally sheet", feeding, sheet(1, [](auto& s) { s.form = reading::Form::kBallot; })},
      {"a feed of ballots while tally sheets are fed", [] { return with_ballots().so(TallyFeedStarted{}); },
       FeedStarted{1}},
      {"a feed of tally sheets while ballots are fed", [] { return with_ballots().so(FeedStarted{1}); },
       TallyFeedStarted{}},
      {"another number of sheets fed", feeding, TallyFeedStopped{"scanner_jam", 1, 1}},
      {"discarding what is settled", settled, TallySheetDiscarded{1, 3, ""}},
      {"correcting what is not settled", waiting, TallyCorrectionOpened{"qh-1", ""}},
      {"correcting twice", correcting, TallyCorrectionOpened{"qh-1", ""}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Story story = row.story();
    const counting::ContestTotals before = story.total();
    const std::size_t sheets = story.state.hand_counts().sheets().size();
    const auto applied = story.then(row.record);
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == row.code);
    CHECK(story.total() == before);
    CHECK(story.state.hand_counts().sheets().size() == sheets);
  }
}

TEST_CASE("a correction is a new sheet, and the old count stands until two people confirmed it") {
  Story story = correcting().fed(scene::tally_sheet(2));
  CHECK(story.total().collected == Count{950});
  story.so(scene::entry(2, 1, 1, 970));
  CHECK(story.state.hand_counts().settled("qh-1")->record.sheet == 1);
  story.so(scene::entry(2, 2, 1, 970));
  CHECK(story.then(scene::settled(2, std::nullopt, 970)).error().code == ErrorCode::kRecordOrder);
  story.so(scene::settled(2, 1, 970));
  CHECK(story.state.hand_counts().find(1)->status == TallyStatus::kReplaced);
  CHECK(story.state.hand_counts().settled("qh-1")->count->issued == Count{970});
  CHECK(story.total().collected == Count{950});
  CHECK(story.state.why_no_tally_sheet("qh-1") == ErrorCode::kTallyConfirmed);
}

TEST_CASE("a discarded sheet leaves the contest free, for ballots and for another sheet") {
  Story story = half().so(TallySheetDiscarded{1, 3, "ghi sai"});
  CHECK(story.state.hand_counts().find(1)->status == TallyStatus::kDiscarded);
  CHECK_FALSE(story.state.why_no_tally_sheet("qh-1"));
  Story other = story;
  story.fed(scene::tally_sheet(2));
  other.so(BatchOpened{1, "qh-1"});
  CHECK(other.state.why_no_tally_sheet("qh-1") == ErrorCode::kBallotsScanned);
  other.so(BatchVoided{1, ""});
  CHECK_FALSE(other.state.why_no_tally_sheet("qh-1"));
  other.so(BatchOpened{2, "qh-1"})
      .so(BatchClosed{2, 0})
      .so(BatchSettled{2, other.state.batches().at(2).totals});
  CHECK_FALSE(other.state.why_no_tally_sheet("qh-1"));  // an empty pile holds no ballots
}

TEST_CASE("a record about tally sheets is taken back whole when its transaction fails") {
  Story story = half();
  const auto undo = story.state.apply_undoably(scene::entry(1, 7, 1, 962), story.sequence + 1);
  REQUIRE(undo);
  CHECK(story.state.hand_counts().find(1)->round == 2);
  (*undo)(story.state);
  CHECK(story.state.hand_counts().find(1)->round == 1);
  CHECK(story.state.hand_counts().find(1)->entries.size() == 1);
}

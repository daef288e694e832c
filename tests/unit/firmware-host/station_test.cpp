// The running station: feeder thread, notices, pictures.

#include "firmware-host/station/station.h"

#include "config/imaging/codec.h"
#include "tests/unit/firmware-host/evening.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using kiemphieu::station::testing::RunningStation;

TEST_CASE("a stack is read, recorded and shown, and doubt waits for the team") {
  RunningStation station{"station"};
  int changes = 0;
  std::uint64_t sheets_seen = 0;
  bool went_back = false;
  station->on_change([&](const View& view) {
    ++changes;
    const std::uint64_t sheets = view.batches.empty() ? 0 : view.batches.back().sheets;
    went_back = went_back || sheets < sheets_seen;
    sheets_seen = sheets;
  });
  REQUIRE(station->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  // A blank, unsealed ballot leaves more names than seats: the team must see it.
  REQUIRE(station->scan(station.contest().id).has_value());
  CHECK(station->scan(station.contest().id).error().code == ErrorCode::kScannerBusy);
  station.rest();
  const auto view = station->view();
  CHECK(view->waiting_total == 3);
  CHECK(view->last_sheets.front().record.position == 3);
  CHECK_FALSE(view->notice.has_value());
  CHECK(view->scanner == "scripted stack");
  CHECK(changes >= 5);  // lifecycle, start, three sheets, end
  CHECK_FALSE(went_back);

  SUBCASE("the picture comes plain and with its reading") {
    const auto plain = station->sheet_picture(1, 2, true);
    const auto drawn = station->sheet_picture(1, 2, false);
    REQUIRE(plain.has_value());
    REQUIRE(drawn.has_value());
    const auto plain_image = imaging::decode(*plain);
    const auto drawn_image = imaging::decode(*drawn);
    REQUIRE(plain_image.has_value());
    REQUIRE(drawn_image.has_value());
    CHECK(plain_image->format == imaging::PixelFormat::kGray8);
    CHECK(drawn_image->format == imaging::PixelFormat::kRgb8);
    CHECK(station->sheet_picture(1, 9, true).error().code == ErrorCode::kSheetUnknown);
  }
}

TEST_CASE("a fault pauses the station with its notice, and scanning goes on after it") {
  RunningStation station{"fault"};
  station.script.end = ErrorCode::kScannerJam;
  REQUIRE(station->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  station.scan_to_the_end();
  auto view = station->view();
  REQUIRE(view->notice.has_value());
  CHECK(view->notice->code == ErrorCode::kScannerJam);
  CHECK(view->lifecycle == LifecycleState::kPaused);
  CHECK(view->batches.back().sheets == 3);

  journal::TeamDecision decision;
  decision.batch = decision.position = 1;
  decision.present = decision.in_favour = station.polling_station().team_members;
  REQUIRE(station->decide(decision).has_value());
  CHECK(station->view()->notice.has_value());  // a decision mends no jam

  station.script.end = ErrorCode::kScannerNoDocuments;
  station.script.sheets = 5;  // the same source: three are through, two lie in the feeder
  REQUIRE(station->scan("").has_value());
  station.rest();
  view = station->view();
  CHECK_FALSE(view->notice.has_value());
  CHECK(view->lifecycle == LifecycleState::kCounting);
  CHECK(view->batches.back().sheets == 5);
}

TEST_CASE("a scanner that does not start is said, and nothing is recorded") {
  RunningStation station{"missing"};
  station.script.start = ErrorCode::kScannerMissing;
  REQUIRE(station->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  station.scan_to_the_end();
  const auto view = station->view();
  REQUIRE(view->notice.has_value());
  CHECK(view->notice->code == ErrorCode::kScannerMissing);
  CHECK(view->batches.back().sheets == 0);
}

TEST_CASE("a refused command changes nothing") {
  RunningStation station{"refused"};
  const auto before = station->view()->last_sequence;
  CHECK(station->finish_batch().error().code == ErrorCode::kNotAllowedNow);
  CHECK(station->stop_feed().error().code == ErrorCode::kNotAllowedNow);
  CHECK(station->scan(station.contest().id).error().code == ErrorCode::kNotAllowedNow);
  CHECK(station->void_batch(1, "x").error().code == ErrorCode::kNotAllowedNow);
  CHECK(station->view()->last_sequence == before);
}

TEST_CASE("the scanner is opened anew only when the kind of paper changes") {
  RunningStation station{"paper-kinds"};
  REQUIRE(station->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  station.scan_to_the_end();
  station.scan_to_the_end();
  CHECK(station.opened == std::vector{Paper::kBallots});
  REQUIRE(station->scan_tally_sheets().has_value());
  station.rest();
  CHECK(station.opened == std::vector{Paper::kBallots, Paper::kTallySheets});
  station.scan_to_the_end();
  CHECK(station.opened.size() == 3);
  CHECK(station.opened.back() == Paper::kBallots);
}

TEST_CASE("ballots among tally sheets are recorded as handed back, and can be looked at") {
  RunningStation station{"ballots-as-tally"};
  REQUIRE(station->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(station->scan_tally_sheets().has_value());
  station.rest();
  const auto view = station->view();
  REQUIRE(view->tally_sheets.size() == 3);
  CHECK(view->tally_sheets.front().record.sheet == 3);
  CHECK(view->tally_sheets.front().status == journal::TallyStatus::kReturned);
  CHECK(view->tally_sheets.front().record.refusal == "not_a_tally_sheet");
  CHECK(view->batches.empty());
  CHECK(station->tally_sheet_picture(2).has_value());
  CHECK(station->tally_sheet_picture(9).error().code == ErrorCode::kSheetUnknown);
  CHECK(station->enter_tally_sheet({1, 1, 1, {}}).error().code == ErrorCode::kNotAllowedNow);
  CHECK(station->enter_tally_sheet({9, 1, 1, {}}).error().code == ErrorCode::kSheetUnknown);
}

TEST_CASE("a token pulled out in the middle of a pile stops it, and the pile goes on when it is back") {
  RunningStation station{"token-gone"};
  station.script.sheets = 5;
  station.script.before_sheet = [&](int sheet) { station.pulled = sheet == 3; };
  REQUIRE(station->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  station.scan_to_the_end();
  auto view = station->view();
  REQUIRE(view->notice.has_value());
  CHECK(view->notice->code == ErrorCode::kKeyTokenGone);
  CHECK(view->batches.back().sheets == 2);  // the third is in no journal, so it is not counted
  REQUIRE(view->resume.has_value());  // people are told which paper goes back though no record could say so
  CHECK(view->resume->sheets == 2);
  CHECK(view->resume->last == 2);
  REQUIRE_FALSE(view->resume->steps.empty());
  CHECK(view->resume->steps.back() == ResumeStep::kScan);
  const auto before = view->last_sequence;
  CHECK(station->scan("").error().code == ErrorCode::kKeyTokenGone);
  CHECK(station->finish_batch().error().code == ErrorCode::kKeyTokenGone);
  CHECK(station->change_lifecycle(LifecycleEvent::kPause).error().code == ErrorCode::kKeyTokenGone);
  CHECK(station->view()->last_sequence == before);

  station.pulled = false;
  station.script.before_sheet = {};
  REQUIRE(station->scan("").has_value());
  station.rest();
  view = station->view();
  CHECK_FALSE(view->notice.has_value());
  CHECK(view->lifecycle == LifecycleState::kCounting);
  CHECK(station->finish_batch().has_value());
}

namespace {

/// An empty scanner whose counter stands at 40. The first look at it waits for `go`.
class SlowCounter final : public feed::SheetSource {
 public:
  SlowCounter(std::atomic<bool>& looking, std::atomic<bool>& go) : looking_(&looking), go_(&go) {}
  std::string description() const override { return "slow counter"; }
  Result<void> start() override { return {}; }
  Result<feed::SheetImage> next() override { return fail(ErrorCode::kScannerNoDocuments, "empty"); }
  void request_stop() override {}
  Result<feed::Sensors> sensors() override {
    *looking_ = true;
    while (!*go_) std::this_thread::yield();
    feed::Sensors sensors;
    sensors.sheets_fed = 40;
    return sensors;
  }

 private:
  std::atomic<bool>*looking_, *go_;
};

}  // namespace

TEST_CASE("Scan pressed while start-up still looks at the counter: the feed looks for itself, and nothing stops it") {
  testing::Scratch scratch{"look"};
  const std::string contest = scratch.contest().id;
  {
    const auto ledger = scratch.open_ledger();
    REQUIRE(ledger->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
    REQUIRE(ledger->begin_feed(contest).has_value());
    REQUIRE(ledger->note_counter(40).has_value());
  }  // a power cut with paper moving
  auto ballot = forms::compose_ballot(scratch.election(), scratch.contest(), {});
  REQUIRE(ballot.has_value());
  auto reader = reading::Reader::create({std::move(ballot->form)});
  REQUIRE(reader.has_value());
  std::atomic<bool> looking{false}, go{false};
  Station station{scratch.open_ledger(), SheetPipeline{scratch.election(), *std::move(reader)}, [&](Paper) {
                    return Result<std::unique_ptr<feed::SheetSource>>{std::make_unique<SlowCounter>(looking, go)};
                  }};
  while (!looking) std::this_thread::yield();
  REQUIRE(station.scan(contest).has_value());
  go = true;
  while (station.view()->scanning) std::this_thread::yield();
  const auto notice = station.view()->notice;
  const std::string said = notice ? notice->log_line() : "nothing";
  CAPTURE(said);
  CHECK_FALSE(notice.has_value());
  CHECK(station.view()->lifecycle == LifecycleState::kCounting);
}

TEST_CASE("a machine that was taken over is told once, however often it is said, and shows it above all else") {
  testing::RunningStation station{"superseded"};
  REQUIRE(station->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  std::atomic<int> told{0};
  station->on_change([&](const View&) { ++told; });
  for (int i = 0; i < 3; ++i) station->note_superseded("the committee");
  CHECK(told == 1);
  REQUIRE(station->view()->notice.has_value());
  CHECK(station->view()->notice->code == ErrorCode::kStationSuperseded);
  CHECK(station->scan(station.contest().id).error().code == ErrorCode::kStationSuperseded);
}

// The station's rules over a real journal in a scratch folder.

#include "firmware-host/station/ledger.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "sync/wire/body.h"
#include "sync/wire/envelope.h"
#include "tally/journal/images.h"
#include "tally/journal/store.h"
#include "tests/unit/firmware-host/scratch.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using election::Mark;
using election::Outcome;
using election::Validity;

namespace {

/// One evening with verbs.
class Evening : public testing::LedgerEvening {
 public:
  Evening() : LedgerEvening("ledger") {}

  /// A clear ballot that leaves the first `kept` names, or one that the team must see.
  ScannedSheet sheet(int kept, Outcome outcome = Outcome::kAccepted) const {
    ScannedSheet made;
    const std::string picture = "picture " + std::to_string(++pictures_);
    made.jpeg.assign(picture.begin(), picture.end());
    made.reading.form = reading::Form::kBallot;
    made.interpretation.contest = contest().id;
    made.interpretation.outcome = outcome;
    made.interpretation.validity = kept >= 1 && kept <= contest().seats ? Validity::kValid : Validity::kInvalid;
    made.interpretation.elects = kept;
    for (const auto& candidate : contest().candidates) {
      const Mark mark = kept-- > 0 ? Mark::kKept : Mark::kStruck;
      made.interpretation.candidates.push_back({candidate.id, mark, election::MarkShape::kNone, 0, "QA 174"});
    }
    return made;
  }
  journal::TeamDecision decision(int position) const {
    journal::TeamDecision made;
    made.batch = 1;
    made.position = position;
    made.ballot = {Validity::kValid, {contest().candidates.front().id}};
    made.present = made.in_favour = polling_station().team_members;
    return made;
  }

 private:
  mutable int pictures_ = 0;
};

template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

std::size_t outbox_rows(Ledger& ledger) { return ledger.outbox_last_sequence(); }

template <class Body>
std::vector<std::pair<std::uint64_t, Body>> told(Evening& evening) {
  auto database = storage::Database::open(journal::database_path(evening.folder())).value();
  const auto items = evening->outbox().records_from(database, 1, 1'000, 10'000'000);
  std::vector<std::pair<std::uint64_t, Body>> all;
  for (const auto& item : items.value()) {
    const auto envelope = wire::decode(item.envelope).value();
    if (envelope.kind == Body::kKind)
      all.emplace_back(item.sequence,
                       std::get<Body>(wire::decode_body(envelope.kind, envelope.body).value()));
  }
  return all;
}
template <class Body>
Body last_of(Evening& evening) {
  return told<Body>(evening).back().second;
}
std::pair<std::uint64_t, wire::ContestResult> result_of(Evening& evening, const std::string& contest) {
  std::pair<std::uint64_t, wire::ContestResult> newest;
  for (const auto& one : told<wire::ContestResult>(evening))
    if (one.second.sums.contest == contest) newest = one;
  return newest;
}

}  // namespace

TEST_CASE("scanning is allowed only while counting") {
  Evening evening;
  const std::string contest = evening.contest().id;
  CHECK(code_of(evening->begin_feed(contest)) == ErrorCode::kNotAllowedNow);
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kOpenVoting).has_value());
  CHECK(code_of(evening->begin_feed(contest)) == ErrorCode::kNotAllowedNow);
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  CHECK(code_of(evening->begin_feed("no-such")) == ErrorCode::kUnknownContest);
  CHECK(evening->begin_feed(contest).has_value());
  CHECK(code_of(evening->begin_feed(contest)) == ErrorCode::kScannerBusy);
}

TEST_CASE("a sheet is a record of its own; every twenty-fifth tells the committee how far the pile is") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  const auto rows = outbox_rows(*evening);
  const auto head = evening->head().sequence;
  REQUIRE(evening->record_sheet(evening.sheet(2)).has_value());
  CHECK(evening->head().sequence == head + 1);
  CHECK(outbox_rows(*evening) == rows);
  for (int sheet = 2; sheet <= 51; ++sheet) REQUIRE(evening->record_sheet(evening.sheet(2)).has_value());
  CHECK(outbox_rows(*evening) == rows + 2);
  CHECK(last_of<wire::Status>(evening).contests.front().scanned == Count{50});
  REQUIRE(evening->end_feed({}).has_value());
  CHECK(last_of<wire::Status>(evening).contests.front().scanned == Count{51});
}

TEST_CASE("sealing sends the final words of every contest, and a corrected result names the one it replaces and why") {
  Evening evening;
  const auto pile = [&](int sheets) {
    REQUIRE(evening->begin_feed(evening.contest().id).has_value());
    for (int i = 0; i < sheets; ++i) REQUIRE(evening->record_sheet(evening.sheet(1)).has_value());
    REQUIRE(evening->end_feed({}).has_value());
    REQUIRE(evening->finish_batch().has_value());
  };
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  pile(3);
  pile(2);
  const auto before = outbox_rows(*evening);
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kClose).has_value());
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kSeal).has_value());
  CHECK(outbox_rows(*evening) == before + 2 + 3);
  auto result = result_of(evening, evening.contest().id);
  CHECK(result.second.sums.collected == Count{5});
  CHECK(result.second.sums.batch == 2);
  CHECK(result.second.replaces == 0);
  CHECK_FALSE(wire::impossible(result.second).has_value());

  const auto first = result.first;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kUnseal, team::Who{std::nullopt, "Nguyễn Văn A", {}}, "Chồng 2 lẫn phiếu").has_value());
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kReopen).has_value());
  CHECK(code_of(evening->void_batch(2, " ")) == ErrorCode::kFieldInvalid);
  REQUIRE(evening->void_batch(2, "Lẫn phiếu").has_value());
  CHECK(last_of<wire::BatchWithdrawn>(evening) == wire::BatchWithdrawn{evening.contest().id, 2, "Lẫn phiếu"});
  pile(4);
  evening.restart();
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kClose).has_value());
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kSeal).has_value());
  result = result_of(evening, evening.contest().id);
  CHECK(result.second.sums.collected == Count{7});
  CHECK(result.second.replaces == first);
  CHECK(result.second.reason == "Chồng 2 lẫn phiếu");
}

TEST_CASE("a sheet counts as it is recorded") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  REQUIRE(evening->record_sheet(evening.sheet(2)).has_value());
  CHECK(evening->state().totals().front().valid == Count{1});
  CHECK(evening->state().totals().front().classes.at(1) == Count{1});
}

TEST_CASE("a pile without doubt is settled when it is finished") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  for (const int kept : {1, 2, 3}) REQUIRE(evening->record_sheet(evening.sheet(kept)).has_value());
  CHECK(code_of(evening->finish_batch()) == ErrorCode::kScannerBusy);
  REQUIRE(evening->end_feed({}).has_value());
  const auto rows = outbox_rows(*evening);
  REQUIRE(evening->finish_batch().has_value());
  CHECK(evening->state().batches().at(1).status == journal::BatchStatus::kSettled);
  CHECK(outbox_rows(*evening) == rows + 2);  // the status and the pile's totals
  CHECK(evening->change_lifecycle(LifecycleEvent::kClose).has_value());
  CHECK(evening->change_lifecycle(LifecycleEvent::kSeal).has_value());
  CHECK(code_of(evening->begin_feed(evening.contest().id)) == ErrorCode::kNotAllowedNow);
}

TEST_CASE("a doubtful sheet holds its pile until the team has decided") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  REQUIRE(evening->record_sheet(evening.sheet(2)).has_value());
  REQUIRE(evening->record_sheet(evening.sheet(5, Outcome::kReview)).has_value());
  REQUIRE(evening->end_feed({}).has_value());
  REQUIRE(evening->finish_batch().has_value());
  CHECK(evening->state().batches().at(1).status == journal::BatchStatus::kClosed);
  CHECK(code_of(evening->change_lifecycle(LifecycleEvent::kClose)) == ErrorCode::kNotAllowedNow);

  SUBCASE("a clear sheet takes no decision") {
    CHECK(code_of(evening->decide(evening.decision(1))) == ErrorCode::kNotAllowedNow);
  }
  SUBCASE("an unknown sheet") { CHECK(code_of(evening->decide(evening.decision(9))) == ErrorCode::kSheetUnknown); }
  SUBCASE("fewer than two thirds present") {
    auto decision = evening.decision(2);
    decision.present = decision.in_favour = 7;  // of 11; QA 68 asks for 8
    CHECK(code_of(evening->decide(decision)) == ErrorCode::kQuorum);
  }
  SUBCASE("more votes than people present") {
    auto decision = evening.decision(2);
    decision.against = 1;
    CHECK(code_of(evening->decide(decision)) == ErrorCode::kQuorum);
  }
  SUBCASE("a valid ballot that elects too many") {
    auto decision = evening.decision(2);
    for (const auto& candidate : evening.contest().candidates) decision.ballot.elected.push_back(candidate.id);
    CHECK(code_of(evening->decide(decision)) == ErrorCode::kBallotImpossible);
  }
  SUBCASE("the decision settles the pile") {
    REQUIRE(evening->decide(evening.decision(2)).has_value());
    CHECK(evening->state().batches().at(1).status == journal::BatchStatus::kSettled);
    CHECK(evening->state().totals().front().valid == Count{2});
    CHECK(evening->change_lifecycle(LifecycleEvent::kClose).has_value());
  }
  SUBCASE("a paper that is no ballot leaves the pile") {
    auto decision = evening.decision(2);
    decision.not_a_ballot = true;
    REQUIRE(evening->decide(decision).has_value());
    CHECK(evening->state().totals().front().collected == Count{1});
  }
}

TEST_CASE("the team may count a ballot that no reader made out") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  ScannedSheet torn = evening.sheet(2, Outcome::kReturned);
  torn.reading.form = reading::Form::kUnknown;
  torn.interpretation.validity.reset();
  torn.interpretation.candidates.clear();
  ScannedSheet header = torn;
  header.reading.form = reading::Form::kBatchHeader;
  header.jpeg.push_back('h');
  REQUIRE(evening->record_sheet(torn).has_value());
  REQUIRE(evening->record_sheet(header).has_value());
  CHECK(evening->state().totals().front().collected == Count{0});
  REQUIRE(evening->decide(evening.decision(1)).has_value());
  CHECK(evening->state().totals().front().valid == Count{1});
  CHECK(code_of(evening->decide(evening.decision(2))) == ErrorCode::kNotAllowedNow);
}

TEST_CASE("a power cut while feeding is found and said at start-up") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  REQUIRE(evening->record_sheet(evening.sheet(2)).has_value());
  evening.restart();
  REQUIRE(evening->start_notice().has_value());
  CHECK(evening->start_notice()->code == ErrorCode::kFeedUnfinished);
  CHECK(evening->lifecycle() == LifecycleState::kPaused);
  REQUIRE(evening->state().open_batch() != nullptr);
  CHECK(evening->state().open_batch()->sheets.size() == 1);
  CHECK_FALSE(evening->state().open_batch()->feeding);

  SUBCASE("the operator goes on with the rest of the pile") {
    REQUIRE(evening->begin_feed("").has_value());
    CHECK(evening->lifecycle() == LifecycleState::kCounting);
    REQUIRE(evening->record_sheet(evening.sheet(1)).has_value());
    CHECK(evening->state().totals().front().valid == Count{2});
  }
  SUBCASE("or voids it: none of its sheets counts") {
    REQUIRE(evening->void_batch(1, "quét lại").has_value());
    CHECK(evening->state().totals().front().collected == Count{0});
    REQUIRE(evening->begin_feed(evening.contest().id).has_value());
    CHECK(evening->state().open_batch()->batch == 2);
  }
  SUBCASE("a second start says nothing new") {
    evening.restart();
    CHECK_FALSE(evening->start_notice().has_value());
    CHECK(evening->lifecycle() == LifecycleState::kPaused);
  }
}

TEST_CASE("a fault of the scanner pauses the count") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  REQUIRE(evening->end_feed({ErrorCode::kScannerJam, "after sheet 0", 1}).has_value());
  CHECK(evening->lifecycle() == LifecycleState::kPaused);
  CHECK(evening->begin_feed("").has_value());
  CHECK(evening->lifecycle() == LifecycleState::kCounting);
}

TEST_CASE("a feed of tally sheets that a power cut ended is found and said") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_tally_feed().has_value());
  CHECK(code_of(evening->begin_tally_feed()) == ErrorCode::kScannerBusy);
  CHECK(code_of(evening->begin_feed(evening.contest().id)) == ErrorCode::kScannerBusy);
  ScannedSheet foreign;
  foreign.jpeg = {1, 2, 3};
  REQUIRE(evening->record_tally_sheet(foreign).has_value());
  evening.restart();
  CHECK(evening->lifecycle() == LifecycleState::kPaused);
  REQUIRE(evening->start_notice().has_value());
  CHECK(evening->start_notice()->code == ErrorCode::kFeedUnfinished);
  CHECK_FALSE(evening->state().hand_counts().feeding());
  CHECK(evening->state().hand_counts().sheets().size() == 1);
  CHECK(evening->begin_tally_feed().has_value());
}

TEST_CASE("pictures that the disk lost are named at the start, with how many and which first") {
  Evening evening;
  REQUIRE(evening->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
  REQUIRE(evening->begin_feed(evening.contest().id).has_value());
  for (int i = 0; i < 3; ++i) REQUIRE(evening->record_sheet(evening.sheet(1)).has_value());
  REQUIRE(evening->end_feed({}).has_value());
  REQUIRE(evening->note_missing_pictures().has_value());
  CHECK_FALSE(evening->start_notice().has_value());
  const Digest lost = evening->state().find_sheet(1, 2)->record.image;
  std::filesystem::remove(journal::image_file(evening.folder(), lost));
  evening.restart();
  const std::uint64_t records = evening->head().sequence;
  REQUIRE(evening->note_missing_pictures().has_value());
  REQUIRE(evening->start_notice().has_value());
  CHECK(evening->start_notice()->code == ErrorCode::kPicturesMissing);
  CHECK(evening->start_notice()->evidence == "1 pictures, the first of batch 1 position 2");
  CHECK(evening->head().sequence == records + 1);
}

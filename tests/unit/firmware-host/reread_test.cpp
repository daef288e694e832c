// The stored pictures read again: the same for an honest journal, and every lie named.
#include "firmware-host/station/reread.h"

#include "firmware-host/station/room.h"
#include "tests/unit/firmware-host/evening.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using station::testing::LedgerEvening;

namespace {

/// A ledger, the forms of its station in a folder, and a pipeline that reads by them.
class Evening : public LedgerEvening {
 public:
  explicit Evening(const std::string& name) : LedgerEvening(name), forms_(folder() / "forms") {
    REQUIRE(forms::print_forms(election(), polling_station(), {}, forms_));
    auto reader = load_reader(forms_, election(), polling_station());
    REQUIRE(reader);
    pipeline_.emplace(election(), *std::move(reader));
    auto ballot = forms::compose_ballot(election(), contest(), {});
    REQUIRE(ballot);
    blank_ = std::move(ballot->form.reference);
    REQUIRE((**this).change_lifecycle(LifecycleEvent::kStartCounting));
    REQUIRE((**this).begin_feed(contest().id));
  }
  ScannedSheet blank() const {
    auto sheet = pipeline_->process(blank_.view(), contest().id);
    REQUIRE(sheet);
    return *std::move(sheet);
  }
  void record(const ScannedSheet& sheet) { REQUIRE((**this).record_sheet(sheet)); }
  RereadReport again() {
    const auto report = reread(folder(), election(), forms_, 2);
    if (!report) MESSAGE(report.error().log_line());
    REQUIRE(report);
    return *report;
  }

 private:
  std::filesystem::path forms_;
  std::optional<SheetPipeline> pipeline_;
  imaging::Image blank_;
};

}  // namespace

TEST_CASE("an honest journal reads again as it was, also a paper that was fed twice") {
  Evening evening{"reread"};
  evening.record(evening.blank());
  evening.record(evening.blank());  // goes to the team as the same paper
  const RereadReport report = evening.again();
  CHECK(report.sheets == 2);
  for (const ReadingDifference& one : report.differences) CHECK_MESSAGE(false, one.what << ": " << one.was << " -> " << one.now);
}

TEST_CASE("a journal that says something else than its pictures is named sheet by sheet") {
  Evening evening{"reread-lie"};
  evening.record(evening.blank());
  ScannedSheet lie = evening.blank();
  lie.interpretation.candidates.at(1).shape = election::MarkShape::kCross;
  lie.reading.fingerprint.reset();
  evening.record(lie);
  const RereadReport report = evening.again();
  REQUIRE(report.differences.size() == 1);
  CHECK(report.differences[0].batch == 1);
  CHECK(report.differences[0].position == 2);
  CHECK(report.differences[0].what == evening.contest().candidates[1].id + ": shape");
  CHECK(report.differences[0].was == "cross");
  CHECK(report.differences[0].now == "none");
}

TEST_CASE("a picture that is gone or changed is a difference, not an end") {
  Evening evening{"reread-gone"};
  evening.record(evening.blank());
  std::filesystem::remove_all(evening.folder() / "images");
  const RereadReport report = evening.again();
  REQUIRE(report.differences.size() == 1);
  CHECK(report.differences[0].what == "picture");
  CHECK(report.differences[0].now == "file_not_found");
}

TEST_CASE("room for the rest of the count is taken before the first sheet, and given back sheet by sheet") {
  const testing::Scratch scratch{"room"};
  Room room{scratch.folder(), 100, 200, true};
  REQUIRE(room.before_feed(0));
  const std::uint64_t whole = room.reserved_bytes();
  CHECK(whole >= 100U * 450'000U);
  room.sheet_comes(300'000);
  CHECK(room.reserved_bytes() < whole - 300'000);
  REQUIRE(room.before_feed(100));  // all recorded: only what a voided pile may want
  CHECK(room.reserved_bytes() < whole);
  Room vast{scratch.folder(), 1'000'000'000, 300, true};
  CHECK(vast.before_feed(0).error().code == ErrorCode::kSpaceShort);
}

// One paper fed twice: what the ledger makes of it, and where it remembers.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "firmware-host/station/ledger.h"
#include "tally/journal/export.h"
#include "tests/unit/firmware-host/scratch.h"

using namespace kiemphieu;
using namespace kiemphieu::station;
using election::Outcome;
using election::Reason;

namespace {

/// A paper told by a number: three names struck so many tenths of a millimetre down.
reading::Fingerprint paper(int number) {
  reading::Fingerprint print;
  for (std::size_t i = 0; i < 3; ++i) {
    print.lines[i].number = static_cast<std::uint8_t>(i + 1);
    print.lines[i].rows.fill(static_cast<std::uint8_t>(20 + 5 * number));
  }
  return print;
}

/// A counting station with a pile open.
class Evening : public testing::LedgerEvening {
 public:
  Evening() : LedgerEvening("papers") {
    REQUIRE((*this)->change_lifecycle(LifecycleEvent::kStartCounting).has_value());
    begin();
  }

  void begin() { REQUIRE((*this)->begin_feed(contest().id).has_value()); }
  void end(ErrorCode reason = ErrorCode::kScannerNoDocuments) { REQUIRE((*this)->end_feed({reason, "", {}}).has_value()); }
  /// Feeds the paper; a struck ballot that is plainly valid, or one that is handed back.
  const journal::SheetRecorded& feed(int number, bool handed_back = false) {
    ScannedSheet sheet;
    const std::string picture = "picture " + std::to_string(++pictures_);
    sheet.jpeg.assign(picture.begin(), picture.end());
    sheet.reading.form = reading::Form::kBallot;
    sheet.reading.contest = handed_back ? election().contests[1].id : contest().id;
    sheet.reading.seal = reading::SealFinding::kPresent;
    sheet.reading.seal_score = 1;
    sheet.reading.fingerprint = paper(number);
    const auto& candidates = (handed_back ? election().contests[1] : contest()).candidates;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const bool struck = i > 0;
      sheet.reading.candidates.push_back({candidates[i].id, struck ? election::MarkShape::kHorizontal : election::MarkShape::kNone,
                                          struck ? 1.0 : 0.0, {}});
    }
    sheet.interpretation = counting::interpret(election(), sheet.reading, contest().id);
    REQUIRE((*this)->record_sheet(sheet).has_value());
    return (*this)->state().open_batch()->sheets.back().record;
  }

 private:
  int pictures_ = 0;
};

bool has(const journal::SheetRecorded& sheet, Reason reason) {
  const auto& reasons = sheet.interpretation.reasons;
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a paper that was counted goes to the team when it is fed again, and the earlier sheet is named") {
  Evening evening;
  CHECK(evening.feed(1).interpretation.outcome == Outcome::kAccepted);
  CHECK(evening.feed(2).interpretation.outcome == Outcome::kAccepted);
  const auto again = evening.feed(1);
  CHECK(again.interpretation.outcome == Outcome::kReview);
  CHECK(has(again, Reason::kSamePaper));
  CHECK(again.same_as == journal::SheetPlace{1, 1});
  CHECK(evening->state().open_batch()->totals.valid == Count{2});
  CHECK(evening->state().open_batch()->totals.in_review == Count{1});
}

TEST_CASE("which earlier sheets make a paper known") {
  Evening evening;
  SUBCASE("a jam before the sheet was recorded: it was never here") {
    evening.feed(1);
    evening.end(ErrorCode::kScannerJam);
    evening.begin();
    CHECK_FALSE(evening.feed(2).same_as.has_value());
  }
  SUBCASE("its pile was voided and is scanned anew") {
    evening.feed(1);
    evening.end();
    REQUIRE(evening->void_batch(1, "quét lại").has_value());
    evening.begin();
    const auto again = evening.feed(1);
    CHECK(again.interpretation.outcome == Outcome::kAccepted);
    CHECK_FALSE(again.same_as.has_value());
  }
  SUBCASE("it was handed back and is scanned again") {
    REQUIRE(evening.feed(1, true).interpretation.outcome == Outcome::kReturned);
    CHECK_FALSE(evening.feed(1, true).same_as.has_value());
  }
  SUBCASE("in an earlier pile that is settled") {
    evening.feed(1);
    evening.end();
    REQUIRE(evening->finish_batch().has_value());
    evening.begin();
    CHECK(evening.feed(1).same_as == journal::SheetPlace{1, 1});
  }
  SUBCASE("after a restart that follows the feed's end") {
    evening.feed(1);
    evening.end();
    evening.restart();
    CHECK(evening->unknown_papers().empty());
    evening.begin();
    CHECK(evening.feed(1).same_as == journal::SheetPlace{1, 1});
  }
  SUBCASE("after a power cut in the feed, once its picture was read again") {
    evening.feed(1);
    evening.restart();
    const auto unknown = evening->unknown_papers();
    REQUIRE(unknown.size() == 1);
    CHECK(unknown.front().position == 1);
    evening->learn_paper(unknown.front(), paper(1));
    CHECK(evening->unknown_papers().empty());
    evening.begin();
    CHECK(evening.feed(1).same_as == journal::SheetPlace{1, 1});
  }
  SUBCASE("with its file broken the count goes on, and the pictures tell") {
    evening.feed(1);
    evening.end();
    evening.stop();
    std::ofstream(evening.folder() / "papers.db", std::ios::binary | std::ios::trunc)
        << "not a database at all, and long enough to be none";
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove((evening.folder() / "papers.db").string() + end);
    evening.restart();
    CHECK(evening->unknown_papers().size() == 1);
  }
}

TEST_CASE("what the station remembers of papers leaves it by no way") {
  Evening evening;
  evening.feed(1);
  evening.feed(1);
  evening.end();
  const auto bytes = paper(1).to_bytes();
  const std::string needle(bytes.begin() + 1, bytes.begin() + 18);  // its first line
  CHECK(file_text(evening.folder() / "papers.db").size() + file_text(evening.folder() / "papers.db-wal").size() > 0);
  const bool kept = file_text(evening.folder() / "papers.db").find(needle) != std::string::npos ||
                    file_text(evening.folder() / "papers.db-wal").find(needle) != std::string::npos;
  CHECK(kept);
  // journal.db holds the records and the outbox: all that is ever sent or exported.
  for (const char* name : {"journal.db", "journal.db-wal"})
    CHECK(file_text(evening.folder() / name).find(needle) == std::string::npos);
  const auto out = evening.folder() / "out";
  REQUIRE(journal::export_journal(evening.folder(), evening.election(), out).has_value());
  for (const auto& entry : std::filesystem::directory_iterator(out)) {
    const std::string text = file_text(entry.path());
    CAPTURE(entry.path().string());
    CHECK(text.find("same_as") == std::string::npos);
    CHECK(text.find("fingerprint") == std::string::npos);
  }
}

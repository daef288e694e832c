// The golden set: tests/golden/manifest.tsv names the sheets, this test forges
// and reads them. At least so many must be read, none may be misread, and what
// is not a ballot of this station must read as nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "tally/forms/deck.h"
#include "tally/forms/draw.h"
#include "tally/forms/layout.h"
#include "tests/golden/deck.h"

namespace {

using namespace kiemphieu;

const golden::Deck& deck() {
  static const golden::Deck loaded = golden::Deck::load();
  return loaded;
}

struct Row {
  std::string situation;
  std::uint64_t seed = 0;
  int must_read = 0;  ///< of the three contests' sheets
};

std::vector<Row> manifest() {
  std::ifstream file("tests/golden/manifest.tsv");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields(line);
    Row row;
    fields >> row.situation >> row.seed >> row.must_read;
    REQUIRE(!fields.fail());
    rows.push_back(row);
  }
  return rows;
}

forge::SheetPlan plan(const std::string& situation, std::size_t contest, std::uint64_t seed) {
  const auto* found = forge::find_situation(situation);
  REQUIRE(found != nullptr);
  return forge::plan_situation(*found, deck().forges[contest]->form(),
                               deck().election.contests[contest].paper.rgb, seed,
                               forge::PhysicsLevel::kOffice);
}

TEST_CASE("golden sheets: enough are read and none is misread") {
  const auto rows = manifest();
  REQUIRE(rows.size() >= 50);
  for (const Row& row : rows) {
    int read = 0;
    for (std::size_t contest = 0; contest < deck().forges.size(); ++contest) {
      const auto judged = golden::judge(deck(), contest, plan(row.situation, contest, row.seed));
      CAPTURE(row.situation);
      CAPTURE(contest);
      CAPTURE(judged.why);
      CHECK(judged.verdict != golden::Verdict::kWrong);
      read += judged.verdict == golden::Verdict::kRight ? 1 : 0;
    }
    CAPTURE(row.situation);
    CHECK(read >= row.must_read);
  }
}

TEST_CASE("a ballot of another contest of the station is known for what it is") {
  for (std::size_t contest = 0; contest < 3; ++contest) {
    const auto page = deck().forges[contest]->make(plan("careful", contest, 5));
    const auto other = deck().forges[(contest + 1) % 3]->form().contest;
    CHECK(deck().reader->read(page.view(), other).contest == deck().forges[contest]->form().contest);
  }
}

TEST_CASE("a ballot whose contest has no template here reads as nothing, either way up") {
  for (const char* situation : {"careful", "upside_down"})
    for (std::size_t contest = 0; contest < 3; ++contest) {
      std::vector<forms::Template> others;
      for (std::size_t i = 0; i < 3; ++i)
        if (i != contest) others.push_back(deck().forges[i]->form());
      auto reader = reading::Reader::create(std::move(others));
      REQUIRE(reader);
      const auto page = deck().forges[contest]->make(plan(situation, contest, 9));
      CAPTURE(situation);
      CAPTURE(contest);
      CHECK(reader->read(page.view()).form == reading::Form::kUnknown);
    }
}

TEST_CASE("a batch header sheet is told by its code") {
  const auto& election = deck().election;
  const auto page = forms::batch_header_page(election, election.stations.front(), election.contests[1], 12);
  const auto image = forms::draw_gray(page, 200);
  REQUIRE(image);
  const auto sheet = deck().reader->read(image->view(), election.contests[0].id);
  REQUIRE(sheet.form == reading::Form::kBatchHeader);
  CHECK(sheet.batch_header->election_digest_hex == election.digest.hex());
  CHECK(sheet.batch_header->station == election.stations.front().id);
  CHECK(sheet.batch_header->contest == election.contests[1].id);
  CHECK(sheet.batch_header->batch == 12);
}

TEST_CASE("no picture without a ballot reads as one") {
  std::mt19937 random(20260315);
  for (const int cell : {1, 4, 16, 64}) {  // from snow to something like a photo
    auto page = imaging::Image::blank(1165, 1654, imaging::PixelFormat::kRgb8, 200);
    for (int y = 0; y < page.height_px; y += cell)
      for (int x = 0; x < page.width_px; x += cell) {
        const auto value = random();
        for (int dy = 0; dy < cell && y + dy < page.height_px; ++dy)
          for (int dx = 0; dx < cell && x + dx < page.width_px; ++dx)
            for (std::size_t c = 0; c < 3; ++c)
              page.pixels[(static_cast<std::size_t>(y + dy) * 1165 + static_cast<std::size_t>(x + dx)) * 3 +
                          c] = static_cast<std::uint8_t>(value >> (8 * c));
      }
    CAPTURE(cell);
    CHECK(deck().reader->read(page.view()).form == reading::Form::kUnknown);
  }
  const auto white = imaging::Image::blank(1165, 1654, imaging::PixelFormat::kGray8, 200);
  CHECK(deck().reader->read(white.view()).form == reading::Form::kUnknown);
  const auto tiny = imaging::Image::blank(20, 20, imaging::PixelFormat::kGray8, 200);
  CHECK(deck().reader->read(tiny.view()).findings == std::vector{election::Reason::kUnreadable});
  CHECK(deck().reader->read({}).form == reading::Form::kUnknown);
}

TEST_CASE("ballots with machine marks are read, at 5 degrees and 95 and 105 % as well") {
  const auto marked = golden::Deck::load(true);
  for (const char* situation : {"careful", "skew_right", "skew_left", "scale_95", "scale_105", "upside_down"})
    for (std::size_t contest = 0; contest < 3; ++contest) {
      const auto judged = golden::judge(marked, contest, plan(situation, contest, 11));
      CAPTURE(situation);
      CAPTURE(judged.why);
      CHECK(judged.verdict == golden::Verdict::kRight);
    }
}

/// What a page's known answer and the reading differ in; empty: nothing.
std::string difference(const forms::ExpectedPage& page, const counting::Interpretation& seen,
                       const reading::SheetReading& sheet) {
  std::string text;
  if (seen.outcome != page.outcome) text += " outcome " + std::string(to_text(seen.outcome));
  if (seen.validity != page.validity) text += " validity";
  if (seen.elects != page.elects) text += " elects " + std::to_string(seen.elects);
  if (seen.reasons != page.reasons)
    for (const auto reason : seen.reasons) text += " reason " + std::string(to_text(reason));
  if ((sheet.seal == reading::SealFinding::kPresent) != page.sealed) text += " seal";
  for (std::size_t i = 0; i < page.candidates.size(); ++i)
    if (i >= seen.candidates.size() || seen.candidates[i].id != page.candidates[i].id ||
        seen.candidates[i].mark != page.candidates[i].mark)
      text += " candidate " + page.candidates[i].id + " " + std::string(to_text(sheet.candidates[i].shape)) + " " +
              std::to_string(sheet.candidates[i].score);
  return text;
}

TEST_CASE("every page of the test deck is read as its known answer says") {
  const auto& election = deck().election;
  for (const double dpi : {200.0, 300.0}) {
    const auto composed = forms::compose_test_deck(election, election.stations.front(), {});
    REQUIRE(composed);
    REQUIRE(composed->pages.size() >= 28);
    std::vector<forms::Template> templates;
    for (const auto& maker : deck().forges) {
      templates.push_back(maker->form());
      templates.back().ignored = composed->deck.warnings;
    }
    const auto reader = reading::Reader::create(std::move(templates));
    REQUIRE(reader);
    for (std::size_t i = 0; i < composed->pages.size(); ++i) {
      const auto& page = composed->deck.expected[i];
      const auto image = forms::draw_rgb(composed->pages[i], dpi, {255, 255, 255});
      REQUIRE(image);
      const auto sheet = reader->read(image->view(), page.contest);
      CAPTURE(dpi);
      CAPTURE(page.page);
      CAPTURE(page.name);
      CHECK(difference(page, counting::interpret(election, sheet, page.contest), sheet) == "");
    }
  }
}

TEST_CASE("a reader that was not told of them sees the test deck's warnings as written content") {
  const auto& election = deck().election;
  const auto composed = forms::compose_test_deck(election, election.stations.front(), {});
  REQUIRE(composed);
  const auto image = forms::draw_rgb(composed->pages.front(), 200, {255, 255, 255});
  REQUIRE(image);
  const auto sheet = deck().reader->read(image->view(), composed->deck.expected.front().contest);
  CHECK(std::count(sheet.findings.begin(), sheet.findings.end(), election::Reason::kExtraContent) == 1);
}

}  // namespace

// The golden set: tests/golden/manifest.tsv names the sheets, this test forges
// and reads them. At least so many must be read, none may be misread, and what
// is not a ballot of this station must read as nothing.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <random>
#include <sstream>

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

TEST_CASE("ballots with machine marks are read as well") {
  const auto marked = golden::Deck::load(true);
  for (std::size_t contest = 0; contest < 3; ++contest) {
    const auto judged = golden::judge(marked, contest, plan("careful", contest, 11));
    CAPTURE(judged.why);
    CHECK(judged.reading.form == reading::Form::kBallot);
    CHECK(judged.verdict != golden::Verdict::kWrong);
  }
}

}  // namespace

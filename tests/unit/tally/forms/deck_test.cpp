// The known-answer deck: its answers are checked against the law by hand here,
// its ink against the unmarked ballot.
#include "tally/forms/deck.h"

#include <algorithm>

#include "config/storage/files.h"
#include "tests/unit/tally/forms/forms_test_support.h"
#include "tally/forms/deck_json.h"
#include "tally/forms/draw.h"

using namespace kiemphieu;
using namespace kiemphieu::forms;
using election::Mark;
using election::MarkShape;
using election::Outcome;
using election::Reason;
using election::Validity;

namespace {

const ExpectedPage* find_page(const TestDeck& deck, const std::string& contest, const std::string& name) {
  for (const ExpectedPage& page : deck.expected)
    if (page.contest == contest && page.name == name) return &page;
  return nullptr;
}

/// Share of the box's width, by columns, that has pixels of a blue pen.
double pen_coverage(const imaging::Image& image, const BoxMm& box) {
  const double px = image.dpi / 25.4;
  const int left = static_cast<int>(box.x_mm * px);
  const int right = static_cast<int>((box.x_mm + box.w_mm) * px);
  int columns = 0;
  for (int x = left; x < right; ++x) {
    bool pen = false;
    for (int y = static_cast<int>(box.y_mm * px); y < static_cast<int>((box.y_mm + box.h_mm) * px); ++y) {
      const std::uint8_t* rgb = &image.pixels[static_cast<std::size_t>(y * image.width_px + x) * 3];
      pen = pen || rgb[2] > rgb[0] + 60;
    }
    columns += pen ? 1 : 0;
  }
  return static_cast<double>(columns) / (right - left);
}

}  // namespace

TEST_CASE("the deck's answers are the law's") {
  const auto election = test::example();
  const auto composed = compose_test_deck(election, election.stations[0], {});
  REQUIRE(composed.has_value());
  CHECK(composed->pages.size() == composed->deck.expected.size());
  struct Row {
    const char* contest;
    const char* name;
    Outcome outcome;
    Validity validity;
    int elects;
    std::vector<Reason> reasons;
  };
  const Row rows[] = {
      {"qh-1", "valid_equal", Outcome::kAccepted, Validity::kValid, 3, {}},
      {"qh-1", "valid_fewer", Outcome::kAccepted, Validity::kValid, 2, {}},
      {"qh-1", "too_many_left", Outcome::kReview, Validity::kInvalid, 4, {Reason::kTooManyLeft}},
      {"xa-2", "all_struck", Outcome::kReview, Validity::kInvalid, 0, {Reason::kAllStruck}},
      {"xa-2", "none_struck", Outcome::kReview, Validity::kInvalid, 8, {Reason::kTooManyLeft}},
      {"tinh-7", "no_seal", Outcome::kReview, Validity::kInvalid, 3, {Reason::kNoSeal}},
      {"tinh-7", "partial_strike", Outcome::kReview, Validity::kValid, 3, {Reason::kPartialStrike}},
      {"tinh-7", "one_of_two_lines", Outcome::kAccepted, Validity::kValid, 3, {}},
      {"xa-2", "crossed", Outcome::kAccepted, Validity::kValid, 5, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.contest);
    CAPTURE(row.name);
    const ExpectedPage* page = find_page(composed->deck, row.contest, row.name);
    REQUIRE(page != nullptr);
    CHECK(page->outcome == row.outcome);
    CHECK(page->validity == row.validity);
    CHECK(page->elects == row.elects);
    CHECK(page->reasons == row.reasons);
    CHECK(page->sealed == (std::string{row.name} != "no_seal"));
  }
  CHECK(find_page(composed->deck, "qh-1", "one_of_two_lines") == nullptr);
}

TEST_CASE("the deck's ink is where its answers say") {
  const auto election = test::example();
  const auto composed = compose_test_deck(election, election.stations[0], {});
  REQUIRE(composed.has_value());
  for (const ExpectedPage& expected : composed->deck.expected) {
    if (expected.name == "none_struck" || expected.name == "too_many_left")
      continue;  // nothing they show is new
    CAPTURE(expected.page);
    const auto ballot = compose_ballot(election, *election.find_contest(expected.contest), {});
    const auto image =
        draw_rgb(composed->pages[static_cast<std::size_t>(expected.page) - 1], 100, {247, 204, 214});
    REQUIRE(image.has_value());
    for (std::size_t i = 0; i < expected.candidates.size(); ++i) {
      CAPTURE(ballot->form.candidates[i].name);
      const auto& lines = ballot->form.candidates[i].lines;
      const double coverage = pen_coverage(*image, lines.front());
      switch (expected.candidates[i].shape) {
        case MarkShape::kNone:
          CHECK(coverage == 0);
          break;
        case MarkShape::kPartial:
          CHECK((coverage > 0.1 && coverage < 0.6));
          break;
        case MarkShape::kOneOfTwoLines:
          CHECK(pen_coverage(*image, lines.back()) == 0);
          [[fallthrough]];
        default:
          CHECK(coverage > 0.97);
      }
    }
  }
}

TEST_CASE("the deck warns outside the frame and is read back as written") {
  const auto election = test::example();
  const test::ScratchFolder scratch{"kp-deck"};
  REQUIRE(print_test_deck(election, election.stations[0], {}, scratch.path()).has_value());
  const auto deck = load_test_deck(scratch.path() / "test-deck.json");
  REQUIRE(deck.has_value());
  CHECK(deck->election == election.digest);
  const auto text = storage::read_file(scratch.path() / "test-deck.json", 1U << 20U).value();
  CHECK(deck_to_json(*deck) == as_text(text));
  const std::string printed =
      test::output_of("pdftotext -layout " + (scratch.path() / "test-deck.pdf").string() + " -");
  std::size_t warnings = 0;
  const std::string warning = "PHIẾU THỬ – KHÔNG CÓ GIÁ TRỊ";
  for (std::size_t at = printed.find(warning); at != std::string::npos; at = printed.find(warning, at + 1))
    ++warnings;
  CHECK(warnings == deck->expected.size());
  const auto composed = compose_test_deck(election, election.stations[0], {});
  REQUIRE(composed.has_value());
  REQUIRE(deck->warnings.size() == 2);
  const auto inside = [](const BoxMm& ink, const BoxMm& box) {
    return ink.x_mm >= box.x_mm && ink.y_mm >= box.y_mm && ink.x_mm + ink.w_mm <= box.x_mm + box.w_mm &&
           ink.y_mm + ink.h_mm <= box.y_mm + box.h_mm;
  };
  for (const Page& page : composed->pages) {
    const auto ink = measure_ink(page);
    REQUIRE(ink.has_value());
    const BoxMm& above = (*ink)[page.texts.size() - 2];
    const BoxMm& below = ink->back();
    CHECK(above.y_mm + above.h_mm < 9.5);
    CHECK(inside(above, deck->warnings[0]));
    CHECK(inside(below, deck->warnings[1]));
    CHECK(below.y_mm > 200.5);
  }
}

TEST_CASE("a defaced test deck is refused with its place") {
  const auto election = test::example();
  const std::string good = deck_to_json(compose_test_deck(election, election.stations[0], {}).value().deck);
  struct Row {
    const char* from;
    const char* to;
    const char* evidence;
  };
  const Row rows[] = {{"\"page\": 2", "\"page\": 3", "pages[1].page"},
                      {"\"too_many_left\"\n", "\"many\"\n", "pages[2].reasons"},
                      {"\"outcome\": \"accepted\"", "\"outcome\": \"ok\"", "pages[0].outcome"},
                      {"\"seal\": \"absent\"", "\"seal\": \"gone\"", "pages[5].seal"}};
  for (const Row& row : rows) {
    CAPTURE(row.evidence);
    std::string text = good;
    const auto at = text.find(row.from);
    REQUIRE(at != std::string::npos);
    const auto result = parse_test_deck(text.replace(at, std::string{row.from}.size(), row.to));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::kTemplateInvalid);
    CHECK(result.error().evidence.starts_with(row.evidence));
  }
}

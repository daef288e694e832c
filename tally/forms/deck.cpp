// Ballots struck by a steady hand: each case says which shape stands on which
// name, the strokes follow the measured ink. Tested by tests/unit/tally/forms.
#include "tally/forms/deck.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "config/base/check.h"
#include "config/storage/files.h"
#include "tally/forms/deck_json.h"
#include "tally/forms/draw.h"

namespace kiemphieu::forms {
namespace {

using election::Contest;
using election::Election;
using election::Mark;
using election::MarkShape;
using election::Outcome;
using election::Reason;
using election::Validity;

constexpr Rgb kPen = {28, 52, 150};  ///< a blue ballpoint
constexpr Rgb kSealRed = {205, 32, 44};
constexpr double kPenWidth = 0.4;

struct Case {
  std::string name;
  std::vector<MarkShape> shapes;  ///< one a candidate
  bool sealed = true;
};

/// The first `struck` names struck with `shape`, the others untouched.
std::vector<MarkShape> struck(std::size_t candidates, std::size_t struck, MarkShape shape) {
  std::vector<MarkShape> shapes(candidates, MarkShape::kNone);
  std::fill_n(shapes.begin(), std::min(struck, candidates), shape);
  return shapes;
}

std::vector<Case> cases_of(const Contest& contest) {
  const std::size_t count = contest.candidates.size();
  const std::size_t spare = count - static_cast<std::size_t>(contest.seats);
  constexpr MarkShape kLine = MarkShape::kHorizontal;
  std::vector<Case> cases = {{"valid_equal", struck(count, spare, kLine)}};
  if (contest.seats > 1) cases.push_back({"valid_fewer", struck(count, spare + 1, kLine)});
  if (spare > 1) cases.push_back({"too_many_left", struck(count, spare - 1, kLine)});
  cases.push_back({"all_struck", struck(count, count, kLine)});
  if (spare > 0) cases.push_back({"none_struck", struck(count, 0, kLine)});
  cases.push_back({"no_seal", struck(count, spare, kLine), false});
  Case partial{"partial_strike", struck(count, spare, kLine)};
  partial.shapes.back() = MarkShape::kPartial;
  cases.push_back(std::move(partial));
  cases.push_back({"slanted", struck(count, spare, MarkShape::kSlanted)});
  cases.push_back({"crossed", struck(count, spare, MarkShape::kCross)});
  for (std::size_t i = 0; i < count; ++i) {
    if (contest.candidates[i].printed_lines().size() < 2) continue;
    Case one{"one_of_two_lines", struck(count, spare, kLine)};
    if (spare > 0 && i >= spare) one.shapes[spare - 1] = MarkShape::kNone;
    one.shapes[i] = MarkShape::kOneOfTwoLines;
    cases.push_back(std::move(one));
    break;
  }
  return cases;
}

/// A line with the slight waver of a hand; the same every time.
Stroke pen_line(PointMm from, PointMm to) {
  constexpr int kSteps = 24;
  constexpr double kWaverMm = 0.18;
  Stroke stroke{{}, kPenWidth, kPen};
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    stroke.points.push_back({from.x_mm + t * (to.x_mm - from.x_mm),
                             from.y_mm + t * (to.y_mm - from.y_mm) + kWaverMm * std::sin(9 * t + from.y_mm)});
  }
  return stroke;
}

/// `given_left_mm`: where the last word of the first line begins.
void add_mark(Page& page, MarkShape shape, const std::vector<BoxMm>& lines, double given_left_mm) {
  constexpr double kBeyondMm = 1.5;
  const std::size_t count =
      shape == MarkShape::kOneOfTwoLines || shape == MarkShape::kPartial ? 1 : lines.size();
  for (std::size_t i = 0; i < count; ++i) {
    const BoxMm& box = lines[i];
    const double left = box.x_mm - kBeyondMm;
    const double right = box.x_mm + box.w_mm + kBeyondMm;
    const double middle = box.y_mm + box.h_mm / 2;
    const double top = box.y_mm + 0.6;
    const double bottom = box.y_mm + box.h_mm - 0.6;
    switch (shape) {
      case MarkShape::kHorizontal:
      case MarkShape::kOneOfTwoLines:
        page.strokes.push_back(pen_line({left, middle}, {right, middle + 0.3}));
        break;
      case MarkShape::kPartial:
        page.strokes.push_back(pen_line({given_left_mm, middle}, {right, middle}));
        break;
      case MarkShape::kCross:
        page.strokes.push_back(pen_line({left, top}, {right, bottom}));
        [[fallthrough]];
      case MarkShape::kSlanted:
        page.strokes.push_back(pen_line({left, bottom}, {right, top}));
        break;
      default:
        KP_CHECK(shape == MarkShape::kNone);
    }
  }
}

/// A round stamp that says it is for tests.
void add_seal(Page& page, const BoxMm& place) {
  const PointMm centre{place.x_mm + place.w_mm / 2, place.y_mm + place.h_mm / 2};
  for (const auto& [radius, width] : {std::pair{17.0, 1.0}, std::pair{15.4, 0.4}, std::pair{11.0, 0.4}})
    page.circles.push_back({centre, radius, width, kSealRed});
  const auto add = [&](const char* text, double size_pt, double below_mm) {
    page.texts.push_back({text,
                          {Face::kSans, size_pt, true},
                          Align::kCentre,
                          centre.x_mm,
                          centre.y_mm + below_mm,
                          21,
                          kSealRed});
  };
  add("DẤU THỬ", 11, -0.5);
  add("KHÔNG GIÁ TRỊ", 6, 3.6);
}

/// The margins above and below the frame, where the warnings stand.
std::vector<BoxMm> warning_boxes(const Page& page) {
  return {{30, 4, page.width_mm - 60, 6}, {30, 200.5, page.width_mm - 60, 6}};
}

void add_warnings(Page& page, const std::string& note) {
  const double centre = page.width_mm / 2;
  page.texts.push_back(
      {"PHIẾU THỬ – KHÔNG CÓ GIÁ TRỊ", {Face::kSans, 9, true}, Align::kCentre, centre, 8.2, 120});
  page.texts.push_back({note, {Face::kSans, 7}, Align::kCentre, centre, 204.5, 120});
}

std::optional<Reason> reason_of(MarkShape shape) {
  return shape == MarkShape::kPartial ? std::optional{Reason::kPartialStrike} : std::nullopt;
}

/// What the rule table makes of the case.
ExpectedPage expect(const Election& election, const Contest& contest, const Case& test) {
  ExpectedPage page;
  page.contest = contest.id;
  page.name = test.name;
  page.sealed = test.sealed;
  bool review = false;
  std::vector<Reason> from_marks;
  for (std::size_t i = 0; i < contest.candidates.size(); ++i) {
    const auto& rule = election.rules.rule_for(test.shapes[i]);
    page.candidates.push_back({contest.candidates[i].id, rule.meaning, test.shapes[i]});
    page.elects += rule.meaning == Mark::kKept ? 1 : 0;
    review = review || rule.review;
    if (const auto reason = reason_of(test.shapes[i])) from_marks.push_back(*reason);
  }
  if (page.elects > contest.seats) page.reasons.push_back(Reason::kTooManyLeft);
  if (page.elects == 0) page.reasons.push_back(Reason::kAllStruck);
  if (!test.sealed) page.reasons.push_back(Reason::kNoSeal);
  page.reasons.insert(page.reasons.end(), from_marks.begin(), from_marks.end());
  for (const Reason reason : page.reasons) {
    const auto& rule = election.rules.rule_for(reason);
    review = review || rule.review;
    if (rule.validity == Validity::kInvalid) page.validity = Validity::kInvalid;
  }
  page.outcome = review ? Outcome::kReview : Outcome::kAccepted;
  return page;
}

/// Where the last word of a name's first line begins.
Result<double> last_word_left(const Text& line, const BoxMm& ink) {
  const std::size_t blank = line.text.rfind(' ');
  KP_TRY(const double before, advance_mm(line.text.substr(0, blank + 1), line.style));
  return std::max(line.x_mm + before, ink.x_mm);
}

Result<Page> draw_case(const PrintedBallot& ballot, const Case& test) {
  Page page = ballot.layout.page;
  for (std::size_t i = 0; i < test.shapes.size(); ++i) {
    const auto& lines = ballot.form.candidates[i].lines;
    KP_TRY(const double left, last_word_left(page.texts[ballot.layout.names[i].texts[0]], lines[0]));
    add_mark(page, test.shapes[i], lines, left);
  }
  if (test.sealed) add_seal(page, ballot.layout.seal);
  return page;
}

}  // namespace

Result<ComposedDeck> compose_test_deck(const Election& election, const election::Station& station,
                                       const PrintOptions& options) {
  ComposedDeck composed;
  composed.deck.election = election.digest;
  composed.deck.station = station.id;
  for (const auto& row : station.contests) {
    const Contest* contest = election.find_contest(row.contest);
    KP_CHECK(contest != nullptr);
    KP_TRY(const PrintedBallot ballot, compose_ballot(election, *contest, options));
    for (const Case& test : cases_of(*contest)) {
      KP_TRY(Page page, draw_case(ballot, test));
      composed.deck.warnings = warning_boxes(page);
      ExpectedPage expected = expect(election, *contest, test);
      expected.page = static_cast<int>(composed.pages.size()) + 1;
      add_warnings(page, "Tờ " + std::to_string(expected.page) + ": " + contest->id + ", " + test.name);
      composed.pages.push_back(std::move(page));
      composed.deck.expected.push_back(std::move(expected));
    }
  }
  return composed;
}

Result<void> print_test_deck(const Election& election, const election::Station& station,
                             const PrintOptions& options, const std::filesystem::path& out_dir) {
  KP_TRY_VOID(storage::create_folders_durably(out_dir));
  KP_TRY(const ComposedDeck composed, compose_test_deck(election, station, options));
  KP_TRY(const Bytes pdf, draw_pdf(composed.pages, "Phiếu thử, không có giá trị", election.date));
  KP_TRY_VOID(storage::write_file_durably(out_dir / "test-deck.pdf", pdf));
  const std::string text = deck_to_json(composed.deck);
  return storage::write_file_durably(out_dir / "test-deck.json", as_bytes(text));
}

}  // namespace kiemphieu::forms

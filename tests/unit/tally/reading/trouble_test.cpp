// What is physically wrong with a sheet is named, each on pages that have it,
// and on a good page nothing is.
#include "tally/reading/trouble.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <string>

#include "tests/golden/same_paper.h"

using namespace kiemphieu;
using reading::Trouble;

namespace {

constexpr double kPxPerMm = 200 / 25.4;

const golden::Deck& deck() {
  static const golden::Deck made = golden::Deck::load();
  return made;
}

/// A careful ballot on white paper; nothing odd about it.
forge::SheetPlan good_plan() {
  forge::Rng rng{99};
  forge::SheetPlan plan = forge::careful_ballot(deck().forges[0]->form(), rng);
  plan.scanner = {};
  plan.scanner.noise = 1.5;
  plan.scanner.border_mm = 2;
  plan.paper = {};
  plan.print = {};
  return plan;
}
template <class Change>
imaging::Image with(Change change) {
  forge::SheetPlan plan = good_plan();
  change(plan);
  return deck().forges[0]->make(plan);
}
imaging::Image scan() { return deck().forges[0]->make(good_plan()); }

cv::Mat pixels_of(imaging::Image& page) {
  return cv::Mat(page.height_px, page.width_px, CV_8UC3, page.pixels.data());
}
imaging::Image image_of(const cv::Mat& rgb, double dpi = 200) {
  const cv::Mat whole = rgb.isContinuous() ? rgb : rgb.clone();
  return {imaging::Pixels(whole.datastart, whole.dataend), whole.cols, whole.rows, imaging::PixelFormat::kRgb8, dpi};
}

/// An empty page of this colour with some grain.
cv::Mat empty_page(int level) {
  cv::Mat page(cv::Size(1165, 1654), CV_8UC3, cv::Scalar::all(level)), grain(page.size(), CV_8UC3);
  cv::RNG rng(7);
  rng.fill(grain, cv::RNG::NORMAL, 0, 3);
  page += grain;
  return page;
}

imaging::Image photograph() {
  cv::Mat coarse(12, 9, CV_8UC3), page;
  cv::RNG rng(11);
  rng.fill(coarse, cv::RNG::UNIFORM, 30, 190);
  cv::resize(coarse, page, cv::Size(1165, 1654), 0, 0, cv::INTER_CUBIC);
  return image_of(page);
}
imaging::Image foreign_form() {
  forge::SheetPlan plan = good_plan();
  plan.kind = forge::SheetKind::kForeignPaper;
  return deck().forges[0]->make(plan);
}
imaging::Image sideways(cv::RotateFlags turn) {
  imaging::Image page = scan();
  cv::Mat turned;
  cv::rotate(pixels_of(page), turned, turn);
  return image_of(turned);
}
imaging::Image coarse() {
  imaging::Image page = scan();
  cv::Mat small;
  cv::resize(pixels_of(page), small, {}, 0.5, 0.5, cv::INTER_AREA);
  return image_of(small, 100);
}
imaging::Image cut_off() {
  imaging::Image page = scan();
  return image_of(pixels_of(page).rowRange(0, static_cast<int>(page.height_px - 25 * kPxPerMm)).clone());
}
imaging::Image torn() {
  return with([](forge::SheetPlan& plan) {
    plan.scanner.background = 20;
    plan.scanner.border_mm = 4;
    plan.paper.torn_corner = forge::Corner::kLowerRight;
    plan.paper.corner_mm = 20;
  });
}
/// Another sheet's lower lines stick out under this one.
imaging::Image two_sheets() {
  imaging::Image page = with([](forge::SheetPlan& plan) { plan.scanner.border_mm = 22; });
  cv::Mat pixels = pixels_of(page);
  for (const double up_mm : {6.0, 12.0})
    cv::putText(pixels, "Nguyen Van An   Tran Thi Binh", {260, static_cast<int>(page.height_px - up_mm * kPxPerMm)},
                cv::FONT_HERSHEY_COMPLEX, 1.1, cv::Scalar::all(30), 2, cv::LINE_AA);
  return page;
}
std::string codes(const reading::SheetReading& reading) {
  std::string text;
  for (const auto& trouble : reading.troubles) text += (text.empty() ? "" : " ") + std::string{to_text(trouble.trouble)};
  return text;
}

reading::SheetReading read(const imaging::Image& page) { return deck().reader->read(page.view(), "qh-1"); }

}  // namespace

TEST_CASE("each trouble is named on a page that has it, first of all, and a good page has none") {
  struct Row { std::string name; imaging::Image page; std::string first; bool read; };
  const Row rows[] = {
      {"a good page", scan(), "", true},
      {"a blank sheet", image_of(empty_page(245)), "blank_sheet", false},
      {"a blank sheet of yellow paper", image_of(empty_page(215)), "blank_sheet", false},
      {"a photograph", photograph(), "photograph", false},
      {"its head to the right", sideways(cv::ROTATE_90_CLOCKWISE), "turned", false},
      {"its head to the left", sideways(cv::ROTATE_90_COUNTERCLOCKWISE), "turned", false},
      {"12 degrees askew", with([](auto& p) { p.scanner.skew_deg = 12; p.scanner.border_mm = 20; }), "skewed", false},
      {"12 degrees the other way", with([](auto& p) { p.scanner.skew_deg = -12; p.scanner.border_mm = 20; }), "skewed", false},
      {"a foreign form", foreign_form(), "foreign_form", false},
      {"scanned at 100 dpi", coarse(), "coarse_scan", false},
      {"its lower part not in the picture", cut_off(), "cut_off", true},
      {"a corner torn off, on a dark lid", torn(), "torn", true},
      {"another sheet under it", two_sheets(), "two_sheets", true},
      {"printed 8 % too large", with([](auto& p) { p.scanner.scale = 1.08; p.scanner.border_mm = 8; }), "scale", true},
      {"printed 8 % too small", with([](auto& p) { p.scanner.scale = 0.93; }), "scale", true},
      {"faint toner", with([](auto& p) { p.print.toner = 0.38; }), "faint_print", true},
      {"a streak", with([](auto& p) { p.scanner.streak = forge::Streak{63.5, 0.3, 0.6}; }), "streak", true},
      {"a fold", with([](auto& p) { p.paper.creases = {{86, 0.3}}; }), "fold", true},
      {"upside-down", with([](auto& p) { p.scanner.upside_down = true; }), "upside_down", true},
  };
  for (const Row& row : rows) {
    const auto reading = read(row.page);
    CAPTURE(row.name);
    CAPTURE(codes(reading));
    CHECK((reading.troubles.empty() ? "" : to_text(reading.troubles.front().trouble)) == row.first);
    CHECK((reading.form == reading::Form::kBallot) == row.read);
  }
}

TEST_CASE("a page that ran unevenly is named stretched") {
  // One half of the page ran 2 % faster: no single stretch explains it.
  imaging::Image page = scan();
  const cv::Mat pixels = pixels_of(page);
  cv::Mat upper, lower, whole;
  cv::resize(pixels.rowRange(0, 900), upper, {pixels.cols, 918});
  cv::resize(pixels.rowRange(900, pixels.rows), lower, {pixels.cols, (pixels.rows - 900) * 98 / 100});
  cv::vconcat(upper, lower, whole);
  const auto reading = read(image_of(whole));
  CAPTURE(codes(reading));
  CHECK(codes(reading).find("stretched") != std::string::npos);
}

TEST_CASE("a streak says at how many millimetres from the scan's edge, however the sheet lies") {
  for (const double at_mm : {22.0, 63.5, 131.0})
    for (const double skew : {0.0, 0.8}) {
      CAPTURE(at_mm);
      CAPTURE(skew);
      const auto reading = read(with([&](auto& p) { p.scanner.streak = forge::Streak{at_mm, 0.3, 0.6}; p.scanner.skew_deg = skew; }));
      REQUIRE_FALSE(reading.troubles.empty());
      REQUIRE(reading.troubles.front().trouble == Trouble::kStreak);
      REQUIRE(reading.troubles.front().at_mm.size() == 1);
      CHECK(std::abs(reading.troubles.front().at_mm.front() - at_mm) < 1.0);
    }
}

TEST_CASE("docs/troubles.md lists every trouble with its two sentences, and no other") {
  std::ifstream file("docs/troubles.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::size_t rows = 0;
  for (std::size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) ++rows;
  CHECK(rows == reading::kTroubleCount);
  for (int i = 0; i < reading::kTroubleCount; ++i) {
    const auto trouble = static_cast<Trouble>(i);
    const std::string row = "| `" + std::string{to_text(trouble)} + "` | " + std::string{sentence_vi(trouble)} + " | " +
                            std::string{sentence_en(trouble)} + " |\n";
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
    CHECK(reading::trouble_from(to_text(trouble)) == trouble);
  }
  CHECK_FALSE(reading::trouble_from("no_such").has_value());
}

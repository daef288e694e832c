// Templates learnt from other people's prints: compared with the printed truth,
// and used by the real reader on struck ballots of the same print.
#include "tally/learning/learn.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "tests/unit/tally/learning/trial.h"

using namespace kiemphieu;
using namespace kiemphieu::learning;
using namespace kiemphieu::learning::test;

namespace {

constexpr forms::Rgb kYellow = {252, 239, 174}, kPink = {247, 204, 214}, kBlueGreen = {190, 226, 220};

struct Scene {
  election::Election election = example();
  election::Contest contest = invented_contest(election.contests[0], 5, true, 11);
  PrintVariant print{.name = "scene", .paper = kPink};
  ScanVariant scan{.name = "plain", .skew_deg = 0.5, .border_mm = 4, .lid = 20};

  imaging::Image blank() const { return scan_of(print_variant(contest, print).page); }
  imaging::Image scan_of(const forms::Page& page) const { return scan_variant(page, print.paper, scan, 5); }
  Result<Learned> learn(const imaging::Image& image) const {
    return learn_template(election, contest, {&image, 1});
  }
};

bool warns(const Learned& learned, const std::string& id) {
  return std::any_of(learned.warnings.begin(), learned.warnings.end(),
                     [&](const Warning& w) { return w.id == id; });
}

forms::Stroke pen_line(const forms::BoxMm& name, const forms::Rgb& colour) {
  const double y = name.y_mm + name.h_mm * 0.6;
  return {{{name.x_mm - 1, y}, {name.x_mm + name.w_mm + 1, y + 0.5}}, 0.5, colour, 1};
}

}  // namespace

TEST_CASE("a printed variant is learnt to 0.4 mm and its struck ballots are read right") {
  const auto election = example();
  struct Row {
    PrintVariant print;
    ScanVariant scan;
    int candidates;
    bool two_lines;
  };
  const Row rows[] = {
      {{.name = "serif bold 14 pt, frame", .paper = kPink},
       {.name = "200 dpi", .skew_deg = 0.6, .border_mm = 4, .lid = 20},
       5,
       true},
      {{.name = "sans 12 pt, loose, no frame",
        .face = forms::Face::kSans,
        .size_pt = 12,
        .spacing = 2.4,
        .frame = false,
        .bold = false,
        .paper = kYellow},
       {.name = "150 dpi, skew 5", .dpi = 150, .skew_deg = 5, .border_mm = 12, .lid = 20},
       6,
       false},
      {{.name = "serif 18 pt, tight",
        .size_pt = 18,
        .spacing = 1.5,
        .bold = false,
        .seal_label = true,
        .paper = kBlueGreen},
       {.name = "300 dpi gray, skew -5",
        .dpi = 300,
        .skew_deg = -5,
        .border_mm = 8,
        .lid = 250,
        .gray = true},
       6,
       true},
      {{.name = "another typeface, sans",
        .face = forms::Face::kSans,
        .family = "DejaVu Sans",
        .size_pt = 13,
        .spacing = 2.0,
        .paper = kYellow},
       {.name = "upside down", .skew_deg = 1.1, .upside_down = true, .border_mm = 3, .lid = 20, .shade = 0.1},
       8,
       false},
      {{.name = "another typeface, serif, centred", .family = "DejaVu Serif", .size_pt = 14, .centred = true},
       {.name = "photocopy at 98 %", .print_scale = 0.98, .border_mm = 5, .lid = 245, .photocopy = true},
       2,
       true},
      {{.name = "serif bold 16 pt", .size_pt = 16, .paper = kPink},
       {.name = "photocopy, gray, JPEG 60",
        .skew_deg = 2,
        .gray = true,
        .photocopy = true,
        .blur_px = 0.8,
        .jpeg_quality = 60},
       5,
       false},
      {{.name = "sans bold 16 pt", .face = forms::Face::kSans, .size_pt = 16, .paper = kBlueGreen},
       {.name = "faint and noisy",
        .border_mm = 3,
        .lid = 20,
        .toner = 0.55,
        .blur_px = 0.8,
        .noise = 7,
        .jpeg_quality = 55},
       4,
       true},
  };
  std::uint64_t seed = 40;
  for (const Row& row : rows) {
    INFO(row.print.name << ", " << row.scan.name);
    Trial trial{row.print, {row.scan}, row.candidates, row.two_lines, ++seed, 1};
    const TrialResult result = run(trial, election);
    CHECK(result.refused == "");
    CHECK(result.worst_box_mm <= 0.4);
    CHECK(result.recognised == result.sheets);
    CHECK(result.names == row.candidates);
    CHECK(result.wrong == 0);
    CHECK(result.doubtful <= 1);  // a stroke in doubt goes to people
    if (row.print.family.empty() && row.scan.print_scale == 1)
      CHECK(result.size_pt == doctest::Approx(row.print.size_pt).epsilon(0.07));
  }
}

TEST_CASE("the dirt of one scan is gone when others are given") {
  Scene scene;
  const auto printed = print_variant(scene.contest, scene.print);
  std::vector<imaging::Image> scans;
  for (std::uint64_t i = 0; i < 3; ++i) {
    ScanVariant scan = scene.scan;
    scan.skew_deg = 1.5 * static_cast<double>(i) - 1;
    scan.upside_down = i == 1;
    scan.dirt = 40;
    scans.push_back(scan_variant(printed.page, scene.print.paper, scan, 90 + i));
  }
  const auto learned = learn_template(scene.election, scene.contest, scans);
  REQUIRE(learned.has_value());
  CHECK(worst_edge_mm(learned->form, printed, 1.0) <= 0.4);
  CHECK(learned->scans[1].upside_down);
  CHECK_FALSE(learned->scans[2].upside_down);
  // A place that the print leaves free: below the seal's place, left of the title.
  const auto& reference = learned->form.reference;
  const auto dark_in = [&](int x0, int y0, int x1, int y1) {
    int dark = 0;
    for (int y = y0; y < y1; ++y)
      for (int x = x0; x < x1; ++x)
        dark += reference.pixels[static_cast<std::size_t>(y * reference.width_px + x)] < 180 ? 1 : 0;
    return dark;
  };
  CHECK(dark_in(100, 260, 1050, 480) == 0);
  CHECK(dark_in(280, 520, 900, 570) > 300);  // the title is there
}

TEST_CASE("what does not fit the candidate list is refused with its reason") {
  const Scene good;
  REQUIRE(good.learn(good.blank()).has_value());
  struct Row {
    std::string name;
    ErrorCode code;
    void (*spoil)(election::Contest&);  ///< the list, after the ballot was printed
  };
  const Row rows[] = {
      {"a candidate too many on the paper", ErrorCode::kLearnLineCount,
       [](election::Contest& c) {
         c.candidates.pop_back();
         c.candidates.pop_back();
       }},
      {"a candidate missing on the paper", ErrorCode::kLearnLineCount,
       [](election::Contest& c) {
         for (int i = 0; i < 3; ++i) c.candidates.push_back(c.candidates[2]);
       }},
      {"two candidates have changed places", ErrorCode::kLearnNamesOrder,
       [](election::Contest& c) { std::swap(c.candidates[0], c.candidates[2]); }},
      {"one name is another", ErrorCode::kLearnNamesDiffer,
       [](election::Contest& c) {
         c.candidates[3].family_name = "Phạm";
         c.candidates[3].middle_name = "Vũ Hoàng Thiên";
       }},
  };
  const imaging::Image blank = good.blank();
  for (const Row& row : rows) {
    INFO(row.name);
    Scene scene;
    row.spoil(scene.contest);
    const auto learned = scene.learn(blank);
    REQUIRE_FALSE(learned.has_value());
    CHECK(info(learned.error().code).id == info(row.code).id);
  }
}

TEST_CASE("a ballot of another contest is called so") {
  Scene scene;
  const imaging::Image other = scene.scan_of(print_variant(scene.election.contests[2], scene.print).page);
  const auto learned = scene.learn(other);
  REQUIRE_FALSE(learned.has_value());
  CHECK(learned.error().code == ErrorCode::kLearnOtherContest);
  CHECK(learned.error().evidence == "asked for qh-1, the print is xa-2's");
}

TEST_CASE("a ballot that is not blank is refused") {
  const Scene scene;
  const auto printed = print_variant(scene.contest, scene.print);
  const auto& name = printed.names[2][0];
  struct Row {
    std::string name;
    void (*mark)(forms::Page&, const forms::BoxMm&);
  };
  const Row rows[] = {
      {"struck with a blue pen",
       [](forms::Page& p, const forms::BoxMm& n) {
         p.strokes.push_back(pen_line(n, {20, 40, 150}));
       }},
      {"struck with a black pen",
       [](forms::Page& p, const forms::BoxMm& n) { p.strokes.push_back(pen_line(n, forms::kBlack)); }},
      {"stamped in red",
       [](forms::Page& p, const forms::BoxMm&) {
         p.circles.push_back({{33, 47}, 18, 1.0, {200, 30, 40}});
       }},
      {"stamped in gray",
       [](forms::Page& p, const forms::BoxMm&) {
         p.circles.push_back({{33, 47}, 18, 1.0, {90, 90, 90}});
       }},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    forms::Page page = printed.page;
    row.mark(page, name);
    const auto learned = scene.learn(scene.scan_of(page));
    REQUIRE_FALSE(learned.has_value());
    const bool told = learned.error().code == ErrorCode::kLearnNotBlank ||
                      learned.error().code == ErrorCode::kLearnNamesDiffer;
    CHECK(told);
  }
}

TEST_CASE("what is no ballot, or too small, is refused") {
  const Scene scene;
  auto paper = imaging::Image::blank(1165, 1654, imaging::PixelFormat::kRgb8, 200);
  auto photograph = paper;
  cv::Mat pixels(photograph.height_px, photograph.width_px, CV_8UC3, photograph.pixels.data());
  forge::Rng rng{3};
  for (int i = 0; i < 300; ++i)
    cv::circle(pixels, {rng.below(1165), rng.below(1654)}, 5 + rng.below(150),
               cv::Scalar(rng.below(255), rng.below(255), rng.below(255)), -1);
  ScanVariant small = scene.scan;
  small.dpi = 100;
  struct Row {
    std::string name;
    imaging::Image image;
    ErrorCode code;
  };
  const Row rows[] = {
      {"empty paper", paper, ErrorCode::kLearnNoBallot},
      {"a photograph", photograph, ErrorCode::kLearnNoBallot},
      {"100 dpi", scan_variant(print_variant(scene.contest, scene.print).page, scene.print.paper, small, 4),
       ErrorCode::kLearnScanTooSmall},
      {"a stamp-sized picture", imaging::Image::blank(200, 300, imaging::PixelFormat::kGray8, 200),
       ErrorCode::kLearnScanTooSmall},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto learned = scene.learn(row.image);
    REQUIRE_FALSE(learned.has_value());
    CHECK(info(learned.error().code).id == info(row.code).id);
  }
}

TEST_CASE("scans of different prints of the same ballot are refused") {
  Scene scene;
  std::vector<imaging::Image> scans{scene.blank()};
  scene.print.spacing = 2.1;
  scans.push_back(scene.blank());
  const auto learned = learn_template(scene.election, scene.contest, scans);
  REQUIRE_FALSE(learned.has_value());
  CHECK(learned.error().code == ErrorCode::kLearnScansDiffer);
}

TEST_CASE("what a person should look at is said") {
  Scene scene;
  scene.scan.state_dpi = false;
  scene.scan.gray = true;
  scene.print.seal_label = true;
  const auto learned = scene.learn(scene.blank());
  REQUIRE(learned.has_value());
  CHECK(warns(*learned, "dpi_not_stated"));
  CHECK(warns(*learned, "gray_scan"));
  CHECK(warns(*learned, "seal_labelled"));
  CHECK_FALSE(warns(*learned, "paper_edges_unseen"));
  CHECK(learned->form.candidates[0].lines[0].h_mm > 3);
}

TEST_CASE("the seal's place lies under the left header column and is free of print") {
  const Scene scene;
  const auto learned = scene.learn(scene.blank());
  REQUIRE(learned.has_value());
  REQUIRE(learned->form.seal.has_value());
  const forms::BoxMm& seal = *learned->form.seal;
  CHECK(seal.y_mm > 22);
  CHECK(seal.y_mm < 28);
  CHECK(seal.x_mm > 8);
  CHECK(seal.x_mm < 14);
  CHECK(seal.w_mm == doctest::Approx(45).epsilon(0.01));
  CHECK(seal.h_mm > 38);
  CHECK(seal.y_mm + seal.h_mm < 68);  // the title begins at 68 mm
}

TEST_CASE("the same scan gives the same template and picture") {
  const Scene scene;
  const imaging::Image blank = scene.blank();
  const auto first = scene.learn(blank), second = scene.learn(blank);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->form.reference.pixels == second->form.reference.pixels);
  const auto picture = draw_learned(*first, scene.contest);
  REQUIRE(picture.has_value());
  CHECK(picture->pixels == draw_learned(*second, scene.contest)->pixels);
  // The first name's box is drawn in green around it.
  const auto& box = first->form.candidates[0].lines[0];
  const double px = 150 / 25.4;
  const std::size_t at = static_cast<std::size_t>(box.y_mm * px + box.h_mm * px / 2) *
                             static_cast<std::size_t>(picture->width_px) +
                         static_cast<std::size_t>(box.x_mm * px);
  bool green = false;
  for (std::size_t i = at - 2; i <= at + 2; ++i)
    green = green || (picture->pixels[3 * i] < 80 && picture->pixels[3 * i + 1] > 100);
  CHECK(green);
}

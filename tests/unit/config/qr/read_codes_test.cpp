// What is printed, photographed as badly as people do it, and read.
#include "config/qr/read_codes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "config/election/election.h"
#include "sync/codes/parts.h"
#include "tally/forms/code_pages.h"
#include "tally/forms/draw.h"
#include "tests/unit/config/qr/photograph.h"

using namespace kiemphieu;

namespace {

const election::Election& example() {
  static const auto loaded = election::load("config/examples/election.json");
  return *loaded;
}

/// As many parts as a page has codes, each as large as one gets.
forms::CodeSheet full_sheet(std::size_t parts = forms::kCodesPerPage) {
  std::mt19937 random{11};
  Bytes parcel(parts * codes::kMaxPartBytes);
  for (auto& byte : parcel) byte = static_cast<std::uint8_t>(random());
  return {*codes::cut(parcel, codes::kMaxParts), 5, 77};
}

imaging::Image page_picture(const forms::CodeSheet& sheet, std::size_t page = 0) {
  return *forms::draw_gray(forms::code_pages(example(), example().stations[0], sheet)[page], 200);
}

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  return texts;
}

}  // namespace

TEST_CASE("all codes of a photographed page are read, however it was taken") {
  const forms::CodeSheet sheet = full_sheet();
  const imaging::Image page = page_picture(sheet);
  const std::pair<const char*, photo::Shot> cases[] = {
      {"a good picture", {.tilt = 0.02, .shade = 0.2, .jpeg_quality = 90}},
      {"a telephone's full resolution", {.long_side_px = 4000, .blur_px = 1.6}},
      {"made small by a messenger", {.long_side_px = 1600, .jpeg_quality = 60}},
      {"made smaller, and pressed hard", {.long_side_px = 1400, .jpeg_quality = 40}},
      {"askew", {.tilt = 0.14, .seed = 4}},
      {"turned a little", {.turn_degrees = 11}},
      {"turned half a right angle", {.long_side_px = 2600, .turn_degrees = 45}},
      {"on its side", {.quarter_turns = 1, .turn_degrees = -4}},
      {"upside down", {.quarter_turns = 2}},
      {"on its other side", {.quarter_turns = 3, .turn_degrees = 5}},
      {"a shadow over it", {.shade = 0.8}},
      {"in the evening", {.noise = 18, .shade = 0.6}},
      {"not quite sharp", {.blur_px = 1.6}},
  };
  for (const auto& [what, shot] : cases) {
    CAPTURE(what);
    CHECK(qr::read_codes(photo::take(page, shot).view()) == sorted(sheet.texts));
  }
}

TEST_CASE("what is too small to read gives fewer codes, never wrong ones") {
  const forms::CodeSheet sheet = full_sheet();
  const imaging::Image page = page_picture(sheet);
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    for (const std::string& text : qr::read_codes(photo::take(page, {.long_side_px = 900, .jpeg_quality = 30, .seed = seed}).view()))
      CHECK(std::ranges::find(sheet.texts, text) != sheet.texts.end());
  }
}

TEST_CASE("every code stands on the page at its size, with its quiet zone white, and nothing runs off") {
  const forms::CodeSheet sheet = full_sheet(7);
  const auto pages = forms::code_pages(example(), example().stations[0], sheet);
  REQUIRE(pages.size() == 2);
  constexpr double kDpi = 254;  // ten pixels a millimetre
  std::size_t codes = 0;
  for (const forms::Page& page : pages) {
    const imaging::Image picture = *forms::draw_gray(page, kDpi);
    for (const forms::QrCode& code : page.codes) {
      ++codes;
      CAPTURE(codes);
      const auto modules = forms::encode_qr(code.payload, code.mode);
      REQUIRE(modules);
      CHECK(modules->side == 77);  // version 15
      const double module_mm = code.box.w_mm / modules->side, quiet = forms::kQuietModules * module_mm;
      CHECK(module_mm > 0.9);
      const forms::BoxMm zone = {code.box.x_mm - quiet, code.box.y_mm - quiet, code.box.w_mm + 2 * quiet, code.box.h_mm + 2 * quiet};
      int dark = 0;
      for (int y = static_cast<int>(zone.y_mm * 10); y < static_cast<int>((zone.y_mm + zone.h_mm) * 10); ++y)
        for (int x = static_cast<int>(zone.x_mm * 10); x < static_cast<int>((zone.x_mm + zone.w_mm) * 10); ++x) {
          const bool inside = x >= code.box.x_mm * 10 - 1 && x <= (code.box.x_mm + code.box.w_mm) * 10 && y >= code.box.y_mm * 10 - 1 &&
                              y <= (code.box.y_mm + code.box.h_mm) * 10;
          const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width_px) + static_cast<std::size_t>(x);
          if (!inside && picture.pixels[at] < 250) ++dark;
        }
      CHECK(dark == 0);
      CHECK(zone.x_mm > 10);
      CHECK(zone.x_mm + zone.w_mm < 200);
      CHECK(zone.y_mm + zone.h_mm < 280);
    }
  }
  CHECK(codes == 7);
}

TEST_CASE("the printed file is the same each time and says each code's number and each page's") {
  const forms::CodeSheet sheet = full_sheet(5);
  const auto pages = forms::code_pages(example(), example().stations[0], sheet);
  const auto says = [](const forms::Page& page, const std::string& words) {
    return std::ranges::any_of(page.texts, [&](const forms::Text& text) { return text.text == words; });
  };
  CHECK(says(pages[0], "Mã 1/5"));
  CHECK(says(pages[0], "Mã 4/5"));
  CHECK(says(pages[1], "Mã 5/5"));
  CHECK(says(pages[0], "trang 1/2"));
  CHECK(says(pages[1], "trang 2/2"));
  CHECK(*forms::print_codes(example(), example().stations[0], sheet) == *forms::print_codes(example(), example().stations[0], sheet));
}

TEST_CASE("pictures without codes, and files that are none") {
  CHECK(qr::read_codes(imaging::Image::blank(1200, 900, imaging::PixelFormat::kRgb8, 0).view()).empty());
  CHECK(qr::read_codes(imaging::Image::blank(1, 1, imaging::PixelFormat::kGray8, 0).view()).empty());
  const auto refused = qr::read_codes(as_bytes("KIEMPHIEU1/1/1/"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kImageFormat);
  const auto big = qr::read_codes(imaging::encode_pnm(imaging::Image::blank(12'001, 10, imaging::PixelFormat::kGray8, 0).view()));
  REQUIRE_FALSE(big);
  CHECK(big.error().code == ErrorCode::kImageTooLarge);
}

TEST_CASE("an image file is read with all its pages and colours") {
  const forms::CodeSheet sheet = full_sheet();
  const auto page = forms::code_pages(example(), example().stations[0], sheet)[0];
  const imaging::Image coloured = *forms::draw_rgb(page, 120, {250, 240, 200});
  CHECK(*qr::read_codes(*imaging::encode_png(coloured.view())) == sorted(sheet.texts));
}

TEST_CASE("the picture for the screen has its quiet zone and one row of runs a row of modules") {
  const std::string svg = *forms::qr_svg("KIEMPHIEU1/1/1/", forms::QrMode::kAlphanumeric);
  CHECK(svg.starts_with(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" shape-rendering="crispEdges">)"
                        R"(<path fill="#fff" d="M0 0h29v29h-29z"/><path fill="#000" d="M4 4h7v1h-7z)"));
  CHECK_FALSE(forms::qr_svg("Việt", forms::QrMode::kAlphanumeric));
  CHECK_FALSE(forms::qr_svg(std::string(5'000, 'A'), forms::QrMode::kAlphanumeric));
}

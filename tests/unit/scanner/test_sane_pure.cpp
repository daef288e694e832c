// The decisions of scanner/sane that need no device.
#include <doctest/doctest.h>

#include <set>

#include "scanner/sane/choices.h"
#include "scanner/sane/frame.h"
#include "scanner/sane/quirks.h"

using namespace kiemphieu;
using namespace kiemphieu::sane;

TEST_CASE("choices: the source is one side from the feeder") {
  using Words = std::vector<std::string>;
  struct Case {
    Words offered;
    std::optional<std::string> chosen;
  };
  for (const Case& c :
       std::vector<Case>{{{"Flatbed", "ADF Front", "ADF Back", "ADF Duplex"}, "ADF Front"},
                         {{"Flatbed", "Automatic Document Feeder"}, "Automatic Document Feeder"},
                         {{"FlatBed", "Automatic Document Feeder(left aligned)",
                           "Automatic Document Feeder(left aligned,Duplex)"},
                          "Automatic Document Feeder(left aligned)"},
                         {{"Platen", "ADF", "ADF Duplex"}, "ADF"},
                         {{"Flatbed", "Sheet feeder (simplex)"}, "Sheet feeder (simplex)"},
                         {{"Flatbed", "ADF Duplex"}, std::nullopt},
                         {{"Flatbed", "Transparency Adapter"}, std::nullopt},
                         {{}, std::nullopt}}) {
    CAPTURE(c.offered.size());
    CHECK(choose_source(c.offered) == c.chosen);
  }
}

TEST_CASE("choices: the mode is colour when asked and offered, else gray, never black-and-white") {
  CHECK(choose_mode({"Lineart", "Gray", "Color"}, true)->name == "Color");
  CHECK(choose_mode({"Lineart", "Gray", "Color"}, false)->name == "Gray");
  CHECK(choose_mode({"Black & White", "True Gray", "24bit Color"}, true)->name == "24bit Color");
  CHECK_FALSE(choose_mode({"Lineart", "Gray"}, true)->colour);
  CHECK_FALSE(choose_mode({"Lineart", "Halftone"}, true).has_value());
  CHECK_FALSE(choose_mode({"Color"}, false).has_value());
}

TEST_CASE("choices: the resolution is the nearest between 200 and 300") {
  CHECK(choose_resolution({{75, 150, 300, 600}, 0, 0, 0}, 200) == 300);
  CHECK(choose_resolution({{200, 240, 300}, 0, 0, 0}, 250) == 240);
  CHECK(choose_resolution({{}, 50, 600, 1}, 220) == 220);
  CHECK(choose_resolution({{}, 100, 600, 100}, 240) == 200);
  CHECK(choose_resolution({{}, 50, 600, 0}, 1200) == 300);
  CHECK_FALSE(choose_resolution({{75, 150, 600}, 0, 0, 0}, 200).has_value());
  CHECK_FALSE(choose_resolution({{}, 50, 150, 1}, 200).has_value());
  CHECK_FALSE(choose_resolution({{}, 400, 1200, 1}, 200).has_value());
}

TEST_CASE("quirks: every row says why, and devices get theirs") {
  for (const QuirkRow& row : quirk_rows()) CHECK(row.reason.size() > 10);
  std::set<std::string_view> names;
  for (const FixedOption& option : fixed_options()) {
    CAPTURE(option.name);
    CHECK(option.reason.size() > 10);
    CHECK(names.insert(option.name).second);
  }
  CHECK(quirks_of("airscan:e0:Fake").prefetches);
  CHECK_FALSE(quirks_of("airscan:e0:Fake").feeds_on_demand);
  CHECK(quirks_of("fujitsu:fi-7160:1").feeds_on_demand);
  CHECK_FALSE(quirks_of("unknown:usb").feeds_on_demand);
}

namespace {

Result<imaging::Image> image_of(const FrameShape& shape, std::size_t bytes) {
  KP_TRY(auto frame, Frame::begin(shape, 200));
  const Bytes data(bytes, 7);
  KP_TRY_VOID(frame.add(data));
  return std::move(frame).finish();
}

}  // namespace

TEST_CASE("frame: bytes become an image, or an error that says why not") {
  struct Case {
    const char* situation;
    FrameShape shape;
    std::size_t bytes;
    std::optional<ErrorCode> error;
    int height_px = 0;
  };
  using Kind = FrameShape::Kind;
  const std::vector<Case> cases{
      {"gray", {Kind::kGray, true, 8, 4, 4, 3}, 12, std::nullopt, 3},
      {"rgb", {Kind::kRgb, true, 8, 12, 4, 3}, 36, std::nullopt, 3},
      {"padded lines", {Kind::kGray, true, 8, 8, 5, 3}, 24, std::nullopt, 3},
      {"unknown height", {Kind::kGray, true, 8, 4, 4, -1}, 40, std::nullopt, 10},
      {"unknown height, half a line", {Kind::kGray, true, 8, 4, 4, -1}, 41, ErrorCode::kScannerIo},
      {"unknown height, nothing", {Kind::kGray, true, 8, 4, 4, -1}, 0, ErrorCode::kScannerIo},
      {"unknown height without end", {Kind::kGray, true, 8, 4, 4, -1}, 14'101 * 4, ErrorCode::kImageTooLarge},
      {"broken off", {Kind::kGray, true, 8, 4, 4, 3}, 8, ErrorCode::kScannerIo},
      {"too much", {Kind::kGray, true, 8, 4, 4, 3}, 13, ErrorCode::kImageTooLarge},
      {"three passes", {Kind::kOnePassOfThree, false, 8, 4, 4, 3}, 0, ErrorCode::kScannerOption},
      {"more frames to come", {Kind::kGray, false, 8, 4, 4, 3}, 12, ErrorCode::kScannerOption},
      {"JPEG or infrared", {Kind::kOther, true, 8, 4, 4, 3}, 0, ErrorCode::kScannerOption},
      {"one bit", {Kind::kGray, true, 1, 1, 4, 3}, 3, ErrorCode::kScannerOption},
      {"sixteen bits", {Kind::kGray, true, 16, 8, 4, 3}, 24, ErrorCode::kScannerOption},
      {"20,000 x 20,000", {Kind::kGray, true, 8, 20'000, 20'000, 20'000}, 0, ErrorCode::kImageTooLarge},
      {"no width", {Kind::kGray, true, 8, 4, 0, 3}, 0, ErrorCode::kScannerIo},
      {"lines shorter than their pixels", {Kind::kRgb, true, 8, 4, 4, 3}, 12, ErrorCode::kScannerIo},
      {"no lines", {Kind::kGray, true, 8, 4, 4, 0}, 0, ErrorCode::kScannerIo},
  };
  for (const Case& c : cases) {
    CAPTURE(c.situation);
    const auto image = image_of(c.shape, c.bytes);
    CHECK(image.has_value() == !c.error.has_value());
    if (!image)
      CHECK(image.error().code == c.error);
    else
      CHECK(image->view().height_px == c.height_px);
  }
}

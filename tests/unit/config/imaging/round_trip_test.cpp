// What is written is read back: size, format, dpi and pixels.
#include <doctest/doctest.h>

#include "tests/unit/config/imaging/samples.h"

namespace kiemphieu::imaging {
namespace {

using samples::max_difference;
using samples::picture;

struct Situation {
  int width_px, height_px;
  PixelFormat format;
  double dpi;
};
constexpr Situation kSituations[] = {
    {166, 234, PixelFormat::kGray8, 200}, {166, 234, PixelFormat::kRgb8, 300}, {1, 1, PixelFormat::kRgb8, 0},
    {17, 9, PixelFormat::kGray8, 600},    {33, 8, PixelFormat::kRgb8, 75},
};

TEST_CASE("A picture survives each format") {
  for (const Situation& s : kSituations) {
    CAPTURE(s.width_px);
    CAPTURE(s.dpi);
    const Image original = picture(s.width_px, s.height_px, s.format, s.dpi);

    const auto jpeg = encode_jpeg(original.view(), 90);
    REQUIRE(jpeg);
    CHECK(*recognise(*jpeg) == FileFormat::kJpeg);
    const auto from_jpeg = decode(*jpeg);
    REQUIRE(from_jpeg);
    CHECK(max_difference(original, *from_jpeg) <= 24);
    CHECK(from_jpeg->dpi == doctest::Approx(s.dpi));

    const auto png = encode_png(original.view());
    REQUIRE(png);
    CHECK(*recognise(*png) == FileFormat::kPng);
    const auto from_png = decode(*png);
    REQUIRE(from_png);
    CHECK(max_difference(original, *from_png) == 0);
    CHECK(from_png->dpi == doctest::Approx(s.dpi).epsilon(0.001));

    const Bytes pnm = encode_pnm(original.view());
    CHECK(*recognise(pnm) == FileFormat::kPnm);
    const auto from_pnm = decode(pnm);
    REQUIRE(from_pnm);
    CHECK(max_difference(original, *from_pnm) == 0);
    CHECK(from_pnm->dpi == 0);
  }
}

TEST_CASE("A part of a bigger picture is encoded with its stride") {
  const Image whole = picture(40, 30, PixelFormat::kRgb8, 200);
  ImageView part = whole.view();
  part.data += 5 * part.stride_bytes + 9;
  part.width_px = 20;
  part.height_px = 10;
  const auto png = encode_png(part);
  REQUIRE(png);
  const auto from_png = decode(*png);
  const auto from_pnm = decode(encode_pnm(part));
  REQUIRE(from_png);
  REQUIRE(from_pnm);
  CHECK(max_difference(*from_png, *from_pnm) == 0);
  CHECK(from_png->pixels[0] == part.data[0]);
  CHECK(encode_jpeg(part, 80));
}

TEST_CASE("PNM headers as netpbm allows them") {
  struct Header {
    std::string_view name, file;
    Pixels pixels;
  };
  using namespace std::string_view_literals;
  const Header headers[] = {
      {"comment lines", "P5 # one\n#two\n2 1\n255\nAB"sv, {'A', 'B'}},
      {"maxval 15 is stretched", "P5 2 1 15\n\x00\x0F"sv, {0, 255}},
      {"16 bit, high byte first", "P5 2 1 65535\n\xFF\xFF\x80\x00"sv, {255, 128}},
      {"a sample above maxval is white", "P5 1 1 100\n\xFF"sv, {255}},
      {"new line at the end", "P6\n1 1\n255\nABC\n"sv, {'A', 'B', 'C'}},
  };
  for (const Header& header : headers) {
    CAPTURE(header.name);
    const auto image = decode(as_bytes(header.file));
    REQUIRE(image);
    CHECK(image->pixels == header.pixels);
  }
}

TEST_CASE("TIFF pages keep their order, format and dpi") {
  const std::vector<Image> pages{picture(20, 30, PixelFormat::kGray8, 200),
                                 picture(31, 9, PixelFormat::kRgb8, 300),
                                 picture(7, 7, PixelFormat::kGray8, 0)};
  const Bytes file = samples::tiff(pages);
  CHECK(*count_pages(file) == 3);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CAPTURE(i);
    const auto page = decode(file, static_cast<int>(i));
    REQUIRE(page);
    CHECK(max_difference(pages[i], *page) == 0);
    CHECK(page->dpi == pages[i].dpi);
  }
}

TEST_CASE("A TIFF where white is zero comes out the right way round") {
  Image page = picture(8, 8, PixelFormat::kGray8, 200);
  Bytes file = samples::tiff({page});
  samples::set_tag(file, 8, 262, 0);
  const auto image = decode(file);
  REQUIRE(image);
  CHECK(image->pixels[0] == 255 - page.pixels[0]);
}

// One pixel, RGBA, wholly transparent.
constexpr std::uint8_t kTransparentPng[] = {
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00,
    0x00, 0x1F, 0x15, 0xC4, 0x89, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9C, 0x63, 0x60, 0x60, 0x60, 0x60, 0x00, 0x00, 0x00, 0x05, 0x00, 0x01, 0xA5, 0xF6,
    0x45, 0x40, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82};

TEST_CASE("Transparency is white paper") {
  const auto image = decode(kTransparentPng);
  REQUIRE(image);
  CHECK(image->pixels == Pixels{255, 255, 255});
}

}  // namespace
}  // namespace kiemphieu::imaging

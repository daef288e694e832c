// One good file, defaced by a named operation, and the exact refusal.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <functional>

#include "tests/unit/config/imaging/samples.h"

namespace kiemphieu::imaging {
namespace {

using samples::picture;
using samples::tiff;

Bytes jpeg_file() { return *encode_jpeg(picture(64, 48, PixelFormat::kRgb8, 200).view(), 85); }
Bytes png_file() { return *encode_png(picture(64, 48, PixelFormat::kRgb8, 200).view()); }
Bytes pnm_file() { return encode_pnm(picture(64, 48, PixelFormat::kRgb8, 200).view()); }
Bytes tiff_file() { return tiff({picture(64, 48, PixelFormat::kGray8, 200)}); }

void write_u16(Bytes& file, std::size_t at, unsigned value) {
  file[at] = static_cast<std::uint8_t>(value >> 8U);
  file[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
}

/// The JPEG frame header (SOF0) has height and width behind length and precision.
void set_jpeg_size(Bytes& file, unsigned width, unsigned height) {
  for (std::size_t at = 2; at + 9 < file.size(); ++at)
    if (file[at] == 0xFF && file[at + 1] == 0xC0) {
      write_u16(file, at + 5, height);
      write_u16(file, at + 7, width);
      return;
    }
  FAIL("no frame header");
}

Bytes with_png_size(Bytes file, unsigned width, unsigned height) {
  write_u16(file, 18, width);
  write_u16(file, 22, height);
  return file;
}

struct Damage {
  std::string_view name;
  Bytes (*good)();
  std::function<void(Bytes&)> deface;
  ErrorCode refusal;
};

const std::vector<Damage>& damages() {
  static const std::vector<Damage> table{
      {"empty", jpeg_file, [](Bytes& f) { f.clear(); }, ErrorCode::kImageFormat},
      {"a PDF", jpeg_file, [](Bytes& f) { f = {'%', 'P', 'D', 'F', '-', '1'}; }, ErrorCode::kImageFormat},
      {"an ASCII PNM", pnm_file, [](Bytes& f) { f[1] = '3'; }, ErrorCode::kImageFormat},
      {"only a magic", jpeg_file, [](Bytes& f) { f.resize(3); }, ErrorCode::kImageUnreadable},
      {"JPEG without its end marker", jpeg_file, [](Bytes& f) { f.resize(f.size() - 2); },
       ErrorCode::kImageUnreadable},
      {"JPEG cut in half", jpeg_file, [](Bytes& f) { f.resize(f.size() / 2); }, ErrorCode::kImageUnreadable},
      {"JPEG with zeroed pixel data", jpeg_file,
       [](Bytes& f) { std::fill(f.end() - 120, f.end() - 2, std::uint8_t{0xFF}); },
       ErrorCode::kImageUnreadable},
      {"JPEG of 20,000 x 20,000", jpeg_file, [](Bytes& f) { set_jpeg_size(f, 20'000, 20'000); },
       ErrorCode::kImageTooLarge},
      {"JPEG taller than its data", jpeg_file, [](Bytes& f) { set_jpeg_size(f, 64, 96); },
       ErrorCode::kImageUnreadable},
      {"PNG without IEND", png_file, [](Bytes& f) { f.resize(f.size() - 12); }, ErrorCode::kImageUnreadable},
      {"PNG cut in half", png_file, [](Bytes& f) { f.resize(f.size() / 2); }, ErrorCode::kImageUnreadable},
      {"PNG with one flipped bit", png_file, [](Bytes& f) { f[f.size() / 2] ^= 4; },
       ErrorCode::kImageUnreadable},
      {"PNG of 20,000 x 20,000", png_file, [](Bytes& f) { f = with_png_size(f, 20'000, 20'000); },
       ErrorCode::kImageTooLarge},
      {"PNG of no width", png_file, [](Bytes& f) { f = with_png_size(f, 0, 48); },
       ErrorCode::kImageUnreadable},
      {"PNG with an endless chunk", png_file, [](Bytes& f) { f[33] = 0x7F; }, ErrorCode::kImageUnreadable},
      {"PNM one byte short", pnm_file, [](Bytes& f) { f.pop_back(); }, ErrorCode::kImageUnreadable},
      {"PNM with a second picture behind", pnm_file,
       [](Bytes& f) { f.insert(f.end(), f.begin(), f.end() - 1); }, ErrorCode::kImageUnreadable},
      {"PNM without numbers", pnm_file,
       [](Bytes& f) {
         f = {'P', '5', '\n', 'x'};
       },
       ErrorCode::kImageUnreadable},
      {"PNM of 20,000 x 20,000", pnm_file,
       [](Bytes& f) {
         const auto v = as_bytes("P6 20000 20000 255\n");
         f.assign(v.begin(), v.end());
       },
       ErrorCode::kImageTooLarge},
      {"PNM with maxval 0", pnm_file,
       [](Bytes& f) {
         const auto v = as_bytes("P5 1 1 0\nA");
         f.assign(v.begin(), v.end());
       },
       ErrorCode::kImageUnreadable},
      {"TIFF one byte short", tiff_file, [](Bytes& f) { f.pop_back(); }, ErrorCode::kImageUnreadable},
      {"TIFF cut in its directory", tiff_file, [](Bytes& f) { f.resize(60); }, ErrorCode::kImageUnreadable},
      {"TIFF of 20,000 x 20,000", tiff_file,
       [](Bytes& f) {
         samples::set_tag(f, 8, 256, 20'000);
         samples::set_tag(f, 8, 257, 20'000);
       },
       ErrorCode::kImageTooLarge},
      {"TIFF whose strip lies outside", tiff_file, [](Bytes& f) { samples::set_tag(f, 8, 273, 1U << 30U); },
       ErrorCode::kImageUnreadable},
      {"TIFF of an unknown compression", tiff_file, [](Bytes& f) { samples::set_tag(f, 8, 259, 9999); },
       ErrorCode::kImageUnreadable},
  };
  return table;
}

TEST_CASE("A defaced picture is refused with its own error") {
  for (const Damage& damage : damages()) {
    CAPTURE(damage.name);
    Bytes file = damage.good();
    REQUIRE(decode(file));
    damage.deface(file);
    const auto image = decode(file);
    REQUIRE_FALSE(image);
    CHECK(info(image.error().code).id == info(damage.refusal).id);
    CHECK_FALSE(image.error().evidence.empty());
  }
}

TEST_CASE("A file cut anywhere is never a picture") {
  for (const auto good : {jpeg_file, png_file, pnm_file, tiff_file}) {
    const Bytes whole = good();
    for (std::size_t size = 0; size < whole.size();
         size += size < 700 || size + 40 > whole.size() ? 1U : 13U) {
      CAPTURE(size);
      CAPTURE(static_cast<int>(whole[0]));
      CHECK_FALSE(decode(ByteView{whole}.first(size)));
    }
  }
}

TEST_CASE("A huge header is refused before memory is taken") {
  DecodeLimits tight;
  tight.max_pixels = 64 * 48 - 1;
  for (const auto good : {jpeg_file, png_file, pnm_file, tiff_file}) {
    const auto image = decode(good(), 0, tight);
    REQUIRE_FALSE(image);
    CHECK(info(image.error().code).id == "image_too_large");
  }
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  for (const Damage& damage : damages())
    if (damage.refusal == ErrorCode::kImageTooLarge) {
      Bytes file = damage.good();
      damage.deface(file);
      CHECK_FALSE(decode(file));
    }
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 64 * 1024);  // KiB; the pixels would be 1.2 GB
}

TEST_CASE("A picture that would take too much memory with its file is refused") {
  for (const auto good : {jpeg_file, png_file, pnm_file, tiff_file}) {
    const Bytes file = good();
    CAPTURE(static_cast<int>(file[0]));
    const auto whole = decode(file);
    REQUIRE(whole);
    DecodeLimits limits;
    // Every decoder holds at least the file and the RGB pixels.
    limits.max_memory_bytes =
        file.size() + static_cast<std::size_t>(whole->width_px) * static_cast<std::size_t>(whole->height_px) * 3 - 1;
    const auto refused = decode(file, 0, limits);
    REQUIRE_FALSE(refused);
    CHECK(info(refused.error().code).id == "image_too_large");
  }
}

TEST_CASE("Limits of file size and pages") {
  DecodeLimits limits;
  limits.max_file_bytes = 100;
  CHECK(info(decode(jpeg_file(), 0, limits).error().code).id == "image_too_large");
  CHECK(info(count_pages(jpeg_file(), limits).error().code).id == "image_too_large");

  const std::vector<Image> pages(3, picture(4, 4, PixelFormat::kGray8, 200));
  limits = {};
  limits.max_pages = 2;
  CHECK(info(count_pages(tiff(pages), limits).error().code).id == "image_too_large");
  CHECK_FALSE(decode(tiff(pages), 3));
  CHECK_FALSE(decode(tiff(pages), -1));
  CHECK_FALSE(decode(jpeg_file(), 1));
}

TEST_CASE("A broken link to the next page is an error, not the last page") {
  const std::vector<Image> pages(2, picture(4, 4, PixelFormat::kGray8, 200));
  Bytes file = tiff(pages);
  CHECK(*count_pages(file) == 2);
  const std::size_t next = samples::places(pages).last_next;
  file[next + 2] = 0x7F;
  CHECK(info(count_pages(file).error().code).id == "image_unreadable");
  Bytes loop = tiff(pages);
  loop[next] = 8;  // back to the first page
  CHECK_FALSE(count_pages(loop));
}

}  // namespace
}  // namespace kiemphieu::imaging

#include "tests/unit/config/imaging/samples.h"

#include <algorithm>
#include <cstdlib>

namespace kiemphieu::imaging::samples {
namespace {

constexpr std::uint32_t kShort = 3, kLong = 4, kRational = 5;
constexpr std::size_t kEntries = 12, kEntryBytes = 12;
constexpr std::size_t kDirectoryBytes = 2 + kEntries * kEntryBytes + 4;
constexpr std::size_t kExtraBytes = 6 + 8;  // three sample depths, one rational

void put_entry(Bytes& out, std::uint32_t tag, std::uint32_t type, std::uint32_t count, std::uint32_t value) {
  put_u16(out, tag);
  put_u16(out, type);
  put_u32(out, count);
  put_u32(out, value);
}

std::size_t page_bytes(const Image& page) { return page.pixels.size() + page.pixels.size() % 2; }

void put_page(Bytes& out, const Image& page, bool last) {
  const auto start = static_cast<std::uint32_t>(out.size());
  const auto samples = static_cast<std::uint32_t>(channels(page.format));
  const auto depths = start + static_cast<std::uint32_t>(kDirectoryBytes), resolution = depths + 6;
  const auto pixels = resolution + 8;
  put_u16(out, kEntries);
  put_entry(out, 256, kLong, 1, static_cast<std::uint32_t>(page.width_px));
  put_entry(out, 257, kLong, 1, static_cast<std::uint32_t>(page.height_px));
  put_entry(out, 258, kShort, samples, samples == 1 ? 8 : depths);
  put_entry(out, 259, kShort, 1, 1);                     // no compression
  put_entry(out, 262, kShort, 1, samples == 1 ? 1 : 2);  // black is zero, or RGB
  put_entry(out, 273, kLong, 1, pixels);
  put_entry(out, 277, kShort, 1, samples);
  put_entry(out, 278, kLong, 1, static_cast<std::uint32_t>(page.height_px));
  put_entry(out, 279, kLong, 1, static_cast<std::uint32_t>(page.pixels.size()));
  put_entry(out, 282, kRational, 1, resolution);
  put_entry(out, 283, kRational, 1, resolution);
  put_entry(out, 296, kShort, 1, 2);  // inches
  put_u32(out, last ? 0 : pixels + static_cast<std::uint32_t>(page_bytes(page)));
  for (int i = 0; i < 3; ++i) put_u16(out, 8);
  put_u32(out, static_cast<std::uint32_t>(page.dpi));
  put_u32(out, 1);
  out.insert(out.end(), page.pixels.begin(), page.pixels.end());
  if (page.pixels.size() % 2 != 0) out.push_back(0);
}

}  // namespace

void put_u16(Bytes& out, std::uint32_t value) {
  for (const unsigned shift : {0U, 8U}) out.push_back(static_cast<std::uint8_t>(value >> shift & 0xFFU));
}
void put_u32(Bytes& out, std::uint32_t value) {
  put_u16(out, value & 0xFFFFU);
  put_u16(out, value >> 16U);
}

Image picture(int width_px, int height_px, PixelFormat format, double dpi) {
  Image image = Image::blank(width_px, height_px, format, dpi);
  const std::size_t count = channels(format);
  std::uint8_t* at = image.pixels.data();
  for (int y = 0; y < height_px; ++y)
    for (int x = 0; x < width_px; ++x)
      for (std::size_t c = 0; c < count; ++c)
        *at++ = static_cast<std::uint8_t>(
            std::abs(y - height_px / 2) < 4 ? 60 : 180 + 40 * x / width_px + static_cast<int>(c) * 8);
  return image;
}

Bytes tiff(const std::vector<Image>& pages) {
  Bytes out{'I', 'I', 42, 0};
  put_u32(out, 8);
  for (std::size_t i = 0; i < pages.size(); ++i) put_page(out, pages[i], i + 1 == pages.size());
  return out;
}

TiffPlaces places(const std::vector<Image>& pages) {
  std::size_t at = 8;
  for (std::size_t i = 0; i + 1 < pages.size(); ++i)
    at += kDirectoryBytes + kExtraBytes + page_bytes(pages[i]);
  return {8, at + kDirectoryBytes - 4};
}

void set_tag(Bytes& tiff_file, std::size_t directory, std::uint16_t tag, std::uint32_t value) {
  Bytes bytes;
  put_u32(bytes, value);
  for (std::size_t i = 0; i < kEntries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (tiff_file[entry] + 256U * tiff_file[entry + 1] == tag)
      std::copy(bytes.begin(), bytes.end(), tiff_file.begin() + static_cast<std::ptrdiff_t>(entry + 8));
  }
}

int max_difference(const Image& a, const Image& b) {
  if (a.width_px != b.width_px || a.height_px != b.height_px || a.format != b.format) return 256;
  int worst = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    worst = std::max(worst, std::abs(a.pixels[i] - b.pixels[i]));
  return worst;
}

}  // namespace kiemphieu::imaging::samples

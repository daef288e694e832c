// PNG through libpng's simplified API, whose errors are return values. It does
// not look behind the last row, so the chunks are walked first: a file that
// ends before IEND is refused, and the size and dpi are read on the way.
// Tested by tests/unit/config/imaging/damage_test.cpp, round_trip_test.cpp.

#include <png.h>

#include <array>
#include <cmath>
#include <memory>

#include "config/base/check.h"
#include "config/imaging/formats.h"

namespace kiemphieu::imaging {
namespace {

// PNG specification (ISO/IEC 15948), 5.3: length, type, data, CRC.
constexpr std::size_t kSignature = 8, kChunkOverhead = 12, kIhdrData = 13, kPhysData = 9;
constexpr std::size_t kAfterIhdr = kSignature + kChunkOverhead + kIhdrData;
constexpr double kMetresPerInch = 0.0254;

std::uint32_t big_endian(ByteView file, std::size_t at) {
  return static_cast<std::uint32_t>(file[at]) << 24U | static_cast<std::uint32_t>(file[at + 1]) << 16U |
         static_cast<std::uint32_t>(file[at + 2]) << 8U | static_cast<std::uint32_t>(file[at + 3]);
}

struct Header {
  std::uint32_t width_px = 0, height_px = 0;
  double dpi = 0;
};

Result<Header> walk_chunks(ByteView file) {
  Header header;
  std::size_t at = kSignature;
  while (file.size() - at >= kChunkOverhead) {
    const std::size_t length = big_endian(file, at);
    const std::string_view type = as_text(file.subspan(at + 4, 4));
    if (length > file.size() - at - kChunkOverhead) break;
    const bool first = at == kSignature;
    if (first != (type == "IHDR") || (first && length != kIhdrData))
      return fail(ErrorCode::kImageUnreadable, "the PNG does not begin with its header");
    if (first) {
      header.width_px = big_endian(file, at + 8);
      header.height_px = big_endian(file, at + 12);
    }
    if (type == "pHYs" && length == kPhysData && file[at + 16] == 1)
      header.dpi = plausible_dpi(big_endian(file, at + 8) * kMetresPerInch);
    if (type == "IEND") return header;
    at += kChunkOverhead + length;
  }
  return fail(ErrorCode::kImageUnreadable, "the PNG ends too early");
}

/// Frees what libpng still holds when reading or writing stops half-way.
struct PngImage {
  png_image image{};
  PngImage() { image.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

void put_big_endian(Bytes& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out.push_back(static_cast<std::uint8_t>(value >> shift & 0xFFU));
}

std::uint32_t crc32(ByteView bytes) {
  std::uint32_t crc = 0xFFFF'FFFFU;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB8'8320U : 0U);
  }
  return ~crc;
}

/// The simplified API writes no pHYs; it belongs between IHDR and the first IDAT.
void put_dpi(Bytes& file, double dpi) {
  if (plausible_dpi(dpi) == 0) return;
  Bytes chunk;
  put_big_endian(chunk, kPhysData);
  for (const char letter : std::string_view{"pHYs"}) chunk.push_back(static_cast<std::uint8_t>(letter));
  const auto per_metre = static_cast<std::uint32_t>(std::lround(dpi / kMetresPerInch));
  put_big_endian(chunk, per_metre);
  put_big_endian(chunk, per_metre);
  chunk.push_back(1);
  put_big_endian(chunk, crc32(ByteView{chunk}.subspan(4)));
  file.insert(file.begin() + kAfterIhdr, chunk.begin(), chunk.end());
}

}  // namespace

Result<Image> decode_png(ByteView file, const DecodeLimits& limits) {
  KP_TRY(const Header header, walk_chunks(file));
  constexpr std::size_t kBytesAPixel = 3;  // libpng works row by row
  KP_TRY_VOID(check_size({header.width_px, header.height_px, file.size(), kBytesAPixel}, limits));
  PngImage png;
  if (png_image_begin_read_from_memory(&png.image, file.data(), file.size()) == 0)
    return fail(ErrorCode::kImageUnreadable, png.image.message);
  // libpng read the same header; the memory below is sized by the checked one.
  if (png.image.width != header.width_px || png.image.height != header.height_px)
    return fail(ErrorCode::kImageUnreadable, "the PNG states two sizes");

  const bool gray = (png.image.format & PNG_FORMAT_FLAG_COLOR) == 0;
  png.image.format = gray ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png.image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // scanners write 16-bit samples as they write 8-bit ones
  Image image = Image::blank(static_cast<int>(header.width_px), static_cast<int>(header.height_px),
                             gray ? PixelFormat::kGray8 : PixelFormat::kRgb8, header.dpi);
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&png.image, &white, image.pixels.data(), 0, nullptr) == 0)
    return fail(ErrorCode::kImageUnreadable, png.image.message);
  return image;
}

Result<Bytes> encode_png(const ImageView& image) {
  KP_CHECK(image.width_px > 0 && image.height_px > 0);
  PngImage png;
  png.image.width = static_cast<png_uint_32>(image.width_px);
  png.image.height = static_cast<png_uint_32>(image.height_px);
  png.image.format = image.format == PixelFormat::kGray8 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png.image.flags = PNG_IMAGE_FLAG_FAST;
  const auto stride = static_cast<png_int_32>(image.stride_bytes);
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png.image);
  Bytes file(size);
  if (png_image_write_to_memory(&png.image, file.data(), &size, 0, image.data, stride, nullptr) == 0)
    return fail(ErrorCode::kImageUnreadable, png.image.message);
  file.resize(size);
  put_dpi(file, image.dpi);
  return file;
}

}  // namespace kiemphieu::imaging

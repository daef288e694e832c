// JPEG through libjpeg-turbo's TurboJPEG API, which turns libjpeg's exits into
// return values. Its warnings (premature end, corrupt data) come with a picture
// whose rest is gray; here they are errors.
// Tested by tests/unit/config/imaging/damage_test.cpp, round_trip_test.cpp.

#include <turbojpeg.h>

#include <cmath>
#include <memory>

#include "config/base/check.h"
#include "config/imaging/formats.h"

namespace kiemphieu::imaging {
namespace {

struct HandleCloser {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleCloser>;

// JFIF 1.02: SOI, then APP0 of at least 16 bytes: FF E0, length, "JFIF\0",
// version (2), units (1: an inch, 2: a cm), x density (2), y density (2).
constexpr std::size_t kJfifName = 6, kJfifUnits = 13, kJfifX = 14, kJfifY = 16, kJfifEnd = 18;

bool has_jfif(ByteView file) {
  using namespace std::string_view_literals;
  return file.size() >= kJfifEnd && file[2] == 0xFF && file[3] == 0xE0 &&
         as_text(file.subspan(kJfifName, 5)) == "JFIF\0"sv;
}

double jfif_dpi(ByteView file) {
  if (!has_jfif(file)) return 0;
  const double density = file[kJfifX] * 256.0 + file[kJfifX + 1];
  if (file[kJfifUnits] == 1) return plausible_dpi(density);
  if (file[kJfifUnits] == 2) return plausible_dpi(density * 2.54);
  return 0;
}

void put_jfif_dpi(Bytes& file, double dpi) {
  if (plausible_dpi(dpi) == 0 || !has_jfif(file)) return;
  const auto density = static_cast<unsigned>(std::lround(dpi));
  file[kJfifUnits] = 1;
  for (const std::size_t at : {kJfifX, kJfifY}) {
    file[at] = static_cast<std::uint8_t>(density >> 8U);
    file[at + 1] = static_cast<std::uint8_t>(density & 0xFFU);
  }
}

}  // namespace

Result<Image> decode_jpeg(ByteView file, const DecodeLimits& limits) {
  const Handle handle{tjInitDecompress()};
  KP_CHECK(handle);
  int width = 0, height = 0, subsampling = 0, colour = 0;
  const auto size = static_cast<unsigned long>(file.size());
  if (tjDecompressHeader3(handle.get(), file.data(), size, &width, &height, &subsampling, &colour) != 0)
    return fail(ErrorCode::kImageUnreadable, tjGetErrorStr2(handle.get()));
  if (width <= 0 || height <= 0) return fail(ErrorCode::kImageUnreadable, "a JPEG without pixels");
  // RGB, and when the file is progressive its three planes of coefficients, two bytes each.
  constexpr std::size_t kBytesAPixel = 3 + 6;
  KP_TRY_VOID(check_size(
      {static_cast<unsigned>(width), static_cast<unsigned>(height), file.size(), kBytesAPixel}, limits));
  if (colour == TJCS_CMYK || colour == TJCS_YCCK)
    return fail(ErrorCode::kImageFormat, "a JPEG in CMYK colours; scan in RGB or gray");

  const bool gray = colour == TJCS_GRAY;
  Image image = Image::unset(width, height, gray ? PixelFormat::kGray8 : PixelFormat::kRgb8, jfif_dpi(file));
  // LIMITSCANS: a progressive file of a thousand scans would take minutes.
  // FASTUPSAMPLE: smoother chroma would cost a fifth of the time and shows nothing more.
  constexpr int kFlags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_FASTUPSAMPLE;
  if (tjDecompress2(handle.get(), file.data(), size, image.pixels.data(), width, 0, height,
                    gray ? TJPF_GRAY : TJPF_RGB, kFlags) != 0)
    return fail(ErrorCode::kImageUnreadable, tjGetErrorStr2(handle.get()));
  return image;
}

Result<Bytes> encode_jpeg(const ImageView& image, int quality) {
  KP_CHECK(quality >= 1 && quality <= 100);
  const Handle handle{tjInitCompress()};
  KP_CHECK(handle);
  const bool gray = image.format == PixelFormat::kGray8;
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  const int failed = tjCompress2(
      handle.get(), image.data, image.width_px, static_cast<int>(image.stride_bytes), image.height_px,
      gray ? TJPF_GRAY : TJPF_RGB, &buffer, &size, gray ? TJSAMP_GRAY : TJSAMP_420, quality, 0);
  const std::unique_ptr<unsigned char, decltype(&tjFree)> owner{buffer, &tjFree};
  if (failed != 0) return fail(ErrorCode::kImageUnreadable, tjGetErrorStr2(handle.get()));
  Bytes file(buffer, buffer + size);
  put_jfif_dpi(file, image.dpi);
  return file;
}

}  // namespace kiemphieu::imaging

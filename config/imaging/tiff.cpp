// TIFF from memory through libtiff, any compression it knows. Errors go to the
// handle that raised them, never to stderr. A warning while the directory is
// read (an unknown tag) is of no account; one while pixels are read means that
// some of them are invented, so it is an error here.
// Tested by tests/unit/config/imaging/damage_test.cpp, tiff_test.cpp.

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "config/base/check.h"
#include "config/imaging/formats.h"

namespace kiemphieu::imaging {
namespace {

/// libtiff asks for at most this at once: an A4 page at 600 dpi as one RGB strip takes 105 MB.
constexpr tmsize_t kMaxAllocation = tmsize_t{128} << 20U;

/// The file in memory and what libtiff said about it.
struct Source {
  ByteView file;
  std::size_t at = 0;
  std::string error, warning;
};

tmsize_t read_some(thandle_t handle, void* to, tmsize_t wanted) {
  auto& source = *static_cast<Source*>(handle);
  if (wanted <= 0 || source.at >= source.file.size()) return 0;
  const std::size_t count = std::min(static_cast<std::size_t>(wanted), source.file.size() - source.at);
  std::memcpy(to, source.file.data() + source.at, count);
  source.at += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t write_none(thandle_t, void*, tmsize_t) { return 0; }
toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto& source = *static_cast<Source*>(handle);
  const toff_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? source.at : source.file.size();
  source.at = static_cast<std::size_t>(base + offset);
  return source.at;
}
int close_none(thandle_t) { return 0; }
toff_t size_of(thandle_t handle) { return static_cast<Source*>(handle)->file.size(); }

[[gnu::format(printf, 3, 0)]] void note(std::string& to, const char* module, const char* format,
                                        va_list arguments) {
  if (!to.empty()) return;
  char text[200];
  std::vsnprintf(text, sizeof text, format, arguments);
  to = std::string{module == nullptr ? "TIFF" : module} + ": " + text;
}
[[gnu::format(printf, 4, 0)]] int on_error(TIFF*, void* source, const char* module, const char* format,
                                           va_list arguments) {
  note(static_cast<Source*>(source)->error, module, format, arguments);
  return 1;
}
[[gnu::format(printf, 4, 0)]] int on_warning(TIFF*, void* source, const char* module, const char* format,
                                             va_list arguments) {
  note(static_cast<Source*>(source)->warning, module, format, arguments);
  return 1;
}

struct TiffCloser {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Handle = std::unique_ptr<TIFF, TiffCloser>;

Error unreadable(const Source& source) {
  const std::string& why = source.error.empty() ? source.warning : source.error;
  return fail(ErrorCode::kImageUnreadable, why.empty() ? "a damaged TIFF" : why);
}

/// `source` must outlive the handle.
Result<Handle> open(Source& source) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options{TIFFOpenOptionsAlloc(),
                                                                                 &TIFFOpenOptionsFree};
  KP_CHECK(options);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &source);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
  // "m": no memory mapping, so that every access passes the bounds of read_some.
  Handle tiff{TIFFClientOpenExt("image", "rm", &source, read_some, write_none, seek, close_none, size_of,
                                nullptr, nullptr, options.get())};
  if (!tiff) return unreadable(source);
  return tiff;
}

double dpi_of(TIFF* tiff) {
  float resolution = 0;
  std::uint16_t unit = RESUNIT_INCH;
  if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &resolution) != 1) return 0;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  if (unit == RESUNIT_NONE) return 0;
  return plausible_dpi(static_cast<double>(resolution) * (unit == RESUNIT_CENTIMETER ? 2.54 : 1.0));
}

bool is_gray(TIFF* tiff) {
  std::uint16_t photometric = PHOTOMETRIC_RGB;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
}

/// libtiff's raster has colour already multiplied by alpha; the rest is white paper.
std::uint8_t on_white(std::uint32_t channel, std::uint32_t alpha) {
  return static_cast<std::uint8_t>(std::min(channel + 255U - alpha, 255U));
}

void copy_raster(const std::vector<std::uint32_t>& raster, Image& image) {
  std::uint8_t* to = image.pixels.data();
  const bool gray = image.format == PixelFormat::kGray8;
  for (const std::uint32_t pixel : raster) {
    const std::uint32_t alpha = TIFFGetA(pixel);
    *to++ = on_white(TIFFGetR(pixel), alpha);
    if (gray) continue;
    *to++ = on_white(TIFFGetG(pixel), alpha);
    *to++ = on_white(TIFFGetB(pixel), alpha);
  }
}

}  // namespace

Result<int> count_tiff_pages(ByteView file, const DecodeLimits& limits) {
  Source source{file, 0, {}, {}};
  KP_TRY(const Handle tiff, open(source));
  int pages = 1;
  while (TIFFLastDirectory(tiff.get()) == 0) {
    if (++pages > limits.max_pages)
      return fail(ErrorCode::kImageTooLarge, "more than " + std::to_string(limits.max_pages) + " pages");
    if (TIFFReadDirectory(tiff.get()) == 0) return unreadable(source);
  }
  return pages;
}

Result<Image> decode_tiff(ByteView file, int page, const DecodeLimits& limits) {
  Source source{file, 0, {}, {}};
  KP_TRY(const Handle tiff, open(source));
  if (page >= limits.max_pages || TIFFSetDirectory(tiff.get(), static_cast<tdir_t>(page)) == 0)
    return fail(ErrorCode::kImageUnreadable, "no page " + std::to_string(page + 1) + " in this file");
  std::uint32_t width = 0, height = 0;
  if (TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width) != 1 ||
      TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height) != 1)
    return unreadable(source);
  // libtiff's raster of four bytes, beside it first one strip of RGB and then our picture.
  constexpr std::size_t kBytesAPixel = 4 + 3;
  KP_TRY_VOID(check_size({width, height, file.size(), kBytesAPixel}, limits));

  source.error.clear();
  source.warning.clear();
  std::vector<std::uint32_t> raster(std::size_t{width} * height);
  const int stop_on_error = 1;
  const int done =
      TIFFReadRGBAImageOriented(tiff.get(), width, height, raster.data(), ORIENTATION_TOPLEFT, stop_on_error);
  if (done == 0 || !source.error.empty() || !source.warning.empty()) return unreadable(source);

  Image image =
      Image::blank(static_cast<int>(width), static_cast<int>(height),
                   is_gray(tiff.get()) ? PixelFormat::kGray8 : PixelFormat::kRgb8, dpi_of(tiff.get()));
  copy_raster(raster, image);
  return image;
}

}  // namespace kiemphieu::imaging

#pragma once
/// Image files in and out: JPEG, PNG, PNM (P5, P6), TIFF (several pages).
/// The only folder that includes turbojpeg, png and tiff headers.
///
/// The size in the file's header is checked before any pixel memory is taken.
/// Thread-safe. Errors of every decoder: kImageFormat, kImageTooLarge,
/// kImageUnreadable (also for a file that ends too early: a picture that is
/// only half there is never returned).

#include <functional>
#include <string>

#include "config/base/result.h"
#include "config/imaging/image.h"

namespace kiemphieu::imaging {

/// An A4 page at 600 dpi has 4,960 x 7,016 pixels; anything beyond A3 at that
/// resolution is not a sheet of ours.
struct DecodeLimits {
  int max_width_px = 10'000;
  int max_height_px = 14'100;
  std::size_t max_pixels = 75'000'000;
  std::size_t max_file_bytes = 256U << 20U;
  /// The file, its pixels and what its decoder needs besides at the same time. With the
  /// rest of the tool this stays below the 512 MB that one file may cost.
  std::size_t max_memory_bytes = 420U << 20U;
  int max_pages = 2'000;
};

enum class FileFormat : std::uint8_t { kJpeg, kPng, kPnm, kTiff };

/// By the first bytes, never by the name. kImageFormat.
Result<FileFormat> recognise(ByteView file);

/// How many pages: 1 for all but TIFF.
Result<int> count_pages(ByteView file, const DecodeLimits& limits = {});

/// Page `page` (from 0). Gray stays gray, colour becomes RGB; 1-bit and 16-bit
/// become 8-bit; transparency is put on white.
Result<Image> decode(ByteView file, int page = 0, const DecodeLimits& limits = {});

/// Baseline JPEG with the dpi in its JFIF header. quality 1 to 100.
Result<Bytes> encode_jpeg(const ImageView& image, int quality);
/// PNG at a low compression level, with the dpi.
Result<Bytes> encode_png(const ImageView& image);
/// P5 or P6.
Bytes encode_pnm(const ImageView& image);

}  // namespace kiemphieu::imaging

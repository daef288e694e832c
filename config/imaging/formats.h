#pragma once
/// One decoder a file format, behind decode() of codec.h. Private to this folder.
/// Each checks the size in the header against the limits before it takes
/// memory for pixels, and keeps its library's errors and jumps to itself.

#include "config/imaging/codec.h"

namespace kiemphieu::imaging {

/// What a header claims, and the most that its decoder holds at once for each pixel.
struct Claim {
  std::uint64_t width_px = 0, height_px = 0;
  std::size_t file_bytes = 0, bytes_a_pixel = 0;
};
/// Ok when such a picture may be decoded. kImageUnreadable (no pixels), kImageTooLarge.
Result<void> check_size(const Claim& claim, const DecodeLimits& limits);

/// What a header says, if a scanner could have meant it (10 to 10,000), else 0.
double plausible_dpi(double dpi);

Result<Image> decode_jpeg(ByteView file, const DecodeLimits& limits);
Result<Image> decode_png(ByteView file, const DecodeLimits& limits);
Result<Image> decode_pnm(ByteView file, const DecodeLimits& limits);
Result<Image> decode_tiff(ByteView file, int page, const DecodeLimits& limits);
/// An unreadable directory is an error and not the end: a page must not vanish.
Result<int> count_tiff_pages(ByteView file, const DecodeLimits& limits);

}  // namespace kiemphieu::imaging

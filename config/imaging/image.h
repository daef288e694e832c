#pragma once
/// Pixels as values: what the scanner gives and the reader takes.

#include <cstddef>
#include <cstdint>

#include "config/base/bytes.h"

namespace kiemphieu::imaging {

enum class PixelFormat : std::uint8_t {
  kGray8,  ///< one byte a pixel, 0 black, 255 white
  kRgb8,   ///< three bytes a pixel, red first
};

/// Bytes of one pixel.
std::size_t channels(PixelFormat format);

/// Pixels that somebody else owns. Row y starts at data + y * stride_bytes.
struct ImageView {
  const std::uint8_t* data = nullptr;
  int width_px = 0;
  int height_px = 0;
  std::size_t stride_bytes = 0;
  PixelFormat format = PixelFormat::kGray8;
  double dpi = 0;  ///< pixels per inch as the scanner or file states; 0 = not stated
};

/// Pixels owned: rows packed, stride = width * channels.
struct Image {
  Bytes pixels;
  int width_px = 0;
  int height_px = 0;
  PixelFormat format = PixelFormat::kGray8;
  double dpi = 0;

  /// Valid as long as this image lives and is not changed.
  ImageView view() const;
  /// A white image.
  static Image blank(int width_px, int height_px, PixelFormat format, double dpi);
};

}  // namespace kiemphieu::imaging

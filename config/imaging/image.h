#pragma once
/// Pixels as values: what the scanner gives and the reader takes.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

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

/// std::allocator, but new elements hold whatever memory held: a decoder that
/// fills a whole page need not have it cleared first (a sixth of its time).
template <class T>
struct UnsetAllocator : std::allocator<T> {
  template <class U>
  struct rebind {
    using other = UnsetAllocator<U>;
  };
  template <class U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Args>
  void construct(U* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }
};
using Pixels = std::vector<std::uint8_t, UnsetAllocator<std::uint8_t>>;

/// Pixels owned: rows packed, stride = width * channels.
struct Image {
  Pixels pixels;
  int width_px = 0;
  int height_px = 0;
  PixelFormat format = PixelFormat::kGray8;
  double dpi = 0;

  /// Valid as long as this image lives and is not changed.
  ImageView view() const;
  /// A white image.
  static Image blank(int width_px, int height_px, PixelFormat format, double dpi);
  /// An image whose pixels are yet to be written, every one of them.
  static Image unset(int width_px, int height_px, PixelFormat format, double dpi);
};

}  // namespace kiemphieu::imaging

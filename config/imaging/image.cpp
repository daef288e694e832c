#include "config/imaging/image.h"

#include <algorithm>

#include "config/base/check.h"

namespace kiemphieu::imaging {

std::size_t channels(PixelFormat format) { return format == PixelFormat::kRgb8 ? 3 : 1; }

ImageView Image::view() const {
  const std::size_t stride = static_cast<std::size_t>(width_px) * channels(format);
  KP_CHECK(pixels.size() == stride * static_cast<std::size_t>(height_px));
  return {pixels.data(), width_px, height_px, stride, format, dpi};
}

Image Image::blank(int width_px, int height_px, PixelFormat format, double dpi) {
  Image image = unset(width_px, height_px, format, dpi);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{255});
  return image;
}

Image Image::unset(int width_px, int height_px, PixelFormat format, double dpi) {
  KP_CHECK(width_px >= 0 && height_px >= 0);
  const std::size_t size =
      static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px) * channels(format);
  return {Pixels(size), width_px, height_px, format, dpi};
}

}  // namespace kiemphieu::imaging

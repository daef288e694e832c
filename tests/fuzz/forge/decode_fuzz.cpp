// Any bytes as an image file: no crash, no leak, no picture beyond the limits.
#include <cstdlib>

#include "config/imaging/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  imaging::DecodeLimits limits;
  limits.max_pixels = 1'000'000;  // keeps one run short
  limits.max_pages = 20;
  const ByteView file{data, size};
  const auto pages = imaging::count_pages(file, limits);
  for (int page = 0; page < (pages ? *pages : 1); ++page) {
    const auto image = imaging::decode(file, page, limits);
    if (!image) continue;
    const std::size_t pixels =
        static_cast<std::size_t>(image->width_px) * static_cast<std::size_t>(image->height_px);
    if (pixels > limits.max_pixels || image->pixels.size() != pixels * channels(image->format)) std::abort();
  }
  return 0;
}

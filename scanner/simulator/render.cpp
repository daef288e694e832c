#include "scanner/simulator/render.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "config/base/check.h"

namespace kiemphieu::simulator {
namespace {

using imaging::Image;
using imaging::PixelFormat;

constexpr double kMmPerInch = 25.4;

int to_px(double mm, int dpi) { return static_cast<int>(std::lround(mm * dpi / kMmPerInch)); }

/// Bilinear sample of one channel at (x, y) in pixels of the paper.
double sample(const Image& paper, double x, double y, std::size_t channel) {
  const auto at = [&](int column, int row) {
    const int cx = std::clamp(column, 0, paper.width_px - 1), cy = std::clamp(row, 0, paper.height_px - 1);
    const std::size_t index = static_cast<std::size_t>(cy) * static_cast<std::size_t>(paper.width_px) +
                              static_cast<std::size_t>(cx);
    return static_cast<double>(paper.pixels[index * channels(paper.format) + channel]);
  };
  const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
  const double fx = x - left, fy = y - top;
  return (at(left, top) * (1 - fx) + at(left + 1, top) * fx) * (1 - fy) +
         (at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx) * fy;
}

std::uint8_t luma(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  return static_cast<std::uint8_t>((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

void put(std::uint8_t* to, PixelFormat format, const std::uint8_t* from, PixelFormat from_format) {
  if (format == from_format)
    std::memcpy(to, from, channels(format));
  else if (format == PixelFormat::kGray8)
    to[0] = luma(from[0], from[1], from[2]);
  else
    to[0] = to[1] = to[2] = from[0];
}

/// The paper at the asked resolution, in its own colours.
Image resampled(const Image& paper, int dpi) {
  const double scale = dpi / paper.dpi;
  Image image = Image::blank(static_cast<int>(std::lround(paper.width_px * scale)),
                             static_cast<int>(std::lround(paper.height_px * scale)), paper.format, dpi);
  const std::size_t count = channels(paper.format);
  std::size_t index = 0;
  for (int row = 0; row < image.height_px; ++row)
    for (int column = 0; column < image.width_px; ++column)
      for (std::size_t channel = 0; channel < count; ++channel)
        image.pixels[index++] = static_cast<std::uint8_t>(
            std::lround(sample(paper, (column + 0.5) / scale - 0.5, (row + 0.5) / scale - 0.5, channel)));
  return image;
}

}  // namespace

int width_px(const Window& window, int dpi) {
  return std::max(1, to_px(window.right_mm - window.left_mm, dpi));
}
int height_px(const Window& window, int dpi) {
  return std::max(1, to_px(window.bottom_mm - window.top_mm, dpi));
}

Image render(const Image& paper, const Window& window, int dpi, PixelFormat format) {
  KP_CHECK(paper.dpi > 0);
  const bool same_scale = std::abs(paper.dpi - dpi) < 0.5;
  const Image scaled = same_scale ? Image{} : resampled(paper, dpi);
  const Image& from = same_scale ? paper : scaled;
  Image image = Image::blank(width_px(window, dpi), height_px(window, dpi), format, dpi);
  const int left = to_px(window.left_mm, dpi), top = to_px(window.top_mm, dpi);
  const int columns = std::min(image.width_px, from.width_px - left);
  const int rows = std::min(image.height_px, from.height_px - top);
  const std::size_t in = channels(from.format), out = channels(format);
  for (int row = 0; row < rows; ++row) {
    const std::uint8_t* source =
        from.pixels.data() + (static_cast<std::size_t>(row + top) * static_cast<std::size_t>(from.width_px) +
                              static_cast<std::size_t>(left)) *
                                 in;
    std::uint8_t* target =
        image.pixels.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width_px) * out;
    for (int column = 0; column < columns; ++column)
      put(target + static_cast<std::size_t>(column) * out, format,
          source + static_cast<std::size_t>(column) * in, from.format);
  }
  return image;
}

Image crop_to_content(const Image& image) {
  constexpr std::uint8_t kDarkerThanPaper = 200;
  int left = image.width_px, right = 0, top = image.height_px, bottom = 0;
  const std::size_t count = channels(image.format);
  for (int row = 0; row < image.height_px; ++row)
    for (int column = 0; column < image.width_px; ++column) {
      const std::size_t index = static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width_px) +
                                static_cast<std::size_t>(column);
      if (image.pixels[index * count] >= kDarkerThanPaper) continue;
      left = std::min(left, column);
      right = std::max(right, column + 1);
      top = std::min(top, row);
      bottom = std::max(bottom, row + 1);
    }
  if (left >= right) return image;
  Image cropped = Image::blank(right - left, bottom - top, image.format, image.dpi);
  const std::size_t row_bytes = static_cast<std::size_t>(cropped.width_px) * count;
  for (int row = 0; row < cropped.height_px; ++row)
    std::memcpy(cropped.pixels.data() + static_cast<std::size_t>(row) * row_bytes,
                image.pixels.data() +
                    (static_cast<std::size_t>(row + top) * static_cast<std::size_t>(image.width_px) +
                     static_cast<std::size_t>(left)) *
                        count,
                row_bytes);
  return cropped;
}

}  // namespace kiemphieu::simulator

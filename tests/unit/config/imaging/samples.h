#pragma once
/// Small pictures and hand-made files for the image tests.

#include <string_view>

#include "config/imaging/codec.h"

namespace kiemphieu::imaging::samples {

/// A smooth picture with a dark stroke: survives JPEG within a few gray levels.
Image picture(int width_px, int height_px, PixelFormat format, double dpi);

/// An uncompressed TIFF of one page for each image, little endian, dpi in inches.
Bytes tiff(const std::vector<Image>& pages);
/// Where tiff() puts what the damage tests change.
struct TiffPlaces {
  std::size_t first_directory = 0;  ///< offset of the first page's directory
  std::size_t last_next = 0;        ///< offset of the last directory's "next" field
};
TiffPlaces places(const std::vector<Image>& pages);

/// Sets a directory entry's 32-bit value.
void set_tag(Bytes& tiff_file, std::size_t directory, std::uint16_t tag, std::uint32_t value);

void put_u16(Bytes& out, std::uint32_t value);
void put_u32(Bytes& out, std::uint32_t value);

/// The biggest difference of any sample; 256 when size or format differ.
int max_difference(const Image& a, const Image& b);

}  // namespace kiemphieu::imaging::samples

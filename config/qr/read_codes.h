#pragma once
/// QR codes in pictures that people took: of paper or of a screen, with a telephone, askew, badly
/// lit, made small by a messenger, turned. Our own scanned sheets are read in tally/reading.
/// Reentrant.

#include <string>
#include <vector>

#include "config/imaging/codec.h"

namespace kiemphieu::qr {

/// A telephone's picture, at most: 50 million pixels.
inline constexpr imaging::DecodeLimits kPhotographLimits{
    .max_width_px = 12'000, .max_height_px = 12'000, .max_pixels = 51'000'000, .max_file_bytes = 24U << 20U, .max_pages = 20};

/// The texts of all codes that can be read, each once, in no order. None: empty.
/// Looks at the picture as it is and at half its size again and again; a second at most for a
/// telephone's picture on a small machine.
std::vector<std::string> read_codes(const imaging::ImageView& picture);

/// The same for an image file, every page of it. Errors: as imaging::decode().
Result<std::vector<std::string>> read_codes(ByteView file, const imaging::DecodeLimits& limits = kPhotographLimits);

}  // namespace kiemphieu::qr

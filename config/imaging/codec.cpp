#include "config/imaging/codec.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "config/base/check.h"
#include "config/imaging/formats.h"

namespace kiemphieu::imaging {
namespace {

bool starts_with(ByteView file, std::string_view magic) {
  return file.size() >= magic.size() && as_text(file.first(magic.size())) == magic;
}

struct Magic {
  std::string_view bytes;
  FileFormat format;
};

using namespace std::string_view_literals;
constexpr std::array kMagics{
    Magic{"\xFF\xD8\xFF"sv, FileFormat::kJpeg},
    Magic{"\x89PNG\r\n\x1A\n"sv, FileFormat::kPng},
    Magic{"P5"sv, FileFormat::kPnm},
    Magic{"P6"sv, FileFormat::kPnm},
    Magic{"II*\0"sv, FileFormat::kTiff},
    Magic{"MM\0*"sv, FileFormat::kTiff},
    Magic{"II+\0"sv, FileFormat::kTiff},  // BigTIFF
    Magic{"MM\0+"sv, FileFormat::kTiff},
};

Result<FileFormat> recognise_within(ByteView file, const DecodeLimits& limits) {
  if (file.size() > limits.max_file_bytes)
    return fail(ErrorCode::kImageTooLarge,
                std::to_string(file.size()) + " bytes, at most " + std::to_string(limits.max_file_bytes));
  return recognise(file);
}

}  // namespace

Result<void> check_size(const Claim& claim, const DecodeLimits& limits) {
  const auto [width, height, file_bytes, bytes_a_pixel] = claim;
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width == 0 || height == 0) return fail(ErrorCode::kImageUnreadable, size);
  const bool sides_fit = width <= static_cast<std::uint64_t>(std::max(limits.max_width_px, 0)) &&
                         height <= static_cast<std::uint64_t>(std::max(limits.max_height_px, 0));
  if (!sides_fit || width * height > limits.max_pixels) return fail(ErrorCode::kImageTooLarge, size);
  if (file_bytes + width * height * bytes_a_pixel > limits.max_memory_bytes)
    return fail(ErrorCode::kImageTooLarge, size + " in a file of " + std::to_string(file_bytes) + " bytes");
  return {};
}

double plausible_dpi(double dpi) { return dpi >= 10 && dpi <= 10'000 ? dpi : 0; }

Result<FileFormat> recognise(ByteView file) {
  for (const Magic& magic : kMagics)
    if (starts_with(file, magic.bytes)) return magic.format;
  if (file.empty()) return fail(ErrorCode::kImageFormat, "an empty file");
  return fail(ErrorCode::kImageFormat, "neither JPEG, PNG, PNM (P5, P6) nor TIFF");
}

Result<int> count_pages(ByteView file, const DecodeLimits& limits) {
  KP_TRY(const FileFormat format, recognise_within(file, limits));
  return format == FileFormat::kTiff ? count_tiff_pages(file, limits) : Result<int>{1};
}

Result<Image> decode(ByteView file, int page, const DecodeLimits& limits) {
  KP_TRY(const FileFormat format, recognise_within(file, limits));
  if (page < 0 || (page > 0 && format != FileFormat::kTiff))
    return fail(ErrorCode::kImageUnreadable, "no page " + std::to_string(page + 1) + " in this file");
  switch (format) {
    case FileFormat::kJpeg:
      return decode_jpeg(file, limits);
    case FileFormat::kPng:
      return decode_png(file, limits);
    case FileFormat::kPnm:
      return decode_pnm(file, limits);
    case FileFormat::kTiff:
      return decode_tiff(file, page, limits);
  }
  KP_CHECK(false);
  return fail(ErrorCode::kImageFormat);
}

}  // namespace kiemphieu::imaging

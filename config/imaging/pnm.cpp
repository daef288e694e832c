// PNM, P5 (gray) and P6 (RGB): magic, width, height, maxval as decimal text
// parted by white space or comments, one white space, then rows of samples, two
// bytes each, high byte first, when maxval exceeds 255 (netpbm's pgm(5), ppm(5)).
// Tested by tests/unit/config/imaging/damage_test.cpp, round_trip_test.cpp.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "config/imaging/formats.h"

namespace kiemphieu::imaging {
namespace {

bool is_space(std::uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/// Walks the header's text.
class HeaderText {
 public:
  explicit HeaderText(ByteView file) : file_(file), at_(2) {}

  /// The next number; at most six digits, so that no sum can overflow.
  std::optional<std::uint32_t> number() {
    if (at_ >= file_.size() || !(is_space(file_[at_]) || file_[at_] == '#')) return std::nullopt;
    skip_space_and_comments();
    std::uint32_t value = 0;
    const std::size_t start = at_;
    while (at_ < file_.size() && file_[at_] >= '0' && file_[at_] <= '9' && at_ - start < 6)
      value = value * 10 + (file_[at_++] - std::uint32_t{'0'});
    if (at_ == start) return std::nullopt;
    return value;
  }

  /// What follows the one white space after the last number.
  std::optional<ByteView> samples() {
    if (at_ >= file_.size() || !is_space(file_[at_])) return std::nullopt;
    return file_.subspan(at_ + 1);
  }

 private:
  void skip_space_and_comments() {
    while (at_ < file_.size() && (is_space(file_[at_]) || file_[at_] == '#')) {
      if (file_[at_] == '#')
        while (at_ < file_.size() && file_[at_] != '\n') ++at_;
      else
        ++at_;
    }
  }

  ByteView file_;
  std::size_t at_;
};

void scale_samples(ByteView samples, std::uint32_t max_value, Pixels& out) {
  const bool wide = max_value > 255;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint32_t value = wide ? samples[2 * i] * 256U + samples[2 * i + 1] : samples[i];
    out[i] = static_cast<std::uint8_t>((std::min(value, max_value) * 255U + max_value / 2) / max_value);
  }
}

}  // namespace

Result<Image> decode_pnm(ByteView file, const DecodeLimits& limits) {
  HeaderText header{file};
  const auto width = header.number(), height = header.number(), max_value = header.number();
  const auto samples = header.samples();
  if (!width || !height || !max_value || !samples || *max_value == 0 || *max_value > 65'535)
    return fail(ErrorCode::kImageUnreadable, "the PNM header is wrong");
  constexpr std::size_t kBytesAPixel = 3;
  KP_TRY_VOID(check_size({*width, *height, file.size(), kBytesAPixel}, limits));

  const PixelFormat format = file[1] == '5' ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  const std::size_t count = std::size_t{*width} * *height * channels(format);
  const std::size_t needed = *max_value > 255 ? 2 * count : count;
  if (samples->size() < needed) return fail(ErrorCode::kImageUnreadable, "the PNM ends too early");
  // A second picture behind the first would be a sheet that vanishes.
  for (const std::uint8_t byte : samples->subspan(needed))
    if (!is_space(byte)) return fail(ErrorCode::kImageUnreadable, "more data follows the PNM picture");

  Image image{{}, static_cast<int>(*width), static_cast<int>(*height), format, 0};
  if (*max_value == 255) {
    image.pixels.assign(samples->begin(), samples->begin() + static_cast<std::ptrdiff_t>(count));
  } else {
    image.pixels.resize(count);
    scale_samples(*samples, *max_value, image.pixels);
  }
  return image;
}

Bytes encode_pnm(const ImageView& image) {
  const bool gray = image.format == PixelFormat::kGray8;
  const std::string header = fmt::format("P{}\n{} {}\n255\n", gray ? 5 : 6, image.width_px, image.height_px);
  const std::size_t row_bytes = static_cast<std::size_t>(image.width_px) * channels(image.format);
  Bytes file(header.begin(), header.end());
  file.reserve(header.size() + row_bytes * static_cast<std::size_t>(image.height_px));
  for (std::size_t y = 0; y < static_cast<std::size_t>(image.height_px); ++y) {
    const std::uint8_t* row = image.data + y * image.stride_bytes;
    file.insert(file.end(), row, row + row_bytes);
  }
  return file;
}

}  // namespace kiemphieu::imaging

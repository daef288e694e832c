#include "scanner/sane/frame.h"

#include <cstring>

#include <fmt/format.h>

namespace kiemphieu::sane {
namespace {

constexpr int kMaxWidthPx = 10'000;  // as config/imaging's decoders: A3 at 600 dpi
constexpr int kMaxHeightPx = 14'100;

std::size_t size_of(int value) { return static_cast<std::size_t>(value); }

}  // namespace

Result<Frame> Frame::begin(const FrameShape& shape, double dpi) {
  if (shape.kind == FrameShape::Kind::kOnePassOfThree || !shape.last_frame)
    return fail(ErrorCode::kScannerOption, "the scanner sends colour in three passes; one pass is needed");
  if (shape.kind == FrameShape::Kind::kOther)
    return fail(ErrorCode::kScannerOption, "the scanner sends a frame that is neither gray nor RGB");
  if (shape.depth != 8)
    return fail(ErrorCode::kScannerOption,
                fmt::format("depth: the scanner sends {} bits, 8 are needed", shape.depth));
  if (shape.pixels_per_line > kMaxWidthPx || shape.lines > kMaxHeightPx)
    return fail(ErrorCode::kImageTooLarge, fmt::format("{} x {} pixels", shape.pixels_per_line, shape.lines));
  const int channels = shape.kind == FrameShape::Kind::kRgb ? 3 : 1;
  if (shape.pixels_per_line <= 0 || shape.lines == 0 || shape.lines < -1 ||
      shape.bytes_per_line < shape.pixels_per_line * channels || shape.bytes_per_line > 8 * kMaxWidthPx)
    return fail(ErrorCode::kScannerIo, fmt::format("impossible frame: {} pixels in {} bytes, {} lines",
                                                   shape.pixels_per_line, shape.bytes_per_line, shape.lines));
  Frame frame;
  frame.shape_ = shape;
  frame.dpi_ = dpi;
  if (shape.lines > 0) frame.bytes_.reserve(size_of(shape.lines) * size_of(shape.bytes_per_line));
  return frame;
}

Result<void> Frame::add(ByteView bytes) {
  const std::size_t most =
      size_of(shape_.lines > 0 ? shape_.lines : kMaxHeightPx) * size_of(shape_.bytes_per_line);
  if (bytes.size() > most - bytes_.size())
    return fail(ErrorCode::kImageTooLarge, fmt::format("the page goes on beyond {} bytes", most));
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<imaging::Image> Frame::finish() && {
  const std::size_t stride = size_of(shape_.bytes_per_line);
  const std::size_t rows = bytes_.size() / stride;
  if (rows == 0 || bytes_.size() % stride != 0 || (shape_.lines > 0 && rows != size_of(shape_.lines)))
    return fail(ErrorCode::kScannerIo,
                fmt::format("the page broke off after {} of {} lines", rows, shape_.lines));
  imaging::Image image;
  image.format =
      shape_.kind == FrameShape::Kind::kRgb ? imaging::PixelFormat::kRgb8 : imaging::PixelFormat::kGray8;
  image.width_px = shape_.pixels_per_line;
  image.height_px = static_cast<int>(rows);
  image.dpi = dpi_;
  const std::size_t packed = size_of(image.width_px) * imaging::channels(image.format);
  if (packed != stride) {  // some drivers pad their lines
    for (std::size_t row = 1; row < rows; ++row)
      std::memmove(bytes_.data() + row * packed, bytes_.data() + row * stride, packed);
    bytes_.resize(rows * packed);
  }
  image.pixels = std::move(bytes_);
  return image;
}

}  // namespace kiemphieu::sane

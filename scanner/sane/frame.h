#pragma once
/// Rows of bytes from a driver become an Image. Pure.

#include <cstdint>
#include <optional>

#include "config/base/bytes.h"
#include "config/base/result.h"
#include "config/imaging/image.h"

namespace kiemphieu::sane {

/// What a driver says of the frame it is about to send.
struct FrameShape {
  enum class Kind : std::uint8_t { kGray, kRgb, kOnePassOfThree, kOther };
  Kind kind = Kind::kGray;
  bool last_frame = true;
  int depth = 8;
  int bytes_per_line = 0;
  int pixels_per_line = 0;
  int lines = -1;  ///< -1 = not known before the end
};

class Frame {
 public:
  /// kScannerOption: three passes, not 8 bits, or a shape that contradicts
  /// itself; kImageTooLarge: beyond A3 at 600 dpi.
  static Result<Frame> begin(const FrameShape& shape, double dpi);

  /// kImageTooLarge when a page of unknown length never ends.
  Result<void> add(ByteView bytes);
  /// The whole picture; kScannerIo when rows are missing.
  Result<imaging::Image> finish() &&;

 private:
  FrameShape shape_;
  double dpi_ = 0;
  imaging::Pixels bytes_;
};

}  // namespace kiemphieu::sane

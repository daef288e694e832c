// A driver that says anything of its frame and sends anything: an error, or an
// image whose bytes fit its size.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "config/base/check.h"
#include "scanner/sane/frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  using namespace kiemphieu::sane;
  constexpr std::size_t kShapeBytes = 2 + 3 * 4;
  if (size < kShapeBytes) return 0;
  FrameShape shape;
  shape.kind = static_cast<FrameShape::Kind>(data[0] % 4);
  shape.last_frame = (data[0] & 0x80U) == 0;
  shape.depth = data[1];
  std::memcpy(&shape.bytes_per_line, data + 2, 4);
  std::memcpy(&shape.pixels_per_line, data + 6, 4);
  std::memcpy(&shape.lines, data + 10, 4);
  // A right shape announces its memory beforehand; keep that small here.
  if (shape.lines > 1'000 && shape.bytes_per_line > 1'000) return 0;
  auto frame = Frame::begin(shape, 200);
  if (!frame) return 0;
  ByteView rest{data + kShapeBytes, size - kShapeBytes};
  while (!rest.empty()) {
    const ByteView part = rest.first(std::min<std::size_t>(rest.size(), 7));
    if (!frame->add(part)) return 0;
    rest = rest.subspan(part.size());
  }
  const auto image = std::move(*frame).finish();
  if (image) (void)image->view();  // checks the size
  return 0;
}

// Holds a stored picture against pictures of papers, as a person does who looks for the last counted sheet: prints the
// first that it is, or nothing.
//
//   which_picture STORED PICTURE...
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "config/imaging/codec.h"
#include "config/storage/files.h"

using namespace kiemphieu;

namespace {

/// Stored once more as JPEG no pixel of a picture changes by so much; the ink of another ballot does.
constexpr int kFar = 72;
constexpr std::size_t kFarPermille = 2;

Result<imaging::Image> load(const char* path) {
  KP_TRY(const Bytes file, storage::read_file(path, imaging::DecodeLimits{}.max_file_bytes));
  return imaging::decode(file);
}

/// The scanner's window may be larger than the paper or smaller.
bool same(const imaging::Image& a, const imaging::Image& b) {
  if (a.format != b.format) return false;
  const auto channels = static_cast<std::size_t>(a.format == imaging::PixelFormat::kRgb8 ? 3 : 1);
  const int rows = std::min(a.height_px, b.height_px), columns = std::min(a.width_px, b.width_px);
  std::size_t far = 0, seen = 0;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const auto at = [&](const imaging::Image& image) {
        return image.pixels[(static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width_px) +
                             static_cast<std::size_t>(column)) * channels];
      };
      ++seen;
      if (std::abs(at(a) - at(b)) > kFar) ++far;
    }
  return seen > 0 && far * 1000 < kFarPermille * seen;
}

}  // namespace

int main(int argc, char** argv) {
  const auto stored = argc > 1 ? load(argv[1]) : Result<imaging::Image>{fail(ErrorCode::kFileNotFound)};
  if (!stored) return 2;
  for (int i = 2; i < argc; ++i) {
    const auto picture = load(argv[i]);
    if (!picture) return 2;
    if (!same(*stored, *picture)) continue;
    fmt::print("{}\n", argv[i]);
    break;
  }
  return 0;
}

#pragma once
/// One digit box as pixels, and the figure cut out of it in a fixed size. Pure;
/// no OpenCV, so that reading and training cut out in the same way.

#include <array>
#include <cstdint>
#include <vector>

namespace kiemphieu::digits {

/// The inside of one box, its printed lines taken out: 0 paper … 255 black.
struct BoxPicture {
  int width_px = 0, height_px = 0;
  double px_per_mm = 200 / 25.4;
  std::vector<std::uint8_t> dark;  ///< row by row

  std::uint8_t at(int x, int y) const {
    return dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_px) +
                static_cast<std::size_t>(x)];
  }
};

inline constexpr int kSide = 24;        ///< of a cut-out figure, pixels
inline constexpr int kFigureSide = 20;  ///< of these the figure's longer side takes

/// The ink of a box: its extent cut out, set upright, its darkness and width evened out.
struct DigitPicture {
  double ink_mm2 = 0;  ///< 0: nothing was written here
  double width_mm = 0, height_mm = 0;
  /// Ink darker than paper but too little or too pale to be called writing.
  double specks_mm2 = 0;
  std::array<std::uint8_t, kSide * kSide> dark{};
};

DigitPicture cut_out(const BoxPicture& box);

}  // namespace kiemphieu::digits

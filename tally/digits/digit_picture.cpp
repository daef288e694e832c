#include "tally/digits/digit_picture.h"

#include <algorithm>
#include <cmath>

#include "config/base/check.h"

namespace kiemphieu::digits {
namespace {

// Paper texture and JPEG stay below this; a pencil at 200 dpi is about 80.
constexpr int kSeen = 30;
// Dust and a line's remains are smaller than any stroke of a figure: a bar of
// 1 mm with a 0.25 mm pen has 0.25 mm².
constexpr double kSpeckMm2 = 0.22;
// Smaller figures are not blown up to full size: dots are no zeros.
constexpr double kSmallestMm = 2.2;

struct Piece {
  std::vector<int> pixels;
  int darkest = 0;
};

/// Ink that hangs together, eight neighbours.
std::vector<Piece> pieces_of(const BoxPicture& box, int threshold) {
  std::vector<char> seen(box.dark.size(), 0);
  std::vector<Piece> pieces;
  for (std::size_t start = 0; start < box.dark.size(); ++start) {
    if (seen[start] != 0 || box.dark[start] < threshold) continue;
    Piece piece;
    piece.pixels.push_back(static_cast<int>(start));
    seen[start] = 1;
    for (std::size_t next = 0; next < piece.pixels.size(); ++next) {
      const int x = piece.pixels[next] % box.width_px, y = piece.pixels[next] / box.width_px;
      piece.darkest = std::max<int>(piece.darkest, box.at(x, y));
      for (int ny = std::max(0, y - 1); ny <= std::min(box.height_px - 1, y + 1); ++ny)
        for (int nx = std::max(0, x - 1); nx <= std::min(box.width_px - 1, x + 1); ++nx) {
          const int at = ny * box.width_px + nx;
          if (seen[static_cast<std::size_t>(at)] != 0 || box.at(nx, ny) < threshold) continue;
          seen[static_cast<std::size_t>(at)] = 1;
          piece.pixels.push_back(at);
        }
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

/// How dark the pen is here: what a tenth of the ink exceeds.
int pen_level(const BoxPicture& box) {
  std::array<int, 256> histogram{};
  int seen = 0;
  for (const std::uint8_t dark : box.dark)
    if (dark >= kSeen) ++histogram[dark], ++seen;
  int above = 0, level = 255;
  while (level > kSeen && (above += histogram[static_cast<std::size_t>(level)]) * 10 < seen) --level;
  return level;
}

double sample(const std::vector<std::uint8_t>& from, int width, int height, double x, double y) {
  const double fx = x - 0.5, fy = y - 0.5;
  const int left = static_cast<int>(std::floor(fx)), top = static_cast<int>(std::floor(fy));
  const double right_share = fx - left, low_share = fy - top;
  const auto at = [&](int px, int py) -> double {
    if (px < 0 || py < 0 || px >= width || py >= height) return 0;
    return from[static_cast<std::size_t>(py * width + px)];
  };
  return (at(left, top) * (1 - right_share) + at(left + 1, top) * right_share) * (1 - low_share) +
         (at(left, top + 1) * (1 - right_share) + at(left + 1, top + 1) * right_share) * low_share;
}

/// Lays the extent [x0, x1) x [y0, y1) of `ink` into the middle of the figure's square.
void lay_out(const std::vector<std::uint8_t>& ink, const BoxPicture& box, int x0, int y0, int x1, int y1,
             DigitPicture& picture) {
  const double side =
      std::max({static_cast<double>(x1 - x0), static_cast<double>(y1 - y0), kSmallestMm * box.px_per_mm});
  const double step = side / kFigureSide;
  const double left = (x0 + x1) / 2.0 - step * kSide / 2, top = (y0 + y1) / 2.0 - step * kSide / 2;
  constexpr int kFine = 3;
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      double sum = 0;
      for (int v = 0; v < kFine; ++v)
        for (int u = 0; u < kFine; ++u)
          sum += sample(ink, box.width_px, box.height_px, left + step * (x + (u + 0.5) / kFine),
                        top + step * (y + (v + 0.5) / kFine));
      picture.dark[static_cast<std::size_t>(y * kSide + x)] =
          static_cast<std::uint8_t>(std::lround(sum / (kFine * kFine)));
    }
}

}  // namespace

DigitPicture cut_out(const BoxPicture& box) {
  KP_CHECK(box.dark.size() ==
           static_cast<std::size_t>(box.width_px) * static_cast<std::size_t>(box.height_px));
  DigitPicture picture;
  const int level = pen_level(box);
  const int threshold = std::max(kSeen, level * 2 / 5);
  const double mm2 = 1 / (box.px_per_mm * box.px_per_mm);
  std::vector<std::uint8_t> ink(box.dark.size(), 0);
  int x0 = box.width_px, y0 = box.height_px, x1 = 0, y1 = 0;
  for (const Piece& piece : pieces_of(box, threshold)) {
    const double area = static_cast<double>(piece.pixels.size()) * mm2;
    if (area < kSpeckMm2) {
      picture.specks_mm2 += area;
      continue;
    }
    picture.ink_mm2 += area;
    for (const int at : piece.pixels) {
      const int x = at % box.width_px, y = at / box.width_px;
      x0 = std::min(x0, x), x1 = std::max(x1, x + 1), y0 = std::min(y0, y), y1 = std::max(y1, y + 1);
      // A stroke's soft edge is part of the picture: its darkness, from 1/5 of the pen's on.
      for (int ny = std::max(0, y - 1); ny <= std::min(box.height_px - 1, y + 1); ++ny)
        for (int nx = std::max(0, x - 1); nx <= std::min(box.width_px - 1, x + 1); ++nx)
          ink[static_cast<std::size_t>(ny * box.width_px + nx)] =
              static_cast<std::uint8_t>(std::clamp((box.at(nx, ny) - level / 5) * 255 / (level / 2), 0, 255));
    }
  }
  if (picture.ink_mm2 <= 0) return picture;
  picture.width_mm = (x1 - x0) / box.px_per_mm, picture.height_mm = (y1 - y0) / box.px_per_mm;
  lay_out(ink, box, x0, y0, x1, y1, picture);
  return picture;
}

BoxPicture leaning(const BoxPicture& box, double shear) {
  const int reach = static_cast<int>(std::ceil(std::abs(shear) * box.height_px / 2)) + 1;
  BoxPicture out{box.width_px + 2 * reach, box.height_px, box.px_per_mm, {}};
  out.dark.reserve(static_cast<std::size_t>(out.width_px) * static_cast<std::size_t>(out.height_px));
  for (int y = 0; y < out.height_px; ++y) {
    const double shift = shear * (box.height_px / 2.0 - y - 0.5) + reach;
    for (int x = 0; x < out.width_px; ++x)
      out.dark.push_back(static_cast<std::uint8_t>(
          std::lround(sample(box.dark, box.width_px, box.height_px, x + 0.5 - shift, y + 0.5))));
  }
  return out;
}

}  // namespace kiemphieu::digits

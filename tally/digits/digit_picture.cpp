#include "tally/digits/digit_picture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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

/// How a figure stands: what its slant is, and its extent once that is taken out.
struct Stand {
  double shear = 0, middle_y = 0;  ///< x leans by `shear` a pixel down from `middle_y`
  double left = 1e9, right = -1e9;
  int top = 0, bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

constexpr double kMostShear = 0.4;  // more is no slant but a 7's leg

Stand stand_of(const std::vector<std::uint8_t>& ink, const BoxPicture& box, int top, int bottom) {
  Stand stand;
  stand.top = top, stand.bottom = bottom;
  double sum = 0, sum_x = 0, sum_y = 0, sum_xy = 0, sum_yy = 0;
  const auto each = [&](const auto& use) {
    for (int y = top; y < bottom; ++y)
      for (int x = 0; x < box.width_px; ++x)
        if (const int dark = ink[static_cast<std::size_t>(y * box.width_px + x)]; dark > 0) use(x + 0.5, y + 0.5, dark);
  };
  each([&](double x, double y, int dark) { sum += dark, sum_x += dark * x, sum_y += dark * y; });
  const double mean_x = sum_x / sum, mean_y = sum_y / sum;
  each([&](double x, double y, int dark) {
    sum_xy += dark * (x - mean_x) * (y - mean_y), sum_yy += dark * (y - mean_y) * (y - mean_y);
  });
  stand.middle_y = mean_y;
  stand.shear = sum_yy > 0 ? std::clamp(sum_xy / sum_yy, -kMostShear, kMostShear) : 0;
  constexpr int kCore = 128;
  each([&](double x, double y, int dark) {
    if (dark < kCore) return;
    const double upright = x - stand.shear * (y - mean_y);
    stand.left = std::min(stand.left, upright - 0.5), stand.right = std::max(stand.right, upright + 0.5);
  });
  // The darkest ink may have been specks, and what is left too pale to have a core.
  if (stand.right <= stand.left) stand.left = 0, stand.right = box.width_px;
  return stand;
}

/// Lays the figure upright into the middle of its square. A slim one is widened in
/// part, a flat one heightened: people's widths differ more than what they mean
/// (aspect ratio adaptive normalisation; Liu and others, Pattern Recognition 2003).
void lay_out(const std::vector<std::uint8_t>& ink, const BoxPicture& box, const Stand& stand, DigitPicture& picture) {
  constexpr double kMostStretch = 2;
  const double longer = std::max({stand.width(), stand.height(), kSmallestMm * box.px_per_mm});
  const auto step = [&](double side) {
    const double share = side / longer, wanted = std::sqrt(std::sin(share * std::numbers::pi / 2));
    return longer / kFigureSide / std::clamp(wanted / share, 1.0, kMostStretch);
  };
  const double step_x = step(stand.width()), step_y = step(stand.height());
  const double left = (stand.left + stand.right) / 2 - step_x * kSide / 2;
  const double top = (stand.top + stand.bottom) / 2.0 - step_y * kSide / 2;
  constexpr int kFine = 3;
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      double sum = 0;
      for (int v = 0; v < kFine; ++v)
        for (int u = 0; u < kFine; ++u) {
          const double from_y = top + step_y * (y + (v + 0.5) / kFine);
          const double from_x = left + step_x * (x + (u + 0.5) / kFine) + stand.shear * (from_y - stand.middle_y);
          sum += sample(ink, box.width_px, box.height_px, from_x, from_y);
        }
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
  lay_out(ink, box, stand_of(ink, box, y0, y1), picture);
  return picture;
}

}  // namespace kiemphieu::digits

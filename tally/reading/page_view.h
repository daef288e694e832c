#pragma once
/// One scanned page as the reader looks at it: the pixels as they came, and one
/// small picture of its ink at about 50 dpi. The page itself is read once for
/// that; everything finer looks at fields only.

#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>

#include "config/imaging/image.h"
#include "tally/reading/geometry.h"

namespace kiemphieu::reading {

/// Ink is thin and darker than the paper next to it, whatever the paper's
/// colour, the light or a dark scanner background: the black-hat of the picture
/// over 3.5 mm, relative to the local paper, darkest colour channel.
/// 0 paper … 255 black. `planes`: CV_8UC1 each, one a colour channel, at about 50 dpi.
/// `surface`, when given, gets the paper's own brightness (the brightest channel
/// of the closed picture): print and pen strokes are gone, dark surfaces stay.
cv::Mat coarse_ink(const std::vector<cv::Mat>& planes, cv::Mat* surface = nullptr);

/// Whole pixels to average so that about 50 dpi remain.
int coarse_step(double px_per_mm);

struct PageView {
  cv::Mat pixels;        ///< CV_8UC1 or CV_8UC3 (red first), not owned
  double px_per_mm = 0;  ///< as stated by the scanner, or guessed from the page's width
  bool resolution_stated = false;
  int step = 1;  ///< scan pixels a coarse pixel
  cv::Mat ink;      ///< CV_8UC1 coarse ink
  cv::Mat surface;  ///< CV_8UC1, the same frame: the surface's brightness
  bool colour = false;

  /// `form_width_mm`: what the page's width is taken for when no dpi is stated.
  static PageView of(const imaging::ImageView& image, double form_width_mm);

  /// Brightness at a scan pixel (green of a colour page: black, blue and red
  /// ink are all dark in it). Outside the page: white.
  int bright(int x, int y) const {
    if (x < 0 || y < 0 || x >= pixels.cols || y >= pixels.rows) return 255;
    return colour ? pixels.ptr<std::uint8_t>(y)[3 * x + 1] : pixels.ptr<std::uint8_t>(y)[x];
  }
};

}  // namespace kiemphieu::reading

#pragma once
/// A page as a telephone sees it and as a messenger passes it on.

#include "config/imaging/image.h"

namespace kiemphieu::photo {

struct Shot {
  int long_side_px = 2000;   ///< of the picture
  double tilt = 0.06;        ///< how far corners are off, as a share of the side
  int quarter_turns = 0;
  double turn_degrees = 0;
  double blur_px = 0.8;      ///< sigma
  double noise = 6;          ///< sigma, of 255
  double shade = 0.5;        ///< light lost from one corner to the other
  int jpeg_quality = 60;     ///< 0: not compressed
  unsigned seed = 1;
};

/// The page on a dark table.
imaging::Image take(const imaging::Image& page, const Shot& shot);

}  // namespace kiemphieu::photo

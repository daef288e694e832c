#pragma once
/// Ink on a page picture. Ink is transparent: it multiplies what lies below.
/// All work is done on the crop that the ink touches, three times as fine.

#include <opencv2/core.hpp>

#include "tests/forge/hand.h"
#include "tests/forge/pen.h"

namespace kiemphieu::forge {

/// A page before it is scanned: 8-bit RGB, page edge to page edge.
struct Canvas {
  cv::Mat rgb;
  double px_per_mm = 200 / 25.4;
};

/// Draws the movements with one pen. Pressure and skips follow from `rng`.
void draw_paths(Canvas& canvas, const std::vector<Path>& paths, const Pen& pen, Rng& rng);

/// Multiplies ink of colour `rgb` into the page where `mask` (8-bit, 255 = full
/// ink of this darkness) lies, its upper left corner at `left_px`, `top_px`;
/// what falls off the page is cut.
void press_mask(Canvas& canvas, const cv::Mat& mask, int left_px, int top_px,
                const std::array<std::uint8_t, 3>& rgb, double darkness);

/// Slowly varying noise, 0 to 255, patches of about `patch_px`.
cv::Mat patches(cv::Size size, int patch_px, Rng& rng);

}  // namespace kiemphieu::forge

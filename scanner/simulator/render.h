#pragma once
/// A sheet of paper as the simulated sensor sees it through its window. Pure.

#include "config/imaging/image.h"

namespace kiemphieu::simulator {

/// The scan area on the page, from the paper's upper left corner.
struct Window {
  double left_mm = 0, top_mm = 0, right_mm = 0, bottom_mm = 0;
};

int width_px(const Window& window, int dpi);
int height_px(const Window& window, int dpi);

/// `paper` at `dpi` (its own dpi is `paper.dpi`), white where there is no paper.
imaging::Image render(const imaging::Image& paper, const Window& window, int dpi,
                      imaging::PixelFormat format);

/// The smallest part that holds everything darker than the background, as
/// drivers' own cropping gives it; the whole image when it is blank.
imaging::Image crop_to_content(const imaging::Image& image);

}  // namespace kiemphieu::simulator

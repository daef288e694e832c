#pragma once
/// A picture for people: the scan with the reading drawn on it, so that every
/// decision can be seen and checked by eye.

#include "config/imaging/image.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

/// Scores that part kept, doubtful and struck, as counting uses them.
struct OverlayThresholds {
  double kept_max = 0.15, struck_min = 0.85;
};

/// RGB, the page's size divided by a whole number so that it is at most
/// `max_width_px` wide. Name lines: green kept, red struck, amber doubtful, with a
/// bar whose length is the score; seal: blue, amber when doubtful; added content: magenta.
imaging::Image draw_reading(const imaging::ImageView& page, const SheetReading& reading,
                            int max_width_px = 1300, const OverlayThresholds& thresholds = {});

}  // namespace kiemphieu::reading

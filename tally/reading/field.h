#pragma once
/// A field of the page laid straight: the only place where pixels are warped.

#include "tally/reading/page_view.h"
#include "tally/reading/print_model.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

/// The page's pixels (1 or 3 channels) under `field` of the reference's frame,
/// at kFieldPxPerMm. What lies outside the page is white.
cv::Mat sample_field(const PageView& view, const Affine& form_to_page, const cv::Rect& field);

/// Darkness 0 to 255 of each pixel against the field's own paper, by the colour
/// channel that is darkest against it: blue, red and black ink are all dark,
/// coloured paper is not.
cv::Mat darkness_against_paper(const cv::Mat& pixels);

/// The brightness of paper in each channel: what a fifth of the field exceeds.
cv::Vec3i paper_level(const cv::Mat& pixels);

/// Where a field's upright box comes to lie in the scan.
BoxPx box_on_page(const Affine& form_to_page, const forms::BoxMm& box);

}  // namespace kiemphieu::reading

#pragma once
/// A field of the page laid straight: the only place where pixels are warped.

#include "tally/reading/page_view.h"
#include "tally/reading/print_model.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

/// The page under `field` (of the reference's frame, at kFieldPxPerMm) as
/// darkness against the field's own paper: CV_8UC1, 0 paper … 255 black, by the
/// colour channel that is darkest against it. Blue, red and black ink are all
/// dark in it, coloured paper is not. What lies outside the page is paper.
cv::Mat straight_darkness(const PageView& view, const Affine& form_to_page, const cv::Rect& field);

/// The brightness of paper in each channel: what a quarter of the pixels exceeds.
cv::Vec3i paper_level(const cv::Mat& pixels);

/// Where a field's upright box comes to lie in the scan.
BoxPx box_on_page(const Affine& form_to_page, const forms::BoxMm& box);

}  // namespace kiemphieu::reading

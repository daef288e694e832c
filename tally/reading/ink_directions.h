#pragma once
/// Which way the foreign ink on a name line runs: down through the letters, to
/// and fro, or from corner to corner.

#include "tally/reading/line_ink.h"

namespace kiemphieu::reading {

/// `foreign`: CV_8UC1, 255 where ink is that is not print. Reads what is known of
/// the ink's extent and bins; fills tall_strokes, tall_gap_mm, steep_share, and
/// with ink in all four corners diagonal and on_cross.
void measure_directions(const StraightLine& line, const cv::Mat& foreign, LineInk& out);

}  // namespace kiemphieu::reading

#pragma once
/// Whether ink lies like a round stamp, and how much of its rim is there.

#include <vector>

#include <opencv2/core.hpp>

namespace kiemphieu::reading {

struct Roundness {
  double shape = 0;       ///< size and proportions: 14 to 50 mm across, as high as wide
  double around = 0;      ///< share of the directions from its middle in which ink lies far out
  double rim = 0;         ///< share of its outer circle that is inked
  double widest_gap = 1;  ///< the widest gap of that circle, as a share of it
  cv::Rect extent;
};

/// `points`: where ink is, `px_per_mm` to a millimetre. Under 40 points: nothing.
Roundness roundness(const std::vector<cv::Point>& points, double px_per_mm);

}  // namespace kiemphieu::reading

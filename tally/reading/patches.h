#pragma once
/// Connected patches of a sparse mask, by runs: a page's foreign ink is a few
/// hundred runs, where labelling every pixel would cost as much as reading the names.

#include <vector>

#include <opencv2/core.hpp>

namespace kiemphieu::reading {

struct Patch {
  cv::Rect box;  ///< in the mask's pixels
  int area = 0;  ///< pixels
};

/// The 8-connected patches of what is not 0 in a CV_8UC1 mask, in the order of
/// their first pixels from above.
std::vector<Patch> connected_patches(const cv::Mat& mask);

}  // namespace kiemphieu::reading

#pragma once
/// Where the paper lies in a straightened scan.

#include <opencv2/core.hpp>

namespace kiemphieu::learning {

struct PaperPlace {
  double left_mm = 0, top_mm = 0;    ///< of the page's corner in the scan
  double width_mm = 0;               ///< between both side edges; 0: not both seen
  bool seen = false;                 ///< in both directions from the paper's own edges
};

/// `picture`: CV_8UC1 or CV_8UC3 at `px_per_mm`, deskewed. `ink`: where the print
/// lies in it (mm), for scans in which the paper cannot be told from the lid.
/// A paper edge is the strongest step of the ink-free picture on its side.
PaperPlace find_paper(const cv::Mat& picture, double px_per_mm, const cv::Rect2d& ink_mm);

}  // namespace kiemphieu::learning

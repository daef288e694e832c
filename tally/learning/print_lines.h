#pragma once
/// What is printed on a straight page: ruled lines, the frame, and the lines of
/// text with their own ink, also where tight spacing makes their rows overlap.

#include <optional>
#include <vector>

#include <opencv2/core.hpp>

#include "tally/learning/straighten.h"

namespace kiemphieu::learning {

/// A printed line of text, in page pixels.
struct TextLine {
  cv::Rect box;         ///< tight around its ink, marks and descenders too
  cv::Mat ink;          ///< CV_8UC1 of box.size(): this line's ink alone, 0 … 255
  int letter_px = 0;    ///< median height of its letters
  int widest_px = 0;    ///< widest piece of connected ink
};

struct PrintLines {
  std::optional<cv::Rect> frame;  ///< outer edges
  std::vector<cv::Rect> rules;    ///< other ruled lines
  std::vector<TextLine> lines;    ///< from top to bottom
  std::vector<cv::Rect> bodies;   ///< connected ink too large for letters: seals, drawings, scribbles
  int ink_level = 255;            ///< darkness of the print
};

PrintLines find_print(const cv::Mat& darkness);

}  // namespace kiemphieu::learning

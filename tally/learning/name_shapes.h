#pragma once
/// How a line of text looks, whatever its size and typeface: split into the
/// words it must have, each word laid over the same word drawn by us.

#include <span>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "config/base/result.h"
#include "tally/forms/page.h"
#include "tally/learning/print_lines.h"

namespace kiemphieu::learning {

/// Rows of the letters' bodies in a line's ink: without marks, capitals' heads and descenders.
cv::Range body_rows(const cv::Mat& ink);

/// Columns of `count` words: parted at the widest gaps. Empty: not so many gaps.
std::vector<cv::Range> split_words(const cv::Mat& ink, int count);

/// One line of text as we draw it.
struct DrawnLine {
  std::string text;
  int words = 0;
  bool honorific = false;         ///< the first word is "Ông" or "Bà"
  std::vector<cv::Range> spans;   ///< columns of its words, px at kPxPerMm
  cv::Mat shape;                  ///< CV_8UC1, words side by side, in the normal size
  int letters_px = 0;             ///< width from the first word of the name to its end
  int widest_word_px = 0;
};

/// Size of the drawn text; a scale of 1 means this size.
inline constexpr double kDrawnPt = 14;

/// `texts` drawn in one style. Errors: kFontMissing, kPrintFailed.
Result<std::vector<DrawnLine>> draw_lines(std::span<const DrawnLine> texts, const forms::TextStyle& style);

struct Likeness {
  double shape = 0;       ///< correlation of the words' pictures, 1 = the same
  double proportion = 1;  ///< sum of the differences of the words' shares of the width, 0 = the same
  double scale = 0;       ///< seen width / drawn width, without "Ông/Bà"
  double cost() const { return (1 - shape) + proportion; }
};

/// `body_px`: height of the letters' bodies in this print.
Likeness compare(const TextLine& seen, const DrawnLine& drawn, int body_px);

}  // namespace kiemphieu::learning

#include "tally/learning/page_edges.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "tally/learning/straighten.h"

namespace kiemphieu::learning {
namespace {

constexpr double kEdgePxPerMm = 4.0;
constexpr double kInkFreeMm = 5.0;   // wider than any printed stroke
constexpr double kMinStep = 10;      // gray levels; light falls off more slowly than that over 2 mm
constexpr double kSizeSlackMm = 4.0; // cut by hand, fed a little askew

using Level = std::array<double, 3>;

/// The median colour of every column between 20 % and 80 % of the height.
std::vector<Level> column_levels(const cv::Mat& picture) {
  std::vector<Level> levels(static_cast<std::size_t>(picture.cols));
  const int channels = picture.channels();
  std::vector<std::uint8_t> column;
  for (int x = 0; x < picture.cols; ++x)
    for (int c = 0; c < channels; ++c) {
      column.clear();
      for (int y = picture.rows / 5; y < picture.rows * 4 / 5; ++y)
        column.push_back(picture.ptr<std::uint8_t>(y)[x * channels + c]);
      const auto middle = column.begin() + static_cast<std::ptrdiff_t>(column.size() / 2);
      std::nth_element(column.begin(), middle, column.end());
      levels[static_cast<std::size_t>(x)][static_cast<std::size_t>(c)] = *middle;
    }
  return levels;
}

/// The strongest step in [from, to), in mm; between the two sides' levels half-way.
std::optional<double> strongest_step(const std::vector<Level>& levels, int from, int to) {
  const int reach = static_cast<int>(kEdgePxPerMm);
  double best = kMinStep;
  std::optional<double> place;
  for (int x = std::max(from, 1); x < to; ++x) {
    const int a = std::max(0, x - reach), b = std::min(static_cast<int>(levels.size()) - 1, x + reach - 1);
    double step = 0;
    for (std::size_t c = 0; c < 3; ++c)
      step = std::max(step, std::abs(levels[static_cast<std::size_t>(a)][c] - levels[static_cast<std::size_t>(b)][c]) +
                                0.5 * std::abs(levels[static_cast<std::size_t>(x - 1)][c] -
                                               levels[static_cast<std::size_t>(x)][c]));
    if (step > best) {
      best = step;
      place = x / kEdgePxPerMm;
    }
  }
  return place;
}

struct Span {
  double start_mm = 0;
  double length_mm = 0;  ///< 0: not both edges seen
  bool seen = false;
};

/// One direction: from both edges, from one of them, from the picture when it
/// is the page, else around the print.
Span place_span(const std::vector<Level>& levels, double page_mm, double ink_start_mm, double ink_end_mm) {
  const int count = static_cast<int>(levels.size());
  const double whole_mm = count / kEdgePxPerMm;
  const int ink_start = std::clamp(static_cast<int>(ink_start_mm * kEdgePxPerMm), 0, count);
  const int ink_end = std::clamp(static_cast<int>(ink_end_mm * kEdgePxPerMm), 0, count);
  const auto before = strongest_step(levels, 0, ink_start);
  const auto after = strongest_step(levels, ink_end, count);
  if (before && after) {
    const double length = *after - *before;
    if (std::abs(length - page_mm) <= 0.12 * page_mm)
      return {(*before + *after - page_mm) / 2, length, std::abs(length - page_mm) <= kSizeSlackMm};
  }
  if (std::abs(whole_mm - page_mm) <= kSizeSlackMm) return {(whole_mm - page_mm) / 2, 0, false};
  if (before && !after && ink_end_mm < *before + page_mm) return {*before, 0, false};
  if (after && !before && ink_start_mm > *after - page_mm) return {*after - page_mm, 0, false};
  return {(ink_start_mm + ink_end_mm - page_mm) / 2, 0, false};
}

}  // namespace

PaperPlace find_paper(const cv::Mat& picture, double px_per_mm, const cv::Rect2d& ink_mm) {
  cv::Mat small, clean;
  const double factor = kEdgePxPerMm / px_per_mm;
  cv::resize(picture, small, {}, factor, factor, cv::INTER_AREA);
  const int kernel = static_cast<int>(kInkFreeMm * kEdgePxPerMm) | 1;
  cv::morphologyEx(small, clean, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {kernel, kernel}));
  const Span across =
      place_span(column_levels(clean), kPageWidthMm, ink_mm.x, ink_mm.x + ink_mm.width);
  const Span down = place_span(column_levels(clean.t()), kPageHeightMm, ink_mm.y, ink_mm.y + ink_mm.height);
  return {across.start_mm, down.start_mm, across.length_mm, across.seen && down.seen};
}

}  // namespace kiemphieu::learning

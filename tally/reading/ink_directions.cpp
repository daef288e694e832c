#include "tally/reading/ink_directions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {
namespace {

/// Is there a stroke down through the letters here? From above them to below
/// them, on a line that leans by `lean_px`, what is open is dark.
bool dash_at(const LineModel& m, const cv::Mat& ink, const cv::Mat& open, int x, int lean_px) {
  constexpr int kReachPx = 7;
  const int top = std::max(0, m.body_top_px - kReachPx), bottom = std::min(ink.rows, m.body_bottom_px + kReachPx);
  int seen = 0, dark = 0, above = 0, below = 0;
  for (int y = top; y < bottom; ++y) {
    const int at = x + lean_px * (2 * (y - top) - (bottom - top)) / (2 * (bottom - top));
    if (at < 0 || at >= ink.cols) return false;
    if (open.ptr<std::uint8_t>(y)[at] == 0) continue;
    ++seen;
    if (ink.ptr<std::uint8_t>(y)[at] == 0) continue;
    ++dark;
    above += y < m.body_top_px ? 1 : 0;
    below += y >= m.body_bottom_px ? 1 : 0;
  }
  return 10 * dark >= 8 * seen && above >= 3 && below >= 3;
}

void measure_tall(const LineModel& m, const cv::Mat& foreign, LineInk& out) {
  if (std::min(out.above_bins, out.below_bins) < 0.05) return;
  const cv::Mat near = cv::getStructuringElement(cv::MORPH_RECT, {3, 1});  // a pen is wider than a pixel
  cv::Mat ink, open;
  cv::dilate(foreign, ink, near);
  cv::dilate(m.open, open, near);
  int last = m.left_px, widest = 0, strokes = 0, previous = -100;
  for (int x = m.left_px; x < m.right_px; ++x) {
    bool through = false;
    for (const int lean : {0, -4, 4, -8, 8, -12, 12}) through = through || dash_at(m, ink, open, x, lean);
    if (!through) continue;
    widest = std::max(widest, x - last);
    if (x - previous > 5) ++strokes;
    previous = last = x;
  }
  out.tall_strokes = strokes;
  out.tall_gap_mm = std::max(widest, m.right_px - last) * kMmPerFieldPx;
}

/// The straight line from one corner to the opposite one that meets the most
/// ink: going down when `direction` is 1, up when it is -1.
struct MetSlant {
  Slant slant;
  int met = -1;
};
MetSlant best_slant(const LineModel& m, const cv::Mat& foreign, int direction) {
  constexpr int kStepX = 8, kStepY = 4, kNearPx = 5;
  cv::Mat ink;
  cv::dilate(foreign, ink, cv::getStructuringElement(cv::MORPH_RECT, {1, 2 * kNearPx + 1}));
  const int width = m.right_px - m.left_px, steep = m.body_bottom_px - m.body_top_px;
  MetSlant best;
  for (int left_y = 0; left_y < ink.rows; left_y += kStepY)
    for (int right_y = 0; right_y < ink.rows; right_y += kStepY) {
      if (direction * (right_y - left_y) < steep) continue;
      int met = 0;
      for (int x = 0; x < width; x += kStepX) {
        const auto y = left_y + (right_y - left_y) * x / width;
        met += ink.ptr<std::uint8_t>(y)[m.left_px + x] != 0 ? 1 : 0;
      }
      if (met > best.met) best = {{left_y, right_y}, met};
    }
  return best;
}

/// The share of the ink within 1.3 mm of either line, less of small letters: a cross is nothing else.
double share_on(const LineModel& m, const cv::Mat& foreign, const Slant& a, const Slant& b) {
  const int near_px = std::min(10, 2 * (m.body_bottom_px - m.body_top_px) / 5);
  const int width = m.right_px - m.left_px;
  int all = 0, near = 0;
  for (int x = m.left_px; x < m.right_px; ++x) {
    const auto row_of = [&](const Slant& s) { return s.left_y + (s.right_y - s.left_y) * (x - m.left_px) / width; };
    const int first = row_of(a), second = row_of(b);
    for (int y = 0; y < foreign.rows; ++y) {
      if (foreign.ptr<std::uint8_t>(y)[x] == 0) continue;
      ++all;
      near += std::min(std::abs(y - first), std::abs(y - second)) <= near_px ? 1 : 0;
    }
  }
  return all > 0 ? static_cast<double>(near) / all : 0;
}

void measure_cross(const StraightLine& line, const cv::Mat& foreign, LineInk& out) {
  const MetSlant down = best_slant(line.model, foreign, 1), up = best_slant(line.model, foreign, -1);
  out.diagonal = follow_slant(line, down.met > up.met ? down.slant : up.slant);
  out.on_cross = share_on(line.model, foreign, down.slant, up.slant);
}

/// Of the foreign ink's edges, how much runs down the page rather than along the
/// name. Only where the print is not near: its edges are none of the ink's.
double steep_share(const StraightLine& line, const cv::Mat& foreign) {
  std::int64_t down = 0, along = 0;
  for (int y = 1; y + 1 < foreign.rows; ++y) {
    const auto* ink = foreign.ptr<std::uint8_t>(y);
    const auto *above = line.dark.ptr<std::uint8_t>(y - 1), *here = line.dark.ptr<std::uint8_t>(y),
               *below = line.dark.ptr<std::uint8_t>(y + 1);
    for (int x = 1; x + 1 < foreign.cols; ++x) {
      if (ink[x] == 0) continue;
      const bool free = line.is_open(x - 1, y) && line.is_open(x + 1, y) && line.is_open(x, y - 1) &&
                        line.is_open(x, y + 1);
      if (!free) continue;
      const int dx = here[x + 1] - here[x - 1], dy = below[x] - above[x];
      down += dx * dx, along += dy * dy;
    }
  }
  return down + along > 0 ? static_cast<double>(down) / static_cast<double>(down + along) : 0;
}

}  // namespace

void measure_directions(const StraightLine& line, const cv::Mat& foreign, LineInk& out) {
  measure_tall(line.model, foreign, out);
  out.steep_share = steep_share(line, foreign);
  if (out.four_corners) measure_cross(line, foreign, out);
}

}  // namespace kiemphieu::reading

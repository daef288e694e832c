#include "tally/reading/line_ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "tally/reading/field.h"
#include "tally/reading/learned_reader.h"

namespace kiemphieu::reading {
namespace {

constexpr double kLineRadiusMm = 0.9;  // feed stretch left over after the page's affine map
constexpr int kOpenBelow = 40;         // tolerance under which a place is the print's paper
constexpr int kInkDark = 62;           // of 255: a pen line, 24 % darker than paper
constexpr int kFaintDark = 33;         // 13 %: darker than paper grain and JPEG noise
constexpr double kBinMm = 1.2;         // about a narrow letter: a zigzag scribble fills each
constexpr double kMaxHiddenMm = 7.5;   // longest run of letters without an opening
constexpr double kMmPerPx = 1 / kFieldPxPerMm;
constexpr double kMm2PerPx = kMmPerPx * kMmPerPx;

/// One line laid straight: darkness, and where the print leaves it open.
struct Straight {
  const LineModel& model;
  cv::Mat dark;  ///< CV_8UC1
  cv::Mat open;  ///< CV_8UC1, 255 where foreign ink would show
  int faint = kFaintDark;

  bool is_open(int x, int y) const { return open.ptr<std::uint8_t>(y)[x] != 0; }
  int darkness(int x, int y) const { return dark.ptr<std::uint8_t>(y)[x]; }
};

/// The print's presence and blackness where the reference has solid ink.
void measure_print(const Straight& line, LineInk& out) {
  std::array<int, 256> histogram{};
  int total = 0;
  for (int y = line.model.top_px; y < line.model.bottom_px; ++y)
    for (int x = line.model.left_px; x < line.model.right_px; ++x)
      if (line.model.print.at<std::uint8_t>(y, x) > 170)
        ++histogram[static_cast<std::size_t>(line.darkness(x, y))], ++total;
  if (total == 0) return;
  int seen = 0, median = 255;
  while (median > 0 && 2 * (seen += histogram[static_cast<std::size_t>(median)]) < total) --median;
  // Present: at least half as black as the median print of the line, and no paper.
  const int least = std::max(median / 2, kInkDark);
  int present = 0;
  for (int v = least; v < 256; ++v) present += histogram[static_cast<std::size_t>(v)];
  out.print_present = static_cast<double>(present) / total;
  out.print_contrast = median / 255.0;
}

/// The most unbroken way from the name's left to its right end: an open dark
/// place counts for it, an open light one against it, print not at all. A step
/// of two columns may climb two rows, steeper than any strike over a name.
std::vector<int> best_path(const Straight& line, const cv::Mat& smooth, int from_row, int to_row) {
  const int height = line.dark.rows, left = line.model.left_px;
  const int columns = (line.model.right_px - left) / 2;
  std::vector<float> value(static_cast<std::size_t>(height), 0.0F), next(value.size(), -1e9F);
  cv::Mat from(std::max(columns, 1), height, CV_8SC1);
  for (int c = 0; c < columns; ++c) {
    const int x = left + 2 * c;
    for (int y = from_row; y < to_row; ++y) {
      float best = -1e9F;
      int step = 0;
      for (int dy = -2; dy <= 2; ++dy) {
        const int before = y + dy;
        if (before < from_row || before >= to_row) continue;
        const float v = value[static_cast<std::size_t>(before)] - 0.03F * static_cast<float>(std::abs(dy));
        if (v > best) best = v, step = dy;
      }
      float gain = 0;
      if (line.is_open(x, y)) gain = smooth.ptr<std::uint8_t>(y)[x] >= line.faint ? 1.0F : -1.0F;
      next[static_cast<std::size_t>(y)] = best + gain;
      from.at<std::int8_t>(c, y) = static_cast<std::int8_t>(step);
    }
    value.swap(next);
  }
  int y =
      static_cast<int>(std::max_element(value.begin() + from_row, value.begin() + to_row) - value.begin());
  std::vector<int> path(static_cast<std::size_t>(columns));
  for (int c = columns - 1; c >= 0; --c) {
    path[static_cast<std::size_t>(c)] = y;
    y += from.at<std::int8_t>(c, y);
  }
  return path;
}

/// The rows that hold any ink worth following; empty when a stroke over a tenth
/// of the name could not be made of it.
cv::Range inked_rows(const Straight& line, const cv::Mat& smooth) {
  int top = smooth.rows, bottom = 0, count = 0;
  for (int y = 0; y < smooth.rows; ++y)
    for (int x = line.model.left_px; x < line.model.right_px; x += 2)
      if (line.is_open(x, y) && smooth.ptr<std::uint8_t>(y)[x] >= line.faint)
        top = std::min(top, y), bottom = y + 1, ++count;
  return count * 40 < line.model.right_px - line.model.left_px ? cv::Range(0, 0) : cv::Range(top, bottom);
}

double mean_row(const std::vector<int>& path, double from, double to) {
  const auto n = static_cast<double>(path.size());
  const auto first = static_cast<std::size_t>(from * n), last = static_cast<std::size_t>(to * n);
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += path[i];
  return sum / std::max<double>(1, static_cast<double>(last - first));
}

/// The middle of the ink the way runs through here: a thick line along the
/// letters' feet lies below them, though its upper edge does not.
double stroke_centre(const Straight& line, int x, int y) {
  const auto inked = [&](int at) {
    return at >= 0 && at < line.dark.rows && line.is_open(x, at) && line.darkness(x, at) >= line.faint;
  };
  int top = y, bottom = y;
  while (inked(top - 1)) --top;
  while (inked(bottom + 1)) ++bottom;
  return (top + bottom) / 2.0;
}

/// The stroke goes on where the name has ended: ink on most of the next 1.5 mm
/// beside it, near the row where it left the name.
bool goes_on(const Straight& line, int from_x, int direction, int row) {
  int dark = 0;
  for (int i = 2; i < 14; ++i) {
    const int x = from_x + direction * i;
    if (x < 0 || x >= line.dark.cols) return false;
    bool any = false;
    for (int y = std::max(0, row - 6); y <= std::min(line.dark.rows - 1, row + 6) && !any; ++y)
      any = line.is_open(x, y) && line.darkness(x, y) >= kInkDark;
    dark += any ? 1 : 0;
  }
  return dark >= 8;
}

Stroke measure_stroke(const Straight& line, const cv::Mat& smooth, const std::vector<int>& path) {
  const LineModel& m = line.model;
  Stroke stroke;
  if (path.empty()) return stroke;
  int open = 0, dark = 0, first = -1, last = -1, core = 0, above = 0, below = 0;
  int light = 0, light_before = 0,
      longest_light = 0;  // open places without ink: now in a row, before the first ink, most
  std::vector<int> darkness;
  std::vector<int> word_open(m.words.size(), 0), word_dark(m.words.size(), 0);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int x = m.left_px + 2 * static_cast<int>(i), y = path[i];
    const double centre = stroke_centre(line, x, y);
    if (centre < m.body_top_px + 1)
      ++above;
    else if (centre >= m.body_bottom_px - 1)
      ++below;
    else
      ++core;
    if (!line.is_open(x, y)) continue;
    int v = smooth.ptr<std::uint8_t>(y)[x];
    const bool inked = v >= line.faint;
    for (const int near : {y - 1, y + 1})  // the way may run along the stroke's edge
      if (near >= 0 && near < smooth.rows && line.is_open(x, near))
        v = std::max<int>(v, smooth.ptr<std::uint8_t>(near)[x]);
    ++open;
    for (std::size_t w = 0; w < m.words.size(); ++w)
      if (x >= m.words[w].start && x < m.words[w].end) ++word_open[w], word_dark[w] += inked ? 1 : 0;
    if (!inked) {
      ++light;
      if (first < 0) ++light_before;
      continue;
    }
    if (first >= 0) longest_light = std::max(longest_light, light);  // the ends are judged by themselves
    light = 0;
    ++dark;
    darkness.push_back(v);
    if (first < 0) first = x;
    last = x;
  }
  const auto n = static_cast<double>(path.size());
  stroke.open_share = open / n;
  stroke.coverage = open > 0 ? static_cast<double>(dark) / open : 0;
  stroke.core_share = core / n, stroke.above_share = above / n, stroke.below_share = below / n;
  // At the ends two light places (0.5 mm) may be where the stroke began; what print hides is no gap.
  const auto gap = [](int light_places, double length_mm) {
    const bool hidden = length_mm < (light_places <= 1 ? kMaxHiddenMm : light_places == 2 ? 5.0 : 0.0);
    return hidden ? 0.0 : length_mm;
  };
  stroke.left_gap_mm = gap(light_before, (first < 0 ? m.right_px - m.left_px : first - m.left_px) * kMmPerPx);
  stroke.right_gap_mm = gap(light, (last < 0 ? m.right_px - m.left_px : m.right_px - last) * kMmPerPx);
  // Print hid it to the end, but it comes out on the other side: it ran through.
  if (light_before == 0 && goes_on(line, m.left_px, -1, path.front())) stroke.left_gap_mm = 0;
  if (light == 0 && goes_on(line, m.right_px - 1, 1, path.back())) stroke.right_gap_mm = 0;
  stroke.longest_gap_mm = 2 * longest_light * kMmPerPx;
  stroke.worst_word = 1;
  for (std::size_t w = 0; w < m.words.size(); ++w)
    if (word_open[w] >= 4)
      stroke.worst_word = std::min(stroke.worst_word, static_cast<double>(word_dark[w]) / word_open[w]);
  if (darkness.empty()) stroke.worst_word = 0;
  stroke.left_y = mean_row(path, 0, 0.2), stroke.middle_y = mean_row(path, 0.4, 0.6),
  stroke.right_y = mean_row(path, 0.8, 1);
  if (!darkness.empty()) {
    std::nth_element(darkness.begin(), darkness.begin() + static_cast<std::ptrdiff_t>(darkness.size() / 2),
                     darkness.end());
    stroke.contrast = darkness[darkness.size() / 2] / 255.0;
  }
  return stroke;
}

/// Foreign ink by columns of 1.2 mm and rows above, in and below the bodies.
void measure_mass(const Straight& line, const cv::Mat& foreign, LineInk& out) {
  const LineModel& m = line.model;
  const int bin = static_cast<int>(kBinMm * kFieldPxPerMm), width = m.right_px - m.left_px;
  const int bins = std::max(1, width / bin);
  int open_body = 0, ink_body = 0, core = 0, counted = 0, above = 0, below = 0, runs = 0, inked_columns = 0;
  std::vector<int> word_bins(m.words.size(), 0), word_inked(m.words.size(), 0);
  std::vector<int> inner_bins = word_bins, inner_inked = word_bins;  // of bins wholly within the word
  for (int b = 0; b < bins; ++b) {
    int open_in = 0, ink_in = 0, ink_above = 0, ink_below = 0;
    for (int x = m.left_px + b * bin; x < m.left_px + (b + 1) * bin; ++x) {
      bool before = false, any = false;
      for (int y = 0; y < foreign.rows; ++y) {
        const bool ink = foreign.ptr<std::uint8_t>(y)[x] != 0;
        if (y < m.body_top_px - 1)
          ink_above += ink ? 1 : 0;
        else if (y > m.body_bottom_px)
          ink_below += ink ? 1 : 0;
        else
          open_in += line.is_open(x, y) ? 1 : 0, ink_in += ink ? 1 : 0;
        if (ink && !before) ++runs, any = true;
        before = ink || (before && !line.is_open(x, y));
      }
      inked_columns += any ? 1 : 0;
    }
    open_body += open_in, ink_body += ink_in;
    above += ink_above > 3 ? 1 : 0, below += ink_below > 3 ? 1 : 0;
    if (open_in < 15) continue;  // print fills it: nothing could be seen
    ++counted;
    const bool inked = ink_in >= std::max(4, open_in / 14);
    core += inked ? 1 : 0;
    const int middle = m.left_px + b * bin + bin / 2;
    for (std::size_t w = 0; w < m.words.size(); ++w) {
      if (middle < m.words[w].start || middle >= m.words[w].end) continue;
      ++word_bins[w], word_inked[w] += inked ? 1 : 0;
      if (middle - bin / 2 < m.words[w].start || middle + bin / 2 >= m.words[w].end) continue;
      ++inner_bins[w], inner_inked[w] += inked ? 1 : 0;
    }
  }
  out.core_bins = counted > 0 ? static_cast<double>(core) / counted : 0;
  out.worst_word_bins = 1;
  int struck = 0, free = 0, words = 0, free_bins = 0;
  for (std::size_t w = 0; w < m.words.size(); ++w)
    if (word_bins[w] > 0) {
      out.worst_word_bins = std::min(out.worst_word_bins, static_cast<double>(word_inked[w]) / word_bins[w]);
      if (inner_bins[w] == 0) continue;
      ++words;
      struck += 3 * inner_inked[w] >= inner_bins[w] ? 1 : 0;
      if (word_inked[w] == 0) ++free, free_bins += inner_bins[w];
    }
  constexpr int kFreeBins = 5;  // 6 mm: bold print can hide a stroke over a short word
  out.whole_words = struck > 0 && free_bins >= kFreeBins && struck + free == words;
  out.above_bins = static_cast<double>(above) / bins, out.below_bins = static_cast<double>(below) / bins;
  out.fill = open_body > 0 ? static_cast<double>(ink_body) / open_body : 0;
  out.runs_per_column = inked_columns > 0 ? static_cast<double>(runs) / inked_columns : 0;
}

/// Strokes down through the letters: the highest and lowest parts of the body
/// are dark within half a millimetre of each other, and so is what is open between.
void measure_tall(const Straight& line, LineInk& out) {
  const LineModel& m = line.model;
  const int height = m.body_bottom_px - m.body_top_px, reach = 5;
  int last = m.left_px, widest = 0, strokes = 0, previous = -100;
  for (int x = m.left_px; x < m.right_px; ++x) {
    int open = 0, dark = 0;
    bool above = false, below = false;
    for (int y = m.body_top_px - reach; y < m.body_bottom_px + reach; ++y) {
      if (y < 0 || y >= line.dark.rows) continue;
      int darkest = 0;  // the stroke may lean
      bool seen = false;
      for (int dx = -2; dx <= 2; ++dx)
        if (line.is_open(x + dx, y)) seen = true, darkest = std::max(darkest, line.darkness(x + dx, y));
      if (!seen) continue;
      ++open;
      if (darkest < kInkDark) continue;
      ++dark;
      above = above || y < m.body_top_px;
      below = below || y >= m.body_bottom_px;
    }
    if (open < height / 5 || 10 * dark < 8 * open || !above || !below) continue;
    widest = std::max(widest, x - last);
    if (x - previous > 5) ++strokes;
    previous = last = x;
  }
  widest = std::max(widest, m.right_px - last);
  out.tall_strokes = strokes;
  out.tall_gap_mm = widest * kMmPerPx;
}

void measure_extent(const Straight& line, const cv::Mat& foreign, LineInk& out) {
  const LineModel& m = line.model;
  int left = foreign.cols, right = -1, top = foreign.rows, bottom = -1, body = 0, outer = 0;
  std::vector<bool> column(static_cast<std::size_t>(foreign.cols), false);
  const int middle = (m.body_top_px + m.body_bottom_px) / 2, fifth = (m.right_px - m.left_px) / 5;
  std::array<int, 4> corners{};
  std::int64_t darkness = 0;
  for (int y = 0; y < foreign.rows; ++y) {
    const auto* row = foreign.ptr<std::uint8_t>(y);
    for (int x = 0; x < foreign.cols; ++x) {
      if (row[x] == 0) continue;
      const bool in_body = y >= m.body_top_px && y < m.body_bottom_px && x >= m.left_px && x < m.right_px;
      (in_body ? body : outer) += 1;
      darkness += line.darkness(x, y);
      left = std::min(left, x), right = std::max(right, x), top = std::min(top, y),
      bottom = std::max(bottom, y);
      column[static_cast<std::size_t>(x)] = true;
      const bool upper = y<middle - 4, lower = y> middle + 4;
      const bool at_left = x<m.left_px + fifth, at_right = x> m.right_px - fifth;
      if (at_left && upper) ++corners[0];
      if (at_left && lower) ++corners[1];
      if (at_right && upper) ++corners[2];
      if (at_right && lower) ++corners[3];
    }
  }
  out.body_ink_mm2 = body * kMm2PerPx;
  out.outer_ink_mm2 = outer * kMm2PerPx;
  out.evidence.ink_mm2 = (body + outer) * kMm2PerPx;
  if (right < 0) return;
  out.evidence.contrast = static_cast<double>(darkness) / (body + outer) / 255.0;
  int spanned = 0;  // a place the print hides between two inked ones belongs to the span
  for (int x = m.left_px, last = -1000; x < m.right_px; ++x) {
    if (!column[static_cast<std::size_t>(x)]) continue;
    spanned += x - last <= 12 ? x - last : 1;
    last = x;
  }
  out.evidence.coverage = std::min(1.0, static_cast<double>(spanned) / (m.right_px - m.left_px));
  out.four_corners = std::all_of(corners.begin(), corners.end(), [](int n) { return n >= 12; });
  const double k = kMmPerPx;
  out.evidence.ink = box_on_page(out.map, {(m.field.x + left) * k, (m.field.y + top) * k,
                                           (right - left + 1) * k, (bottom - top + 1) * k});
}

/// A strike too faint for any pixel shows in the mean along a straight line.
double faint_line(const Straight& line) {
  const LineModel& m = line.model;
  constexpr int kColumns = 8;  // pixels averaged to one cell
  const int cells = (m.right_px - m.left_px) / kColumns, rows = line.dark.rows;
  if (cells < 4) return 0;
  cv::Mat mean(rows, cells, CV_32F), weight(rows, cells, CV_32F);
  for (int y = 0; y < rows; ++y)
    for (int c = 0; c < cells; ++c) {
      int sum = 0, n = 0;
      for (int x = m.left_px + c * kColumns; x < m.left_px + (c + 1) * kColumns; ++x)
        if (line.is_open(x, y)) sum += line.darkness(x, y), ++n;
      mean.at<float>(y, c) = static_cast<float>(sum);
      weight.at<float>(y, c) = static_cast<float>(n);
    }
  const auto along = [&](int left_y, int right_y) {
    float sum = 0, n = 0;
    for (int c = 0; c < cells; ++c) {
      const int y = left_y + (right_y - left_y) * c / (cells - 1);
      if (y < 0 || y >= rows) continue;
      sum += mean.ptr<float>(y)[c];
      n += weight.ptr<float>(y)[c];
    }
    return n > static_cast<float>(cells * kColumns) * 0.25F ? sum / n : -1.0F;
  };
  double best = 0;
  for (int left_y = m.top_px; left_y < m.bottom_px; left_y += 2)
    for (int right_y = m.top_px; right_y < m.bottom_px; right_y += 2) {
      const float at = along(left_y, right_y);
      if (at < 0 || at / 255.0F <= best) continue;
      const float above = along(left_y - 9, right_y - 9), below = along(left_y + 9, right_y + 9);
      if (above < 0 || below < 0) continue;
      best = std::max(best, (static_cast<double>(at) - static_cast<double>(std::max(above, below))) / 255.0);
    }
  return best;
}

}  // namespace

LineInk look_at_line(const PageView& view, const Affine& form_to_page, const LineModel& model) {
  LineInk out;
  const BlockFit found = find_block(view, model.block, form_to_page, kLineRadiusMm);
  const bool usable = found.contrast > 0.1;
  out.map = usable ? form_to_page.moved(found.dx_px, found.dy_px) : form_to_page;
  out.shift_mm = usable ? std::hypot(found.dx_px, found.dy_px) / form_to_page.scale() : 0;
  out.evidence.expected = box_on_page(out.map, model.name);
  out.body_height_mm = (model.body_bottom_px - model.body_top_px) * kMmPerPx;

  Straight line{model, darkness_against_paper(sample_field(view, out.map, model.field)),
                model.tolerance < kOpenBelow};
  out.evidence.second = LearnedReader::shipped().look(line.dark, model).opinion;
  measure_print(line, out);
  cv::Mat smooth;
  cv::blur(line.dark, smooth, {3, 1});
  const cv::Range inked = inked_rows(line, smooth);
  if (inked.size() > 0)
    out.stroke = measure_stroke(line, smooth, best_path(line, smooth, inked.start, inked.end));
  const int slack = (model.body_bottom_px - model.body_top_px) / 8 + 1;
  if (inked.size() > 0)
    out.core_stroke = measure_stroke(
        line, smooth, best_path(line, smooth, model.body_top_px + slack, model.body_bottom_px - slack));
  cv::Mat foreign = (line.dark >= kInkDark) & line.open;
  measure_extent(line, foreign, out);
  measure_mass(line, foreign, out);
  measure_tall(line, out);
  out.faint_line = faint_line(line);
  return out;
}

double dark_share(const PageView& view, const Affine& map, Point from_mm, Point to_mm, double dark) {
  const double length = std::hypot(to_mm.x - from_mm.x, to_mm.y - from_mm.y);
  const int steps = std::max(2, static_cast<int>(length * 4));
  int hits = 0;
  for (int i = 0; i < steps; ++i) {
    const double t = (i + 0.5) / steps;
    const Point at = map(from_mm.x + t * (to_mm.x - from_mm.x), from_mm.y + t * (to_mm.y - from_mm.y));
    const double k = map.scale();
    const auto bright = [&](double dy_mm) {
      return view.bright(static_cast<int>(at.x), static_cast<int>(std::floor(at.y + dy_mm * k)));
    };
    int darkest = 255;
    for (double dy = -1.5; dy <= 1.5; dy += 0.1) darkest = std::min(darkest, bright(dy));
    const int paper = std::max(40, std::min(bright(-2.8), bright(2.8)));
    hits += darkest < (1 - dark) * paper ? 1 : 0;
  }
  return static_cast<double>(hits) / steps;
}

}  // namespace kiemphieu::reading

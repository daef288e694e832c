#include "tally/reading/line_ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "tally/reading/field.h"
#include "tally/reading/ink_directions.h"
#include "tally/reading/learned_reader.h"

namespace kiemphieu::reading {
namespace {

constexpr double kLineRadiusMm = 0.9;  // feed stretch left over after the page's affine map
constexpr double kBinMm = 1.2;         // about a narrow letter: a zigzag scribble fills each
constexpr double kMm2PerPx = kMmPerFieldPx * kMmPerFieldPx;

/// Along the line; a stroke is wider than a pixel, grain is not.
cv::Mat mean_of_three(const cv::Mat& dark) {
  cv::Mat out(dark.size(), CV_8UC1);
  const int last = dark.cols - 1;  // by value: the loop below then becomes vector code
  for (int y = 0; y < dark.rows; ++y) {
    const auto* from = dark.ptr<std::uint8_t>(y);
    auto* to = out.ptr<std::uint8_t>(y);
    to[0] = from[0], to[last] = from[last];
    constexpr unsigned kThird = 171, kShift = 9;  // 512 / 3
    for (int x = 1; x < last; ++x)
      to[x] = static_cast<std::uint8_t>(
          (static_cast<unsigned>(from[x - 1] + from[x] + from[x + 1]) * kThird) >> kShift);
  }
  return out;
}

/// Where print is far darker than the rest of it, within 5 mm: a mark lies over it.
/// Uneven toner is darker along the whole name.
double ink_over_print_mm2(const StraightLine& line, int print) {
  constexpr int kFarDarker = 40, kBinPx = 8, kBins = 5;
  constexpr double kMostlyThere = 0.8;
  const std::uint8_t* dark = line.dark.ptr<std::uint8_t>();
  std::vector<int> bins(static_cast<std::size_t>(line.dark.cols / kBinPx + kBins + 1), 0);
  int all = 0, best = 0, window = 0;
  for (const int at : line.model.solid_px)
    if (dark[at] > print + kFarDarker) ++all, ++bins[static_cast<std::size_t>(at % line.dark.cols / kBinPx)];
  for (std::size_t i = 0; i < bins.size(); ++i) {
    window += bins[i] - (i >= kBins ? bins[i - kBins] : 0);
    best = std::max(best, window);
  }
  return best >= kMostlyThere * all ? best * kMmPerFieldPx * kMmPerFieldPx : 0;
}

/// The print's presence and blackness where the reference has solid ink.
void measure_print(const StraightLine& line, LineInk& out) {
  const std::vector<int>& solid = line.model.solid_px;
  if (solid.empty()) return;
  constexpr std::size_t kEnough = 1500;  // pixels: a tenth of a percent is not needed
  const std::size_t every = solid.size() / kEnough + 1;
  std::array<int, 256> histogram{};
  int total = 0;
  const std::uint8_t* dark = line.dark.ptr<std::uint8_t>();
  for (std::size_t i = 0; i < solid.size(); i += every, ++total) ++histogram[dark[solid[i]]];
  int seen = 0, median = 255;
  while (median > 0 && 2 * (seen += histogram[static_cast<std::size_t>(median)]) < total) --median;
  // Present: at least half as black as the median print of the line, and no paper.
  const int least = std::max(median / 2, InkLevels{}.dark);
  int present = 0;
  for (int v = least; v < 256; ++v) present += histogram[static_cast<std::size_t>(v)];
  out.print_present = static_cast<double>(present) / total;
  out.print_contrast = median / 255.0;
  constexpr int kGray = 165;  // black print hides black ink
  if (median <= kGray) out.over_print_mm2 = ink_over_print_mm2(line, median);
}

/// The rows that hold any ink worth following; empty when a stroke over a tenth
/// of the name could not be made of it.
cv::Range inked_rows(const StraightLine& line) {
  const cv::Range columns(line.model.left_px, line.model.right_px);
  const cv::Mat inked =
      (line.smooth.colRange(columns) >= line.levels.faint) & line.model.open.colRange(columns);
  int top = inked.rows, bottom = 0, count = 0;
  for (int y = 0; y < inked.rows; ++y) {
    const int n = cv::countNonZero(inked.row(y));
    if (n == 0) continue;
    top = std::min(top, y), bottom = y + 1, count += n;
  }
  return count * 20 < columns.size() ? cv::Range(0, 0) : cv::Range(top, bottom);
}

/// Foreign ink counted down each column of the field: above the letters'
/// bodies, in their rows, below, and where the bodies' rows are open at all.
struct ColumnCounts {
  std::vector<std::uint8_t> above, body, below, open_body;

  ColumnCounts(const LineModel& m, const cv::Mat& foreign)
      : above(static_cast<std::size_t>(foreign.cols), 0), body(above), below(above), open_body(above) {
    for (int y = 0; y < foreign.rows; ++y) {
      const bool over = y < m.body_top_px - 1, under = y > m.body_bottom_px;
      count(foreign.ptr<std::uint8_t>(y), over ? above : under ? below : body);
      if (!over && !under) count(m.open.ptr<std::uint8_t>(y), open_body);
    }
  }

 private:
  static void count(const std::uint8_t* row, std::vector<std::uint8_t>& columns) {
    std::uint8_t* sum = columns.data();
    const std::size_t size = columns.size();
    for (std::size_t x = 0; x < size; ++x) sum[x] = static_cast<std::uint8_t>(sum[x] + (row[x] & 1U));
  }
};

int sum(const std::vector<std::uint8_t>& columns, int from, int to) {
  int total = 0;
  for (int x = from; x < to; ++x) total += columns[static_cast<std::size_t>(x)];
  return total;
}

/// One word's columns of 1.2 mm, those wholly inside it counted apart.
struct WordBins {
  int bins = 0, inked = 0, inner = 0, inner_inked = 0;
};

void judge_words(const std::vector<WordBins>& words, LineInk& out) {
  constexpr int kFreeBins = 5;  // 6 mm: bold print can hide a stroke over a short word
  out.worst_word_bins = 1;
  int struck = 0, free = 0, seen = 0, free_bins = 0;
  for (const WordBins& word : words) {
    if (word.bins == 0) continue;
    out.worst_word_bins = std::min(out.worst_word_bins, static_cast<double>(word.inked) / word.bins);
    if (word.inner == 0) continue;
    ++seen;
    struck += 3 * word.inner_inked >= word.inner ? 1 : 0;
    if (word.inked == 0) ++free, free_bins += word.inner;
  }
  out.whole_words = struck > 0 && free_bins >= kFreeBins && struck + free == seen;
}

/// Foreign ink by columns of 1.2 mm and rows above, in and below the bodies.
void measure_mass(const LineModel& m, const ColumnCounts& columns, LineInk& out) {
  const int bin = static_cast<int>(kBinMm * kFieldPxPerMm);
  const int bins = std::max(1, (m.right_px - m.left_px) / bin);
  int open_body = 0, ink_body = 0, core = 0, counted = 0, above = 0, below = 0;
  std::vector<WordBins> words(m.words.size());
  for (int b = 0; b < bins; ++b) {
    const int from = m.left_px + b * bin, to = from + bin, middle = from + bin / 2;
    const int open_in = sum(columns.open_body, from, to), ink_in = sum(columns.body, from, to);
    open_body += open_in, ink_body += ink_in;
    above += sum(columns.above, from, to) > 3 ? 1 : 0;
    below += sum(columns.below, from, to) > 3 ? 1 : 0;
    if (open_in < 15) continue;  // print fills it: nothing could be seen
    ++counted;
    const int inked = ink_in >= std::max(4, open_in / 14) ? 1 : 0;
    core += inked;
    for (std::size_t w = 0; w < m.words.size(); ++w) {
      if (middle < m.words[w].start || middle >= m.words[w].end) continue;
      ++words[w].bins, words[w].inked += inked;
      if (middle - bin / 2 < m.words[w].start || middle + bin / 2 >= m.words[w].end) continue;
      ++words[w].inner, words[w].inner_inked += inked;
    }
  }
  out.core_bins = counted > 0 ? static_cast<double>(core) / counted : 0;
  judge_words(words, out);
  out.above_bins = static_cast<double>(above) / bins, out.below_bins = static_cast<double>(below) / bins;
  out.fill = open_body > 0 ? static_cast<double>(ink_body) / open_body : 0;
}

/// Where the foreign ink lies in the field, and how much of it.
struct Extent {
  int left, right = -1, top, bottom = -1, count = 0, in_body = 0;
  std::array<int, 4> corners{};
  std::int64_t darkness = 0;
  std::vector<bool> column;

  explicit Extent(const cv::Mat& foreign)
      : left(foreign.cols), top(foreign.rows), column(static_cast<std::size_t>(foreign.cols), false) {}

  void add(const LineModel& m, int x, int y, int dark) {
    ++count;
    darkness += dark;
    if (y >= m.body_top_px && y < m.body_bottom_px && x >= m.left_px && x < m.right_px) ++in_body;
    left = std::min(left, x), right = std::max(right, x);
    top = std::min(top, y), bottom = std::max(bottom, y);
    column[static_cast<std::size_t>(x)] = true;
    const int middle = (m.body_top_px + m.body_bottom_px) / 2, fifth = (m.right_px - m.left_px) / 5;
    const bool at_left = x < m.left_px + fifth, at_right = x > m.right_px - fifth;
    if (!at_left && !at_right) return;
    if (y < middle - 4) ++corners.at(at_left ? 0 : 2);
    if (y > middle + 4) ++corners.at(at_left ? 1 : 3);
  }
};

void measure_extent(const StraightLine& line, const cv::Mat& foreign, LineInk& out) {
  const LineModel& m = line.model;
  Extent extent(foreign);
  for (int y = 0; y < foreign.rows; ++y) {
    const auto* row = foreign.ptr<std::uint8_t>(y);
    for (int x = 0; x < foreign.cols; ++x) {
      std::uint64_t eight = 0;  // most of a field is paper: pass over it eight pixels at a time
      while (x + 8 <= foreign.cols && (std::memcpy(&eight, row + x, 8), eight == 0)) x += 8;
      if (x < foreign.cols && row[x] != 0) extent.add(m, x, y, line.darkness(x, y));
    }
  }
  out.body_ink_mm2 = extent.in_body * kMm2PerPx;
  out.outer_ink_mm2 = (extent.count - extent.in_body) * kMm2PerPx;
  out.evidence.ink_mm2 = extent.count * kMm2PerPx;
  if (extent.count == 0) return;
  out.evidence.contrast = static_cast<double>(extent.darkness) / extent.count / 255.0;
  int spanned = 0;  // a place the print hides between two inked ones belongs to the span
  for (int x = m.left_px, last = -1000; x < m.right_px; ++x) {
    if (!extent.column[static_cast<std::size_t>(x)]) continue;
    spanned += x - last <= 12 ? x - last : 1;
    last = x;
  }
  out.evidence.coverage = std::min(1.0, static_cast<double>(spanned) / (m.right_px - m.left_px));
  out.four_corners = std::all_of(extent.corners.begin(), extent.corners.end(), [](int n) { return n >= 12; });
  const double k = kMmPerFieldPx;
  out.evidence.ink =
      box_on_page(out.map, {(m.field.x + extent.left) * k, (m.field.y + extent.top) * k,
                            (extent.right - extent.left + 1) * k, (extent.bottom - extent.top + 1) * k});
}

/// Sums of sixteen neighbouring bytes along a line, the name's width over.
class CellSums {
 public:
  CellSums(const cv::Mat& bytes, int left, int cells) : cells_(static_cast<std::size_t>(cells)) {
    sums_.reserve(cells_ * static_cast<std::size_t>(bytes.rows));
    for (int y = 0; y < bytes.rows; ++y) {
      const auto* row = bytes.ptr<std::uint8_t>(y) + left;
      for (int c = 0; c < cells; ++c, row += kWidth) {
        std::array<std::uint64_t, 2> eight{};
        std::memcpy(eight.data(), row, kWidth);
        std::uint64_t pairs = 0;
        for (const std::uint64_t e : eight) pairs += (e & kEveryOther) + ((e >> 8U) & kEveryOther);
        sums_.push_back(static_cast<float>((pairs * kOnes) >> 48U));
      }
    }
  }
  const float* row(int y) const { return sums_.data() + static_cast<std::size_t>(y) * cells_; }

  static constexpr int kWidth = 16;

 private:
  static constexpr std::uint64_t kEveryOther = 0x00FF00FF00FF00FFU, kOnes = 0x0001000100010001U;
  std::size_t cells_;
  std::vector<float> sums_;
};

/// A strike too faint for any pixel shows in the mean along a straight line.
double faint_line(const StraightLine& line) {
  const LineModel& m = line.model;
  const int cells = (m.right_px - m.left_px) / CellSums::kWidth, rows = line.dark.rows;
  if (cells < 3) return 0;
  const CellSums dark(line.dark & m.open, m.left_px, cells), open(m.open & 1, m.left_px, cells);
  const float least = static_cast<float>(cells * CellSums::kWidth) * 0.25F;
  constexpr int kFixed = 1024;
  const auto along = [&](int left_y, int right_y) {
    float sum_dark = 0, sum_open = 0;
    const int slope = (right_y - left_y) * kFixed / (cells - 1);
    for (int c = 0, at = left_y * kFixed + kFixed / 2; c < cells; ++c, at += slope) {
      const int y = at / kFixed;
      if (at < 0 || y >= rows) continue;
      sum_dark += dark.row(y)[c];
      sum_open += open.row(y)[c];
    }
    return sum_open > least ? sum_dark / sum_open : -1.0F;
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

/// Letters a little thicker or a little off leave slivers one pixel wide along
/// their edges; no pen writes so finely.
cv::Mat without_slivers(const cv::Mat& foreign) {
  cv::Mat solid;
  cv::morphologyEx(foreign, solid, cv::MORPH_OPEN, cv::Mat::ones(2, 2, CV_8UC1));
  return solid;
}

void measure_rim(const LineModel& m, const cv::Mat& foreign, LineInk& out) {
  const cv::Mat rim = m.open & ~m.open_wide;
  const int size = cv::countNonZero(rim);
  if (size > 0) out.rim_dark = static_cast<double>(cv::countNonZero(foreign & rim)) / size;
}

/// Everything that needs ink to be there.
void measure_foreign(const StraightLine& line, LineInk& out) {
  const LineModel& m = line.model;
  out.tall_gap_mm = (m.right_px - m.left_px) * kMmPerFieldPx;
  if (const cv::Range rows = inked_rows(line); rows.size() > 0) {
    const int slack = (m.body_bottom_px - m.body_top_px) / 8 + 1;
    out.stroke = follow_stroke(line, rows);
    out.core_stroke = follow_stroke(line, {m.body_top_px + slack, m.body_bottom_px - slack});
  }
  const cv::Mat foreign = (line.dark >= line.levels.dark) & m.open;
  measure_rim(m, foreign, out);
  measure_extent(line, without_slivers(foreign), out);
  if (out.evidence.ink_mm2 <= 0) return;
  measure_mass(m, ColumnCounts(m, foreign), out);
  measure_directions(line, foreign, out);
}

}  // namespace

LineInk look_at_line(const PageView& view, const Affine& form_to_page, const LineModel& model) {
  LineInk out;
  const BlockFit found = find_block(view, model.block, form_to_page, kLineRadiusMm);
  const bool usable = found.contrast > 0.1;
  out.map = usable ? form_to_page.moved(found.dx_px, found.dy_px) : form_to_page;
  out.shift_mm = usable ? std::hypot(found.dx_px, found.dy_px) / form_to_page.scale() : 0;
  out.dark = straight_darkness(view, out.map, model.field);
  out.evidence.second = LearnedReader::shipped().look(out.dark, model).opinion;
  measure_line(model, {}, out);
  return out;
}

void measure_line(const LineModel& model, const InkLevels& levels, LineInk& out) {
  out.evidence.expected = box_on_page(out.map, model.name);
  out.body_height_mm = (model.body_bottom_px - model.body_top_px) * kMmPerFieldPx;
  StraightLine line{model, levels, out.dark, mean_of_three(out.dark)};
  measure_print(line, out);
  if (out.print_contrast > 0) line.print = static_cast<int>(std::lround(255 * out.print_contrast));
  measure_foreign(line, out);
  constexpr double kPlainStroke = 0.65;  // of the name: no need to look for a fainter one
  if (out.stroke.coverage <= kPlainStroke) out.faint_line = faint_line(line);
}

LineInk measured_again(const LineInk& seen, const LineModel& model, const InkLevels& levels) {
  LineInk ink;
  ink.map = seen.map, ink.dark = seen.dark, ink.shift_mm = seen.shift_mm;
  ink.evidence.second = seen.evidence.second;
  measure_line(model, levels, ink);
  return ink;
}

double darkest_near(const PageView& view, const Affine& map, Point at_mm, double reach_mm) {
  const Point at = map(at_mm);
  const double k = map.scale();
  const auto bright = [&](double dy_mm) {
    return view.bright(static_cast<int>(at.x), static_cast<int>(std::floor(at.y + dy_mm * k)));
  };
  int darkest = 255;
  for (double dy = -reach_mm; dy <= reach_mm; dy += 0.1) darkest = std::min(darkest, bright(dy));
  const double beside = reach_mm + 1.3;  // paper, unless something else lies there
  const int paper = std::max(40, std::min(bright(-beside), bright(beside)));
  return std::clamp(1.0 - static_cast<double>(darkest) / paper, 0.0, 1.0);
}

double dark_share(const PageView& view, const Affine& map, Point from_mm, Point to_mm, double dark) {
  const double length = std::hypot(to_mm.x - from_mm.x, to_mm.y - from_mm.y);
  const int steps = std::max(2, static_cast<int>(length * 4));
  int hits = 0;
  for (int i = 0; i < steps; ++i) {
    const double t = (i + 0.5) / steps;
    const Point at{from_mm.x + t * (to_mm.x - from_mm.x), from_mm.y + t * (to_mm.y - from_mm.y)};
    hits += darkest_near(view, map, at, 1.5) > dark ? 1 : 0;
  }
  return static_cast<double>(hits) / steps;
}

}  // namespace kiemphieu::reading

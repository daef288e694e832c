// Trained by tally/training; proved by tests/unit/tally/reading/learned_reader_test.cpp
// and reported in docs/reports/learned-reader.md.
#include "tally/reading/learned_reader.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "config/base/check.h"
#include "line_model_data.h"

namespace kiemphieu::reading {
namespace {

/// In the lessons a quarter of the lines is neither clean nor struck through, on
/// ballots one in fifty or less: probabilities are of ballots, not of lessons.
constexpr int kCommonness = 8;
/// Of 1000. A clean name never shows a tenth of a strike, while a thin one through
/// bold letters may show no more: docs/reports/learned-reader.md.
/// Below kSurelyStruck no quarter of the name may be pale.
constexpr int kKeptFrom = 700, kStruckFrom = 100, kSurelyStruck = 400;
/// A stretch of so many windows, three letter bodies, that shows no more ink than this is
/// free: a word may have been left. Thin strikes through bold letters show 0.12 and more,
/// a slanted one that leaves the letters at its end may show less.
constexpr std::size_t kStretch = 5;
constexpr int kFree = kNetOne / 10, kFreeOfSure = kNetOne / 30, kSure = 800;
constexpr int kHalf = kNetOne / 2;

int floor_div(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

int body_px(const LineModel& line) { return std::max(8, line.body_bottom_px - line.body_top_px); }
int column_px(const LineModel& line, int column) {
  return line.left_px + column * body_px(line) / kCellsAcross;
}
/// 2.5 bodies from 0.75 above, in kCellsDown rows.
int row_px(const LineModel& line, int row) {
  return line.body_top_px + floor_div((row * 10 - 48) * body_px(line), 64);
}

int columns_of(const LineModel& line) { return (line.right_px - line.left_px) * kCellsAcross / body_px(line); }

/// Mean of each cell; rows outside the field count as paper.
std::vector<std::int16_t> cell_means(const cv::Mat& picture, const LineModel& line, int columns) {
  std::vector<std::int16_t> cells(static_cast<std::size_t>(columns * kCellsDown), 0);
  const int left = line.left_px, width = column_px(line, columns) - left;
  std::vector<std::uint16_t> sums(static_cast<std::size_t>(width));
  for (int row = 0; row < kCellsDown; ++row) {
    const int top = row_px(line, row), bottom = row_px(line, row + 1);
    std::fill(sums.begin(), sums.end(), std::uint16_t{0});
    for (int y = std::max(top, 0); y < std::min(bottom, picture.rows); ++y) {
      const std::uint8_t* p = picture.ptr<std::uint8_t>(y) + left;
      for (int x = 0; x < width; ++x)
        sums[static_cast<std::size_t>(x)] =
            static_cast<std::uint16_t>(sums[static_cast<std::size_t>(x)] + p[x]);
    }
    for (int column = 0; column < columns; ++column) {
      const int from = column_px(line, column) - left, to = column_px(line, column + 1) - left;
      int sum = 0;
      for (int x = from; x < to; ++x) sum += sums[static_cast<std::size_t>(x)];
      cells[static_cast<std::size_t>(column * kCellsDown + row)] =
          static_cast<std::int16_t>(sum / std::max(1, (to - from) * (bottom - top)));
    }
  }
  return cells;
}

/// Makes the reference's print as black as the scan's: toner is faint or spread.
void match_blackness(LineCells& cells) {
  const std::int16_t darkest = *std::max_element(cells.print.begin(), cells.print.end());
  int scan = 0, print = 1;
  for (std::size_t i = 0; i < cells.print.size(); ++i)
    if (2 * cells.print[i] >= darkest) scan += cells.scan[i], print += cells.print[i];
  const int gain = std::clamp(static_cast<int>(std::int64_t{scan} * 256 / print), 48, 400);
  for (std::int16_t& v : cells.print) v = static_cast<std::int16_t>(std::min(255, v * gain / 256));
}

int permille_of(int output) { return std::clamp((output + kNetOne) * 1000 / (2 * kNetOne), 0, 1000); }

struct Gaps {
  int longest = 0, leading = 0, trailing = 0;
};
template <class Inked>
Gaps gaps_of(const std::vector<WindowSight>& windows, Inked inked) {
  Gaps gaps;
  int now = 0;
  bool seen = false;
  for (const WindowSight& window : windows) {
    if (inked(window)) {
      if (!seen) gaps.leading = now;
      seen = true, now = 0;
    } else {
      gaps.longest = std::max(gaps.longest, ++now);
    }
  }
  gaps.trailing = now;
  if (!seen) gaps.leading = now;
  return gaps;
}

struct WordMeans {
  int worst = kNetOne, best = 0;
};
WordMeans word_means(const std::vector<WindowSight>& windows, const LineModel& line) {
  WordMeans means;
  for (const cv::Range& word : line.words) {
    int sum = 0, count = 0;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const cv::Range at = window_columns_px(line, static_cast<int>(i));
      const int middle = (at.start + at.end) / 2;
      if (middle >= word.start && middle < word.end)
        sum += std::max(windows[i].covered, windows[i].crossed), ++count;
    }
    if (count == 0) continue;
    means.worst = std::min(means.worst, sum / count), means.best = std::max(means.best, sum / count);
  }
  return means;
}

/// The mean of the `length` windows in one piece that show the least ink; a
/// slanted strike's ends are above and below the letters.
int palest(const std::vector<WindowSight>& windows, std::size_t length) {
  const auto ink = [](const WindowSight& w) { return std::max({w.covered, w.crossed, w.above, w.below}); };
  const std::size_t n = windows.size();
  length = std::clamp<std::size_t>(length, 1, n);
  int sum = 0, least = kNetOne * static_cast<int>(n);
  for (std::size_t i = 0; i < n; ++i) {
    sum += ink(windows[i]);
    if (i >= length) sum -= ink(windows[i - length]);
    if (i + 1 >= length) least = std::min(least, sum);
  }
  return least / static_cast<int>(length);
}

// ---- the model's text -------------------------------------------------------

class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  std::string_view next() {
    const std::size_t start = rest_.find_first_not_of(" \n");
    if (start == std::string_view::npos) return {};
    rest_.remove_prefix(start);
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \n"));
    rest_.remove_prefix(word.size());
    return word;
  }
  std::int64_t number(std::int64_t low, std::int64_t high) {
    const std::string_view word = next();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size() || value < low || value > high) ok_ = false;
    return ok_ ? value : 0;
  }
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

NetLayer layer_of(Words& words) {
  NetLayer layer;
  layer.inputs = static_cast<int>(words.number(1, kMaxNetInputs));
  layer.outputs = static_cast<int>(words.number(1, kMaxNetHidden));
  layer.shift = static_cast<int>(words.number(9, 30));
  for (int row = 0; row < layer.outputs && words.ok(); ++row) {
    layer.bias.push_back(static_cast<std::int32_t>(words.number(-(1 << 30), 1 << 30)));
    for (int i = 0; i < layer.inputs; ++i)
      layer.weights.push_back(static_cast<std::int16_t>(words.number(-32768, 32767)));
  }
  return layer;
}

}  // namespace

std::vector<std::int16_t> reference_cells(const LineModel& line) {
  return cell_means(line.print, line, columns_of(line));
}

LineCells cells_of(const cv::Mat& dark, const LineModel& line) {
  LineCells cells;
  cells.columns = columns_of(line);
  if (cells.windows() < 1) return cells;
  cells.scan = cell_means(dark, line, cells.columns);
  cells.print = line.print_cells.empty() ? reference_cells(line) : line.print_cells;
  match_blackness(cells);
  return cells;
}

std::array<std::int16_t, kWindowInputs> window_inputs(const LineCells& cells, int index) {
  constexpr std::ptrdiff_t kHalfInputs = kWindowInputs / 2;
  const std::ptrdiff_t from = std::ptrdiff_t{index} * kCellsAStep * kCellsDown;
  std::array<std::int16_t, kWindowInputs> in{};
  std::copy_n(cells.scan.begin() + from, kHalfInputs, in.begin());
  std::copy_n(cells.print.begin() + from, kHalfInputs, in.begin() + kHalfInputs);
  return in;
}

cv::Range window_columns_px(const LineModel& line, int index) {
  return {column_px(line, index * kCellsAStep), column_px(line, index * kCellsAStep + kCellsAcross)};
}

std::array<std::int16_t, kLineInputs> line_inputs(const std::vector<WindowSight>& windows,
                                                  const MarginSight& margins, const LineModel& line) {
  std::array<std::int16_t, kLineInputs> in{};
  std::size_t next = 0;
  const auto put = [&](int value) { in[next++] = static_cast<std::int16_t>(std::clamp(value / 4, 0, 1023)); };
  const int n = static_cast<int>(windows.size());
  if (n == 0) return in;
  std::vector<int> covered;
  WindowSight sum, most;
  int many_covered = 0, most_covered = 0, above = 0, crossings = 0;
  for (const WindowSight& w : windows) {
    covered.push_back(w.covered);
    sum.covered += w.covered, sum.crossed += w.crossed, sum.above += w.above, sum.below += w.below;
    most.crossed = std::max(most.crossed, w.crossed), most.above = std::max(most.above, w.above),
    most.below = std::max(most.below, w.below);
    many_covered += w.covered > kHalf ? 1 : 0, most_covered += 4 * w.covered > 3 * kNetOne ? 1 : 0;
    above += w.above > kHalf ? 1 : 0, crossings += w.crossed > kHalf ? 1 : 0;
  }
  std::sort(covered.begin(), covered.end());
  for (const int percent : {0, 10, 25, 50, 75, 90, 100})
    put(covered[static_cast<std::size_t>((n - 1) * percent / 100)]);
  put(sum.covered / n), put(sum.crossed / n), put(most.crossed), put(std::min(crossings, 16) * kNetOne / 16);
  put(sum.above / n), put(most.above), put(sum.below / n), put(most.below);
  const Gaps gaps =
      gaps_of(windows, [](const WindowSight& w) { return std::max(w.covered, w.crossed) > kHalf; });
  for (const int gap : {gaps.longest, gaps.leading, gaps.trailing}) put(std::min(gap, 12) * kNetOne / 12);
  put(std::min(12, gaps_of(windows, [](const WindowSight& w) { return w.covered > kHalf; }).longest) *
      kNetOne / 12);
  const WordMeans means = word_means(windows, line);
  put(means.worst), put(means.best);
  put(many_covered * kNetOne / n), put(most_covered * kNetOne / n), put(above * kNetOne / n);
  put(margins.left), put(margins.right);
  KP_CHECK(next == in.size());
  return in;
}

MarginSight look_at_margins(const cv::Mat& dark, const LineModel& line) {
  constexpr int kPrinted = 40, kFull = 64;  // of 255; a quarter of black counts as full
  const int away = static_cast<int>(2 * kFieldPxPerMm);
  const int top = std::max(0, line.body_top_px), bottom = std::min(dark.rows, line.body_bottom_px);
  const auto side = [&](int from, int to) {
    std::vector<int> blank;
    for (int x = std::max(0, from); x < std::min(to, dark.cols); ++x) {
      int printed = 0;
      for (int y = top; y < bottom; ++y) printed = std::max<int>(printed, line.print.at<std::uint8_t>(y, x));
      if (printed <= kPrinted) blank.push_back(x);
    }
    if (static_cast<int>(blank.size()) < away / 4 || bottom <= top) return 0;
    std::vector<int> rows;
    for (int y = top; y < bottom; ++y) {
      int sum = 0;
      for (const int x : blank) sum += dark.at<std::uint8_t>(y, x);
      rows.push_back(sum / static_cast<int>(blank.size()));
    }
    std::sort(rows.begin(), rows.end());
    return std::min(kFull, rows.back() - rows[rows.size() / 2]) * kNetOne / kFull;
  };
  return {side(0, line.left_px - away), side(line.right_px + away, dark.cols)};
}

LearnedReader::LearnedReader(SmallNet window, SmallNet line)
    : window_(std::move(window)), line_(std::move(line)) {
  KP_CHECK(window_.inputs() == kWindowInputs && window_.outputs() == kWindowOutputs);
  KP_CHECK(line_.inputs() == kLineInputs && line_.outputs() == 3);
}

const LearnedReader& LearnedReader::shipped() {
  static const LearnedReader kReader = [] {
    auto parsed = parse(line_model_data());
    KP_CHECK(parsed.has_value());
    return std::move(parsed).value();
  }();
  return kReader;
}

Result<LearnedReader> LearnedReader::parse(std::string_view text) {
  const auto bad = [](const char* what) { return fail(ErrorCode::kTemplateInvalid, what); };
  if (!text.starts_with("kiemphieu-line-reader 1\n")) return bad("not a line reader's model");
  const std::size_t start = text.find("\nwindow ");
  if (start == std::string_view::npos) return bad("the model has no window net");
  Words words(text.substr(start));
  std::array<NetLayer, 4> layers;
  for (std::size_t i = 0; i < 4 && words.ok(); ++i) {
    if (i % 2 == 0 && words.next() != (i == 0 ? "window" : "line"))
      return bad("the model's nets are out of order");
    layers[i] = layer_of(words);
  }
  const bool whole = words.ok() && words.next() == "end";
  if (!whole || layers[0].inputs != kWindowInputs || layers[1].inputs != layers[0].outputs ||
      layers[1].outputs != kWindowOutputs || layers[2].inputs != kLineInputs ||
      layers[3].inputs != layers[2].outputs || layers[3].outputs != 3)
    return bad("the model's numbers are broken");
  return LearnedReader({std::move(layers[0]), std::move(layers[1])},
                       {std::move(layers[2]), std::move(layers[3])});
}

std::vector<WindowSight> LearnedReader::look_at_windows(const cv::Mat& dark, const LineModel& line) const {
  const LineCells cells = cells_of(dark, line);
  std::vector<WindowSight> windows;
  for (int i = 0; i < cells.windows(); ++i) {
    std::array<int, kWindowOutputs> out{};
    window_.run(window_inputs(cells, i), out);
    const auto share = [](int value) { return std::clamp((value + kNetOne) / 2, 0, kNetOne); };
    windows.push_back({share(out[0]), share(out[1]), share(out[2]), share(out[3])});
  }
  return windows;
}

LineSight LearnedReader::look(const cv::Mat& dark, const LineModel& line) const {
  LineSight sight;
  sight.windows = look_at_windows(dark, line);
  if (sight.windows.empty()) return sight;
  std::array<int, 3> out{};  // clean, struck, neither
  line_.run(line_inputs(sight.windows, look_at_margins(dark, line), line), out);
  SecondOpinion& opinion = sight.opinion;
  const int clean = kCommonness * permille_of(out[0]), struck = kCommonness * permille_of(out[1]);
  const int all = std::max(1, clean + struck + permille_of(out[2]));
  opinion.kept_permille = 1000 * clean / all;
  opinion.struck_permille = 1000 * struck / all;
  const int free = opinion.struck_permille > kSure ? kFreeOfSure : kFree;
  if (opinion.kept_permille > kKeptFrom)
    opinion.view = SecondView::kKept;
  else if (opinion.struck_permille > kStruckFrom && palest(sight.windows, kStretch) > free &&
           (opinion.struck_permille > kSurelyStruck ||
            palest(sight.windows, sight.windows.size() / 4) > kNetOne / 7))
    opinion.view = SecondView::kStruck;
  return sight;
}

}  // namespace kiemphieu::reading

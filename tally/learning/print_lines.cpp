#include "tally/learning/print_lines.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::learning {
namespace {

constexpr int kFaintest = 60;          // of 255; paper grain and show-through are lighter
constexpr double kRuleMm = 32.0;       // no word is so long, whose feet may touch in a copy
constexpr double kLetterMinMm = 1.1;   // x-height of 6 pt
constexpr double kLetterMaxMm = 12.0;  // a capital with two marks and a descender at 18 pt, with room
constexpr double kWidestMm = 45.0;     // letters of one word that touch in a copy
constexpr double kWordGapMm = 14.0;    // between "Ông" and the name
constexpr double kSpeckMm2 = 0.03;
constexpr double kMarkGap = 0.4;       // in letter heights: marks stand close to their letter
constexpr double kMarkArea = 0.02;     // in squared letter heights: the dot under a vowel has 0.04

struct Piece {
  cv::Rect box;
  int label = 0;
  int area = 0;
  int line = -1;
};

/// The print's own darkness: the level that 70 % of the surely inked pixels stay below.
int print_level(const cv::Mat& darkness) {
  std::array<int, 256> histogram{};
  int total = 0;
  for (int y = 0; y < darkness.rows; ++y)
    for (int x = 0; x < darkness.cols; ++x) {
      const int v = darkness.at<std::uint8_t>(y, x);
      ++histogram[static_cast<std::size_t>(v)];
      total += v > kFaintest ? 1 : 0;
    }
  int level = kFaintest;
  for (int seen = 0; level < 255; ++level)
    if ((seen += level > kFaintest ? histogram[static_cast<std::size_t>(level)] : 0) > total * 7 / 10) break;
  return level;
}

/// Long straight runs, bridging specks of missing toner but not the gap between words.
cv::Mat long_runs(const cv::Mat& ink, bool across) {
  const auto bar = [&](double mm) {
    const cv::Size size = across ? cv::Size(to_px(mm), 1) : cv::Size(1, to_px(mm));
    return cv::getStructuringElement(cv::MORPH_RECT, size);
  };
  cv::Mat runs;
  cv::morphologyEx(ink, runs, cv::MORPH_CLOSE, bar(0.4));
  cv::morphologyEx(runs, runs, cv::MORPH_OPEN, bar(kRuleMm));
  return runs;
}

std::vector<cv::Rect> boxes_of(const cv::Mat& mask) {
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8);
  std::vector<cv::Rect> boxes;
  for (int i = 1; i < count; ++i)
    boxes.emplace_back(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
  return boxes;
}

/// The frame: the outermost ruled lines of all four sides, if they are there
/// and are not the paper's own edges.
std::optional<cv::Rect> find_frame(const std::vector<cv::Rect>& across, const std::vector<cv::Rect>& down,
                                   const cv::Size& page) {
  int left = page.width, right = 0, top = page.height, bottom = 0;
  const int rim = to_px(2.0);
  for (const cv::Rect& run : down) {
    if (run.height < page.height * 6 / 10 || run.x < rim || run.br().x > page.width - rim) continue;
    left = std::min(left, run.x);
    right = std::max(right, run.br().x);
  }
  for (const cv::Rect& run : across) {
    if (run.width < page.width * 6 / 10 || run.y < rim || run.br().y > page.height - rim) continue;
    top = std::min(top, run.y);
    bottom = std::max(bottom, run.br().y);
  }
  if (right - left < page.width * 6 / 10 || bottom - top < page.height * 6 / 10) return std::nullopt;
  return cv::Rect(left, top, right - left, bottom - top);
}

int overlap(int a, int a_end, int b, int b_end) { return std::min(a_end, b_end) - std::max(a, b); }

/// Letters that share half of the lower one's height and stand near each other.
bool same_line(const cv::Rect& a, const cv::Rect& b) {
  const int shared = overlap(a.y, a.br().y, b.y, b.br().y);
  if (2 * shared < std::min(a.height, b.height)) return false;
  return -overlap(a.x, a.br().x, b.x, b.br().x) < to_px(kWordGapMm);
}

int find_root(std::vector<int>& parent, int i) {
  while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
  return i;
}

int median_height(const std::vector<Piece>& pieces, const std::vector<std::size_t>& members) {
  std::vector<int> heights;
  for (const std::size_t i : members) heights.push_back(pieces[i].box.height);
  std::nth_element(heights.begin(), heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2), heights.end());
  return heights[heights.size() / 2];
}

using Groups = std::vector<std::vector<std::size_t>>;

Groups group_letters(const std::vector<Piece>& pieces) {
  std::vector<int> parent(pieces.size());
  std::iota(parent.begin(), parent.end(), 0);
  for (std::size_t i = 0; i < pieces.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (pieces[i].box.height >= to_px(kLetterMinMm) && pieces[j].box.height >= to_px(kLetterMinMm) &&
          same_line(pieces[i].box, pieces[j].box))
        parent[static_cast<std::size_t>(find_root(parent, static_cast<int>(i)))] =
            find_root(parent, static_cast<int>(j));
  Groups by_root(pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i)
    if (pieces[i].box.height >= to_px(kLetterMinMm))
      by_root[static_cast<std::size_t>(find_root(parent, static_cast<int>(i)))].push_back(i);
  std::erase_if(by_root, [](const auto& members) { return members.empty(); });
  return by_root;
}

cv::Rect extent(const std::vector<Piece>& pieces, const std::vector<std::size_t>& members) {
  cv::Rect box;
  for (const std::size_t i : members) box = box.empty() ? pieces[i].box : box | pieces[i].box;
  return box;
}

/// A group that is no line of its own but marks of large letters (a hat with a
/// tone is a millimetre high at 18 pt), or loose dirt.
bool is_line(const std::vector<Piece>& pieces, const Groups& groups, std::size_t index) {
  const auto& members = groups[index];
  const cv::Rect box = extent(pieces, members);
  const int height = median_height(pieces, members);
  if (box.width < to_px(3.5)) return false;  // the shortest name has two letters and a mark more
  for (std::size_t other = 0; other < groups.size(); ++other) {
    if (other == index) continue;
    const cv::Rect larger = extent(pieces, groups[other]);
    const int its_height = median_height(pieces, groups[other]);
    const bool under = overlap(box.x, box.br().x, larger.x, larger.br().x) > box.width * 8 / 10;
    const int gap = -overlap(box.y, box.br().y, larger.y, larger.br().y);
    if (under && 100 * height < 66 * its_height && 2 * gap < its_height) return false;
  }
  return true;
}

/// How far a mark lies from a letter; marks stand over or under their letter.
double distance(const cv::Rect& mark, const cv::Rect& letter) {
  const int gap_x = std::max(0, -overlap(mark.x, mark.br().x, letter.x, letter.br().x));
  const int gap_y = std::max(0, -overlap(mark.y, mark.br().y, letter.y, letter.br().y));
  return gap_y + 1.0 * gap_x;
}

/// The line of the nearest of `anchors`; -1: too far from all, or too small: dirt.
int line_of_mark(const Piece& mark, const std::vector<Piece>& anchors) {
  double best = to_px(2.2);
  int line = -1;
  for (const Piece& anchor : anchors) {
    const double away = distance(mark.box, anchor.box);
    const int size = std::max(anchor.box.height, to_px(kLetterMinMm));
    if (away >= best || away > kMarkGap * size || mark.area < kMarkArea * size * size) continue;
    best = away;
    line = anchor.line;
  }
  return line;
}

/// Twice, because a tone stands on a hat that stands on a letter.
void give_marks_to_lines(std::vector<Piece>& pieces) {
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<Piece> anchors;
    std::copy_if(pieces.begin(), pieces.end(), std::back_inserter(anchors), [](const Piece& p) { return p.line >= 0; });
    for (Piece& piece : pieces)
      if (piece.line < 0) piece.line = line_of_mark(piece, anchors);
  }
}

TextLine line_of(const std::vector<Piece>& pieces, int line, const cv::Mat& darkness, const cv::Mat& labels) {
  TextLine result;
  std::vector<bool> mine;
  std::vector<int> heights;
  for (const Piece& piece : pieces) {
    if (piece.line != line) continue;
    result.box = result.box.empty() ? piece.box : result.box | piece.box;
    mine.resize(std::max(mine.size(), static_cast<std::size_t>(piece.label) + 1), false);
    mine[static_cast<std::size_t>(piece.label)] = true;
    if (piece.box.height >= to_px(kLetterMinMm)) heights.push_back(piece.box.height);
    result.widest_px = std::max(result.widest_px, piece.box.width);
  }
  std::sort(heights.begin(), heights.end());
  result.letter_px = heights.empty() ? result.box.height : heights[heights.size() / 2];
  result.ink = cv::Mat(result.box.size(), CV_8UC1, cv::Scalar(0));
  for (int y = 0; y < result.box.height; ++y)
    for (int x = 0; x < result.box.width; ++x) {
      const auto label = static_cast<std::size_t>(labels.at<int>(result.box.y + y, result.box.x + x));
      if (label < mine.size() && mine[label])
        result.ink.at<std::uint8_t>(y, x) = darkness.at<std::uint8_t>(result.box.y + y, result.box.x + x);
    }
  return result;
}

/// Pieces of connected ink that may be letters or marks; larger ones into `bodies`.
std::vector<Piece> find_pieces(const cv::Mat& ink, cv::Mat& labels, std::vector<cv::Rect>& bodies) {
  cv::Mat stats, centres;
  const int count = cv::connectedComponentsWithStats(ink, labels, stats, centres, 8);
  std::vector<Piece> pieces;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const int area = stats.at<int>(i, cv::CC_STAT_AREA);
    if (area < kSpeckMm2 * kPxPerMm * kPxPerMm) continue;
    if (box.height > to_px(kLetterMaxMm) || box.width > to_px(kWidestMm))
      bodies.push_back(box);
    else
      pieces.push_back({box, i, area, -1});
  }
  return pieces;
}

}  // namespace

PrintLines find_print(const cv::Mat& darkness) {
  PrintLines print;
  print.ink_level = print_level(darkness);
  cv::Mat ink = darkness > std::max(kFaintest, print.ink_level * 45 / 100);
  const cv::Mat across = long_runs(ink, true), down = long_runs(ink, false);
  const std::vector<cv::Rect> across_boxes = boxes_of(across), down_boxes = boxes_of(down);
  print.frame = find_frame(across_boxes, down_boxes, ink.size());
  print.rules = across_boxes;
  print.rules.insert(print.rules.end(), down_boxes.begin(), down_boxes.end());
  cv::Mat ruled = across | down;
  cv::dilate(ruled, ruled, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  ink.setTo(0, ruled);

  cv::Mat labels;
  std::vector<Piece> pieces = find_pieces(ink, labels, print.bodies);
  const Groups groups = group_letters(pieces);
  int lines = 0;
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (is_line(pieces, groups, i)) {
      for (const std::size_t member : groups[i]) pieces[member].line = lines;
      ++lines;
    }
  give_marks_to_lines(pieces);
  for (int line = 0; line < lines; ++line) print.lines.push_back(line_of(pieces, line, darkness, labels));
  std::sort(print.lines.begin(), print.lines.end(), [](const TextLine& a, const TextLine& b) {
    return a.box.y + a.box.height / 2 < b.box.y + b.box.height / 2;
  });
  return print;
}

}  // namespace kiemphieu::learning

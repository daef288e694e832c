#include "tally/learning/name_shapes.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "tally/forms/draw.h"

namespace kiemphieu::learning {
namespace {

constexpr int kInk = 60;
// The normal size: bodies of 16 px, two stacked marks above, a descender and a dot below.
constexpr int kBodyPx = 16, kAbovePx = 20, kBelowPx = 12;
constexpr int kHeightPx = kAbovePx + kBodyPx + kBelowPx;
constexpr int kSlackPx = 4;     // the body's rows are found to a few pixels only
constexpr double kBlurPx = 2.0; // typefaces differ in where exactly a stroke runs

/// The words of a line side by side in the normal size, with `slack` rows more on both sides.
cv::Mat normal_shape(const cv::Mat& ink, const std::vector<cv::Range>& words, const std::vector<int>& widths_px,
                     int baseline_px, double px_per_normal, int slack) {
  int total = 0;
  for (const int width : widths_px) total += width;
  cv::Mat shape(kHeightPx + 2 * slack, total, CV_8UC1, cv::Scalar(0));
  int at = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const double stretch = static_cast<double>(words[i].size()) / widths_px[i];
    const cv::Mat map = (cv::Mat_<double>(2, 3) << stretch, 0, words[i].start, 0, px_per_normal,
                         baseline_px - (kAbovePx + kBodyPx + slack) * px_per_normal);
    cv::Mat word = shape.colRange(at, at + widths_px[i]);
    cv::warpAffine(ink, word, map, word.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT);
    at += widths_px[i];
  }
  cv::GaussianBlur(shape, shape, {0, 0}, kBlurPx);
  return shape;
}

std::vector<int> normal_widths(const DrawnLine& drawn, double px_per_normal) {
  std::vector<int> widths;
  for (const cv::Range& span : drawn.spans)
    widths.push_back(std::max(2, static_cast<int>(std::lround(span.size() / px_per_normal))));
  return widths;
}

int name_width(const std::vector<cv::Range>& words, bool honorific) {
  return words.back().end - words[honorific && words.size() > 1 ? 1 : 0].start;
}

double proportion_error(const std::vector<cv::Range>& seen, const std::vector<cv::Range>& drawn, bool honorific) {
  const std::size_t first = honorific && seen.size() > 1 ? 1 : 0;
  double seen_sum = 0, drawn_sum = 0, error = 0;
  for (std::size_t i = first; i < seen.size(); ++i) {
    seen_sum += seen[i].size();
    drawn_sum += drawn[i].size();
  }
  for (std::size_t i = first; i < seen.size(); ++i)
    error += std::abs(seen[i].size() / seen_sum - drawn[i].size() / drawn_sum);
  return error;
}

}  // namespace

cv::Range body_rows(const cv::Mat& ink) {
  std::vector<int> rows(static_cast<std::size_t>(ink.rows), 0);
  int fullest = 1;
  for (int y = 0; y < ink.rows; ++y) {
    const auto* p = ink.ptr<std::uint8_t>(y);
    int& inked = rows[static_cast<std::size_t>(y)];
    for (int x = 0; x < ink.cols; ++x) inked += p[x] > kInk ? 1 : 0;
    fullest = std::max(fullest, inked);
  }
  cv::Range body(0, ink.rows);
  while (body.start < body.end - 1 && 20 * rows[static_cast<std::size_t>(body.start)] < 9 * fullest) ++body.start;
  while (body.end > body.start + 1 && 20 * rows[static_cast<std::size_t>(body.end - 1)] < 9 * fullest) --body.end;
  return body;
}

std::vector<cv::Range> split_words(const cv::Mat& ink, int count) {
  std::vector<bool> inked(static_cast<std::size_t>(ink.cols), false);
  for (int y = 0; y < ink.rows; ++y) {
    const auto* p = ink.ptr<std::uint8_t>(y);
    for (int x = 0; x < ink.cols; ++x)
      if (p[x] > kInk) inked[static_cast<std::size_t>(x)] = true;
  }
  std::vector<cv::Range> gaps;
  int last = -1, first = -1;
  for (int x = 0; x < ink.cols; ++x) {
    if (!inked[static_cast<std::size_t>(x)]) continue;
    if (first < 0) first = x;
    if (last >= 0 && x > last + 1) gaps.emplace_back(last + 1, x);
    last = x;
  }
  if (first < 0 || static_cast<int>(gaps.size()) + 1 < count) return {};
  std::stable_sort(gaps.begin(), gaps.end(),
                   [](const cv::Range& a, const cv::Range& b) { return a.size() > b.size(); });
  gaps.resize(static_cast<std::size_t>(count) - 1);
  std::sort(gaps.begin(), gaps.end(), [](const cv::Range& a, const cv::Range& b) { return a.start < b.start; });
  std::vector<cv::Range> words;
  int start = first;
  for (const cv::Range& gap : gaps) {
    words.emplace_back(start, gap.start);
    start = gap.end;
  }
  words.emplace_back(start, last + 1);
  return words;
}

Result<std::vector<DrawnLine>> draw_lines(std::span<const DrawnLine> texts, const forms::TextStyle& style) {
  constexpr double kPitchMm = 13, kLeftMm = 5, kWidthMm = 300;
  forms::Page page;
  page.width_mm = kWidthMm;
  page.height_mm = kPitchMm * (static_cast<double>(texts.size()) + 1);
  for (std::size_t i = 0; i < texts.size(); ++i)
    page.texts.push_back({texts[i].text, style, forms::Align::kLeft, kLeftMm,
                          kPitchMm * (static_cast<double>(i) + 1), kWidthMm - 2 * kLeftMm, forms::kBlack});
  KP_TRY(const imaging::Image image, forms::draw_gray(page, kPxPerMm * 25.4));
  cv::Mat darkness;
  cv::bitwise_not(cv::Mat(image.height_px, image.width_px, CV_8UC1,
                          const_cast<std::uint8_t*>(image.pixels.data())),  // NOLINT
                  darkness);
  std::vector<DrawnLine> lines(texts.begin(), texts.end());
  std::vector<int> bodies;
  std::vector<int> baselines;
  std::vector<cv::Mat> inks;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const int baseline = to_px(page.texts[i].baseline_mm);
    const cv::Rect row(0, std::max(0, baseline - to_px(9)), darkness.cols, to_px(12.5));
    inks.push_back(darkness(row & cv::Rect(0, 0, darkness.cols, darkness.rows)));
    lines[i].spans = split_words(inks.back(), lines[i].words);
    if (lines[i].spans.empty()) return fail(ErrorCode::kPrintFailed, lines[i].text);
    const cv::Range body = body_rows(inks.back());
    bodies.push_back(body.size());
    baselines.push_back(body.end);
    lines[i].letters_px = name_width(lines[i].spans, lines[i].honorific);
    for (const cv::Range& span : lines[i].spans) lines[i].widest_word_px = std::max(lines[i].widest_word_px, span.size());
  }
  std::vector<int> sorted = bodies;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
  const double px_per_normal = static_cast<double>(sorted[sorted.size() / 2]) / kBodyPx;
  for (std::size_t i = 0; i < lines.size(); ++i)
    lines[i].shape = normal_shape(inks[i], lines[i].spans, normal_widths(lines[i], px_per_normal), baselines[i],
                                  px_per_normal, 0);
  return lines;
}

Likeness compare(const TextLine& seen, const DrawnLine& drawn, int body_px) {
  Likeness likeness;
  const std::vector<cv::Range> words = split_words(seen.ink, drawn.words);
  if (words.empty()) return likeness;
  std::vector<int> widths;
  int total = 0;
  for (const cv::Range& span : drawn.spans) total += span.size();
  for (const cv::Range& span : drawn.spans)
    widths.push_back(std::max(2, static_cast<int>(std::lround(static_cast<double>(drawn.shape.cols) * span.size() / total))));
  int sum = 0;
  for (const int width : widths) sum += width;
  widths.back() += drawn.shape.cols - sum;  // rounding
  if (widths.back() < 2) return likeness;
  const cv::Mat shape = normal_shape(seen.ink, words, widths, body_rows(seen.ink).end,
                                     static_cast<double>(body_px) / kBodyPx, kSlackPx);
  cv::Mat correlation;
  cv::matchTemplate(shape, drawn.shape, correlation, cv::TM_CCOEFF_NORMED);
  cv::minMaxLoc(correlation, nullptr, &likeness.shape);
  likeness.proportion = proportion_error(words, drawn.spans, drawn.honorific);
  likeness.scale = static_cast<double>(name_width(words, drawn.honorific)) / drawn.letters_px;
  return likeness;
}

}  // namespace kiemphieu::learning

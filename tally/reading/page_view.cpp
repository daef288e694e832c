#include "tally/reading/page_view.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {
namespace {

constexpr double kMmPerInch = 25.4;
constexpr double kCoarsePxPerMm = 2.0;  // 50 dpi: a 0.5 mm pen line is one pixel
constexpr int kClosingPx = 7;           // 3.5 mm: wider than any letter stroke, seal ring or pen line
constexpr int kNoPaper = 40;     // black borders have no paper to be darker than
constexpr double kMinDpi = 72, kMaxDpi = 900;
constexpr int kMaxStep = 16;  // 16 x 16 x 255 still fits the sums' 16 bits

/// A stated resolution counts only when it gives the page a believable width:
/// files often carry 72 or 96 dpi that nobody measured.
bool believable(double dpi, int width_px, double form_width_mm) {
  if (dpi < kMinDpi || dpi > kMaxDpi) return false;
  const double width_mm = width_px / dpi * kMmPerInch;
  return width_mm > 0.8 * form_width_mm && width_mm < 2.2 * form_width_mm;
}

/// The sums down each column of `count` rows from `first` on. Four rows at a
/// time: the sums are written and read again once a page instead of four times.
void add_rows(const cv::Mat& pixels, int first, int count, std::vector<std::uint16_t>& sums) {
  std::uint16_t* out = sums.data();
  const std::size_t size = sums.size();
  int done = 0;
  if (count >= 4) {
    const auto *a = pixels.ptr<std::uint8_t>(first), *b = pixels.ptr<std::uint8_t>(first + 1),
               *c = pixels.ptr<std::uint8_t>(first + 2), *d = pixels.ptr<std::uint8_t>(first + 3);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint16_t>(a[i] + b[i] + c[i] + d[i]);
    done = 4;
  } else {
    std::fill(sums.begin(), sums.end(), std::uint16_t{0});
  }
  for (; done < count; ++done) {
    const std::uint8_t* row = pixels.ptr<std::uint8_t>(first + done);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint16_t>(out[i] + row[i]);
  }
}

/// Sums `step` rows, then `step` pixels beside each other: plain loops over
/// neighbouring bytes, which compilers turn into vector code. Four times as fast
/// here as a general area resize, and the page's only full pass.
void average_blocks(const cv::Mat& pixels, int step, std::vector<cv::Mat>& planes) {
  const auto channels = static_cast<std::size_t>(pixels.channels());
  const int cols = pixels.cols / step, rows = pixels.rows / step;
  const std::size_t used = static_cast<std::size_t>(cols * step) * channels;
  planes.assign(channels, {});
  for (cv::Mat& plane : planes) plane.create(rows, cols, CV_8UC1);
  std::vector<std::uint16_t> column(used), block(used);
  const auto reciprocal = static_cast<std::uint32_t>(65536 / (step * step) + 1);
  for (int y = 0; y < rows; ++y) {
    const std::uint16_t* sums = column.data();
    add_rows(pixels, y * step, step, column);
    std::uint16_t* total = block.data();
    const std::size_t last = used - (static_cast<std::size_t>(step) - 1) * channels;
    const auto beside = [&](int k) { return sums + static_cast<std::size_t>(k) * channels; };
    const auto add = [](int a, int b) { return static_cast<std::uint16_t>(a + b); };
    int done = 1;
    if (step >= 4) {
      const auto *b = beside(1), *c = beside(2), *d = beside(3);
      for (std::size_t i = 0; i < last; ++i) total[i] = add(add(sums[i], b[i]), add(c[i], d[i]));
      done = 4;
    } else {
      std::copy(sums, sums + used, total);
    }
    for (; done < step; ++done) {
      const std::uint16_t* next = beside(done);
      for (std::size_t i = 0; i < last; ++i) total[i] = add(total[i], next[i]);
    }
    for (std::size_t c = 0; c < channels; ++c) {
      auto* out = planes[c].ptr<std::uint8_t>(y);
      const std::uint16_t* from = total + c;
      for (int x = 0; x < cols; ++x, from += static_cast<std::size_t>(step) * channels)
        out[x] = static_cast<std::uint8_t>((*from * reciprocal) >> 16U);
    }
  }
}

}  // namespace

int coarse_step(double px_per_mm) {
  return std::clamp(static_cast<int>(std::lround(px_per_mm / kCoarsePxPerMm)), 1, kMaxStep);
}

cv::Mat coarse_ink(const std::vector<cv::Mat>& planes, cv::Mat* surface) {
  const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_RECT, {kClosingPx, kClosingPx});
  cv::Mat ink, closed;
  for (const cv::Mat& plane : planes) {
    const bool first = ink.empty();
    if (first) ink = cv::Mat::zeros(plane.size(), CV_8UC1);
    cv::morphologyEx(plane, closed, cv::MORPH_CLOSE, kernel);
    if (surface != nullptr) *surface = first ? closed.clone() : cv::Mat(cv::max(*surface, closed));
    const int cols = plane.cols;  // by value: the loop below then becomes vector code
    for (int y = 0; y < plane.rows; ++y) {
      const auto* p = plane.ptr<std::uint8_t>(y);
      const auto* q = closed.ptr<std::uint8_t>(y);
      auto* out = ink.ptr<std::uint8_t>(y);
      for (int x = 0; x < cols; ++x) {
        const auto paper = static_cast<float>(std::max<int>(q[x], kNoPaper));
        const auto dark = static_cast<std::uint8_t>(static_cast<float>(255 * (q[x] - p[x])) / paper);
        out[x] = std::max(out[x], dark);
      }
    }
  }
  return ink;
}

PageView PageView::of(const imaging::ImageView& image, double form_width_mm) {
  PageView view;
  view.colour = image.format == imaging::PixelFormat::kRgb8;
  // OpenCV has no const Mat header over foreign memory; nothing here writes to it.
  view.pixels = cv::Mat(image.height_px, image.width_px, view.colour ? CV_8UC3 : CV_8UC1,
                        const_cast<std::uint8_t*>(image.data), image.stride_bytes);  // NOLINT
  view.resolution_stated = believable(image.dpi, image.width_px, form_width_mm);
  view.px_per_mm = view.resolution_stated ? image.dpi / kMmPerInch : image.width_px / form_width_mm;
  view.step = coarse_step(view.px_per_mm);
  const cv::Size coarse_size(image.width_px / view.step, image.height_px / view.step);
  if (coarse_size.width < kClosingPx || coarse_size.height < kClosingPx) return view;
  std::vector<cv::Mat> planes;
  average_blocks(view.pixels, view.step, planes);
  view.ink = coarse_ink(planes, &view.surface);
  return view;
}

}  // namespace kiemphieu::reading

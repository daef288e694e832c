#include "tally/reading/field.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {
namespace {

constexpr int kPaddingPx = 3;   // what bilinear reading touches around a field
constexpr int kFraction = 256;  // of a pixel, in bilinear weights

/// Darkness of one row: 255 (paper - v) / paper, the largest of the channels.
class RowDarkness {
 public:
  explicit RowDarkness(const cv::Vec3i& paper) {
    for (int c = 0; c < 3; ++c) {
      paper_.at(static_cast<std::size_t>(c)) = static_cast<std::uint8_t>(paper[c]);
      factor_.at(static_cast<std::size_t>(c)) = static_cast<std::uint16_t>(255 * 256 / paper[c]);
    }
  }

  void gray(const std::uint8_t* from, int count, std::uint8_t* to) const {
    int x = 0;
#if CV_SIMD
    for (; x + kLanes <= count; x += kLanes) cv::v_store(to + x, dark(cv::v_load(from + x), 0));
#endif
    for (; x < count; ++x) to[x] = dark(from[x], 0);
  }

  void colour(const std::uint8_t* from, int count, std::uint8_t* to) const {
    int x = 0;
#if CV_SIMD
    for (; x + kLanes <= count; x += kLanes) {
      cv::v_uint8x16 red, green, blue;
      cv::v_load_deinterleave(from + static_cast<std::ptrdiff_t>(3) * x, red, green, blue);
      cv::v_store(to + x, cv::v_max(cv::v_max(dark(red, 0), dark(green, 1)), dark(blue, 2)));
    }
#endif
    for (; x < count; ++x) {
      const std::uint8_t* p = from + static_cast<std::ptrdiff_t>(3) * x;
      to[x] = std::max({dark(p[0], 0), dark(p[1], 1), dark(p[2], 2)});
    }
  }

 private:
  std::uint8_t dark(std::uint8_t v, std::size_t c) const {
    return static_cast<std::uint8_t>((std::max(paper_[c] - v, 0) * factor_[c]) >> 8U);
  }
#if CV_SIMD
  static constexpr int kLanes = cv::v_uint8x16::nlanes;
  cv::v_uint8x16 dark(const cv::v_uint8x16& v, std::size_t c) const {
    cv::v_uint16x8 low, high;
    cv::v_expand(cv::v_setall_u8(paper_[c]) - v, low, high);  // saturates at 0
    const cv::v_uint16x8 factor = cv::v_setall_u16(factor_[c]);
    return cv::v_pack(cv::v_shr<8>(cv::v_mul_wrap(low, factor)), cv::v_shr<8>(cv::v_mul_wrap(high, factor)));
  }
#endif
  std::array<std::uint8_t, 3> paper_{};
  std::array<std::uint16_t, 3> factor_{};
};

/// The page's darkness within `box`, which may reach beyond the page.
cv::Mat darkness_in(const PageView& view, const cv::Rect& box) {
  const cv::Rect inside = box & cv::Rect(0, 0, view.pixels.cols, view.pixels.rows);
  cv::Mat out(box.size(), CV_8UC1);
  if (inside != box) out.setTo(0);
  if (inside.empty()) return out;
  const cv::Mat pixels = view.pixels(inside);
  const RowDarkness darkness(paper_level(pixels));
  for (int y = 0; y < inside.height; ++y) {
    auto* to = out.ptr<std::uint8_t>(y + inside.y - box.y) + (inside.x - box.x);
    const auto* from = pixels.ptr<std::uint8_t>(y);
    if (view.colour)
      darkness.colour(from, inside.width, to);
    else
      darkness.gray(from, inside.width, to);
  }
  return out;
}

struct Weights {
  std::uint16_t here, right, below, diagonal;

  /// For a position's fraction, in 1/256 pixel.
  Weights(unsigned fx, unsigned fy)
      : here(static_cast<std::uint16_t>((kFraction - fx) * (kFraction - fy) / kFraction)),
        right(static_cast<std::uint16_t>(fx * (kFraction - fy) / kFraction)),
        below(static_cast<std::uint16_t>((kFraction - fx) * fy / kFraction)),
        diagonal(static_cast<std::uint16_t>(fx * fy / kFraction)) {}
};

std::uint8_t blend(const std::uint8_t* above, const std::uint8_t* below, const Weights& w) {
  // At most 256 x 255 + 128: cutting to 16 bits loses nothing and lets eight be done at once.
  const auto sum = static_cast<std::uint16_t>(w.here * above[0] + w.right * above[1] + w.below * below[0] +
                                              w.diagonal * below[1] + 128);
  return static_cast<std::uint8_t>(sum >> 8U);
}

/// Bilinear reading along one row of the field, in steps of 1/65536 pixel of the source.
struct Walk {
  std::int32_t x, y, step_x, step_y;
};

void read_pixels(const cv::Mat& source, Walk at, int count, std::uint8_t* out) {
  for (int i = 0; i < count; ++i, at.x += at.step_x, at.y += at.step_y) {
    const auto* above = source.ptr<std::uint8_t>(at.y >> 16) + (at.x >> 16);
    const Weights w((static_cast<unsigned>(at.x) >> 8U) & 255U, (static_cast<unsigned>(at.y) >> 8U) & 255U);
    out[i] = blend(above, above + source.step[0], w);
  }
}

/// The same where neighbours of the field are neighbours of the source, but for
/// less than a quarter pixel within `kRun`: one set of weights serves them all.
constexpr int kRun = 16;
void read_run(const cv::Mat& source, const Walk& at, std::uint8_t* out) {
  const std::int32_t x = at.x + at.step_x * (kRun / 2) - (kRun / 2 << 16);
  const std::int32_t y = at.y + at.step_y * (kRun / 2);
  const auto* above = source.ptr<std::uint8_t>(y >> 16) + (x >> 16);
  const auto* below = above + source.step[0];
  const Weights w((static_cast<unsigned>(x) >> 8U) & 255U, (static_cast<unsigned>(y) >> 8U) & 255U);
#if CV_SIMD
  cv::v_uint16x8 low = cv::v_setall_u16(128), high = low;
  const auto add = [&](const std::uint8_t* from, std::uint16_t weight) {
    cv::v_uint16x8 first, second;
    cv::v_expand(cv::v_load(from), first, second);
    const cv::v_uint16x8 times = cv::v_setall_u16(weight);
    low = cv::v_add_wrap(low, cv::v_mul_wrap(first, times));
    high = cv::v_add_wrap(high, cv::v_mul_wrap(second, times));
  };
  add(above, w.here), add(above + 1, w.right), add(below, w.below), add(below + 1, w.diagonal);
  cv::v_store(out, cv::v_pack(cv::v_shr<8>(low), cv::v_shr<8>(high)));
#else
  for (int i = 0; i < kRun; ++i) out[i] = blend(above + i, below + i, w);
#endif
}

bool runs_are_straight(const Walk& walk) {
  constexpr std::int32_t kQuarter = 65536 / 4 / (kRun / 2);
  return std::abs(walk.step_x - 65536) < kQuarter && std::abs(walk.step_y) < kQuarter;
}

std::int32_t fixed(double value) { return static_cast<std::int32_t>(std::lround(value * 65536)); }

}  // namespace

cv::Mat straight_darkness(const PageView& view, const Affine& form_to_page, const cv::Rect& field) {
  const double k = 1 / kFieldPxPerMm;
  const BoxPx on_page =
      box_on_page(form_to_page, {field.x * k, field.y * k, field.width * k, field.height * k});
  const int shrink = std::max(1, static_cast<int>(form_to_page.scale() / kFieldPxPerMm + 0.1));
  const int width = on_page.w_px / shrink + 1 + 2 * kPaddingPx,
            height = on_page.h_px / shrink + 1 + 2 * kPaddingPx;
  const cv::Rect crop(on_page.x_px - kPaddingPx * shrink, on_page.y_px - kPaddingPx * shrink, width * shrink,
                      height * shrink);
  cv::Mat source = darkness_in(view, crop);
  if (shrink > 1)  // 400 dpi and more: average first, or thin strokes would flicker
    cv::resize(source, source, {width, height}, 0, 0, cv::INTER_AREA);

  // Pixel centres lie at halves, in the field as in the source.
  const double step = k / shrink;
  const Point origin = form_to_page((field.x + 0.5) * k, (field.y + 0.5) * k);
  const Point start{(origin.x - crop.x) / shrink - 0.5, (origin.y - crop.y) / shrink - 0.5};
  cv::Mat out(field.size(), CV_8UC1);
  for (int row = 0; row < field.height; ++row) {
    Walk walk{fixed(start.x + form_to_page.b * step * row), fixed(start.y + form_to_page.d * step * row),
              fixed(form_to_page.a * step), fixed(form_to_page.c * step)};
    auto* to = out.ptr<std::uint8_t>(row);
    int x = 0;
    if (runs_are_straight(walk))
      for (; x + kRun <= field.width; x += kRun, walk.x += kRun * walk.step_x, walk.y += kRun * walk.step_y)
        read_run(source, walk, to + x);
    read_pixels(source, walk, field.width - x, to + x);
  }
  return out;
}

cv::Vec3i paper_level(const cv::Mat& pixels) {
  const int channels = pixels.channels();
  std::array<std::array<int, 256>, 3> histogram{};
  int seen = 0;
  for (int y = 0; y < pixels.rows; y += 4) {
    const auto* p = pixels.ptr<std::uint8_t>(y);
    for (int x = 0; x < pixels.cols; x += 4, ++seen)
      for (int c = 0; c < channels; ++c) ++histogram[static_cast<std::size_t>(c)][p[x * channels + c]];
  }
  cv::Vec3i level(255, 255, 255);
  for (int c = 0; c < channels; ++c) {
    int above = 0, v = 255;
    while (v > 30 &&
           (above += histogram[static_cast<std::size_t>(c)][static_cast<std::size_t>(v)]) < seen / 4)
      --v;
    level[c] = v;
  }
  return level;
}

BoxPx box_on_page(const Affine& form_to_page, const forms::BoxMm& box) {
  double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
  for (const double x : {box.x_mm, box.x_mm + box.w_mm})
    for (const double y : {box.y_mm, box.y_mm + box.h_mm}) {
      const Point p = form_to_page(x, y);
      x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
      y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
    }
  const int x = static_cast<int>(std::floor(x0)), y = static_cast<int>(std::floor(y0));
  return {x, y, static_cast<int>(std::ceil(x1)) - x, static_cast<int>(std::ceil(y1)) - y};
}

}  // namespace kiemphieu::reading

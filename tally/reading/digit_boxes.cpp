#include "tally/reading/digit_boxes.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "tally/digits/digit_net.h"
#include "tally/reading/field.h"

namespace kiemphieu::reading {
namespace {

constexpr double kMarginMm = 2.0;     // around the boxes, half of the way to the next one
constexpr double kSearchMm = 0.9;     // how far a field may lie from where the form's map puts it
constexpr double kInsetMm = 0.42;     // half a line, its blur, and half a pixel of misfit
constexpr double kOutsetMm = 0.45;    // beyond the box: ink there has left it
constexpr double kOverflowMm2 = 0.5;  // a tail's tip; more, and another box's figure may be cut
constexpr double kSpecksMm2 = 0.2;
constexpr int kPale = 11;  // of 255 over the field's paper, averaged over 0.4 mm
constexpr double kPaleMm2 = 0.8;

double to_px(double mm) { return mm * kFieldPxPerMm; }
int whole_px(double mm) { return static_cast<int>(std::lround(to_px(mm))); }

/// The field with its margin laid straight, and where its boxes are in it.
struct Strip {
  cv::Mat dark;
  std::vector<cv::Rect2d> boxes;  ///< the lines' middles, pixels
};

Strip cut_strip(const PageView& view, const Affine& form_to_page, const forms::DigitField& field) {
  forms::BoxMm first = field.boxes.front();
  double right = 0, bottom = 0;
  for (const forms::BoxMm& box : field.boxes) {
    first.x_mm = std::min(first.x_mm, box.x_mm), first.y_mm = std::min(first.y_mm, box.y_mm);
    right = std::max(right, box.x_mm + box.w_mm), bottom = std::max(bottom, box.y_mm + box.h_mm);
  }
  const cv::Rect area(whole_px(first.x_mm - kMarginMm), whole_px(first.y_mm - kMarginMm),
                      whole_px(right - first.x_mm + 2 * kMarginMm),
                      whole_px(bottom - first.y_mm + 2 * kMarginMm));
  Strip strip{straight_darkness(view, form_to_page, area), {}};
  for (const forms::BoxMm& box : field.boxes)
    strip.boxes.emplace_back(to_px(box.x_mm) - area.x, to_px(box.y_mm) - area.y, to_px(box.w_mm),
                             to_px(box.h_mm));
  return strip;
}

/// Mean darkness along the boxes' lines, shifted by (dx, dy).
double line_darkness(const Strip& strip, int dx, int dy) {
  long sum = 0, count = 0;
  const auto add = [&](double x, double y) {
    const int col = static_cast<int>(std::floor(x)) + dx, row = static_cast<int>(std::floor(y)) + dy;
    if (col < 0 || row < 0 || col >= strip.dark.cols || row >= strip.dark.rows) return;
    sum += strip.dark.at<std::uint8_t>(row, col);
    ++count;
  };
  for (const cv::Rect2d& box : strip.boxes) {
    for (double x = box.x; x < box.x + box.width; x += 1) add(x, box.y), add(x, box.y + box.height);
    for (double y = box.y; y < box.y + box.height; y += 1) add(box.x, y), add(box.x + box.width, y);
  }
  return count > 0 ? static_cast<double>(sum) / static_cast<double>(count) : 0;
}

/// Moves the boxes onto their lines. All boxes of a field move together: what is
/// written touches few of their lines.
bool find_lines(Strip& strip) {
  const int reach = whole_px(kSearchMm);
  double best = -1;
  int best_x = 0, best_y = 0;
  for (int dy = -reach; dy <= reach; ++dy)
    for (int dx = -reach; dx <= reach; ++dx) {
      const double dark = line_darkness(strip, dx, dy);
      if (dark <= best) continue;
      best = dark, best_x = dx, best_y = dy;
    }
  for (cv::Rect2d& box : strip.boxes) box.x += best_x, box.y += best_y;
  constexpr double kLineThere = 30;  // of 255; paper beside it is below 10
  return best > kLineThere;
}

cv::Rect grown(const cv::Rect2d& box, double mm) {
  const double d = to_px(mm);
  const int x0 = static_cast<int>(std::lround(box.x - d)), y0 = static_cast<int>(std::lround(box.y - d));
  return {x0, y0, static_cast<int>(std::lround(box.x + box.width + d)) - x0,
          static_cast<int>(std::lround(box.y + box.height + d)) - y0};
}

double area_mm2(const cv::Mat& mask) { return cv::countNonZero(mask) / (kFieldPxPerMm * kFieldPxPerMm); }

/// Ink between the box's lines and half way to its neighbours.
bool leaves_box(const Strip& strip, const cv::Rect2d& box) {
  const cv::Rect whole(0, 0, strip.dark.cols, strip.dark.rows);
  const cv::Rect outer = grown(box, kMarginMm - 0.5) & whole, inner = grown(box, kOutsetMm) & whole;
  constexpr int kInk = 60;
  const double around = area_mm2(strip.dark(outer) > kInk) - area_mm2(strip.dark(inner) > kInk);
  return around > kOverflowMm2;
}

/// Something too pale to be seen as ink, as a dry pen or a hard pencil leaves it.
bool has_pale_ink(const cv::Mat& inside) {
  cv::Mat calm;
  cv::blur(inside, calm, {3, 3});
  std::vector<std::uint8_t> sorted(calm.begin<std::uint8_t>(), calm.end<std::uint8_t>());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return area_mm2(calm > *middle + kPale) > kPaleMm2;
}

DigitReading read_box(const Strip& strip, const cv::Rect2d& box) {
  const cv::Rect whole(0, 0, strip.dark.cols, strip.dark.rows);
  const cv::Mat inside = strip.dark(grown(box, -kInsetMm) & whole);
  digits::BoxPicture picture;
  picture.width_px = inside.cols, picture.height_px = inside.rows;
  picture.px_per_mm = kFieldPxPerMm;
  picture.dark.assign(inside.begin<std::uint8_t>(), inside.end<std::uint8_t>());
  const digits::DigitPicture figure = digits::cut_out(picture);
  DigitReading reading;
  reading.doubtful = leaves_box(strip, box);
  if (figure.ink_mm2 <= 0) {
    reading.doubtful = reading.doubtful || figure.specks_mm2 > kSpecksMm2 || has_pale_ink(inside);
    reading.blank = !reading.doubtful;
    return reading;
  }
  const auto guesses = digits::DigitNet::built_in().look(digits::inputs_of(figure));
  for (std::size_t i = 0; i < reading.best.size(); ++i) reading.best[i] = {guesses[i].digit, guesses[i].sure};
  return reading;
}

}  // namespace

FieldReading read_field(const PageView& view, const Affine& form_to_page, const forms::DigitField& field) {
  FieldReading reading{field.id, {}};
  Strip strip = cut_strip(view, form_to_page, field);
  const bool found = find_lines(strip);
  for (std::size_t i = 0; i < field.boxes.size(); ++i) {
    DigitReading digit = read_box(strip, strip.boxes[i]);
    if (!found) digit.doubtful = true, digit.blank = false;
    digit.box = box_on_page(form_to_page, field.boxes[i]);
    reading.boxes.push_back(digit);
  }
  return reading;
}

}  // namespace kiemphieu::reading

#include "tally/reading/field.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {

cv::Mat sample_field(const PageView& view, const Affine& form_to_page, const cv::Rect& field) {
  // Field pixel centres are at (i + 0.5) / kFieldPxPerMm; OpenCV's at whole numbers.
  const double k = 1 / kFieldPxPerMm;
  const Point origin = form_to_page((field.x + 0.5) * k, (field.y + 0.5) * k);
  Affine map{form_to_page.a * k, form_to_page.b * k, origin.x - 0.5,
             form_to_page.c * k, form_to_page.d * k, origin.y - 0.5};
  cv::Mat source = view.pixels;
  const int shrink = static_cast<int>(form_to_page.scale() / kFieldPxPerMm + 0.1);
  if (shrink >= 2) {  // 400 dpi and more: average first, or thin strokes would flicker
    const BoxPx box =
        box_on_page(form_to_page, {field.x * k, field.y * k, field.width * k, field.height * k});
    const cv::Rect crop = cv::Rect(box.x_px - 2, box.y_px - 2, box.w_px + 4, box.h_px + 4) &
                          cv::Rect(0, 0, view.pixels.cols, view.pixels.rows);
    if (crop.width < shrink || crop.height < shrink)
      return cv::Mat(field.size(), view.pixels.type(), cv::Scalar::all(255));
    const cv::Size size(crop.width / shrink, crop.height / shrink);
    cv::resize(view.pixels(cv::Rect(crop.x, crop.y, size.width * shrink, size.height * shrink)), source, size,
               0, 0, cv::INTER_AREA);
    const double s = 1.0 / shrink;
    map = {map.a * s, map.b * s, (map.tx + 0.5 - crop.x) * s - 0.5,
           map.c * s, map.d * s, (map.ty + 0.5 - crop.y) * s - 0.5};
  }
  const cv::Matx23d matrix(map.a, map.b, map.tx, map.c, map.d, map.ty);
  cv::Mat out;
  cv::warpAffine(source, out, matrix, field.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_CONSTANT, cv::Scalar::all(255));
  return out;
}

cv::Vec3i paper_level(const cv::Mat& pixels) {
  const int channels = pixels.channels();
  std::array<std::array<int, 256>, 3> histogram{};
  int seen = 0;
  for (int y = 0; y < pixels.rows; y += 2) {
    const auto* p = pixels.ptr<std::uint8_t>(y);
    for (int x = 0; x < pixels.cols; x += 2, ++seen)
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

cv::Mat darkness_against_paper(const cv::Mat& pixels) {
  const cv::Vec3i paper = paper_level(pixels);
  const int channels = pixels.channels();
  std::array<std::array<std::uint8_t, 256>, 3> darkness{};
  for (int c = 0; c < channels; ++c)
    for (int v = 0; v < 256; ++v)
      darkness[static_cast<std::size_t>(c)][static_cast<std::size_t>(v)] =
          static_cast<std::uint8_t>(std::clamp(255 - 255 * v / paper[c], 0, 255));
  cv::Mat out(pixels.size(), CV_8UC1);
  for (int y = 0; y < pixels.rows; ++y) {
    const auto* p = pixels.ptr<std::uint8_t>(y);
    auto* q = out.ptr<std::uint8_t>(y);
    if (channels == 1) {
      for (int x = 0; x < pixels.cols; ++x) q[x] = darkness[0][p[x]];
    } else {
      for (int x = 0; x < pixels.cols; ++x, p += 3)
        q[x] = std::max({darkness[0][p[0]], darkness[1][p[1]], darkness[2][p[2]]});
    }
  }
  return out;
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

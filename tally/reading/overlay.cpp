#include "tally/reading/overlay.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::reading {
namespace {

// Colour-blind safe apart from the label bar: struck is also crossed out.
const cv::Scalar kKept(0, 140, 60), kStruck(205, 20, 30), kDoubtful(235, 150, 0), kSeal(30, 90, 220),
    kExtra(200, 0, 200);

cv::Rect shrink(const BoxPx& box, int step, int grow) {
  return {box.x_px / step - grow, box.y_px / step - grow, box.w_px / step + 2 * grow,
          box.h_px / step + 2 * grow};
}

void draw_name(cv::Mat& picture, const CandidateReading& candidate, int step,
               const OverlayThresholds& thresholds) {
  const bool kept = candidate.score <= thresholds.kept_max, struck = candidate.score >= thresholds.struck_min;
  const cv::Scalar& colour = kept ? kKept : struck ? kStruck : kDoubtful;
  const int thick = std::max(2, picture.cols / 500);
  for (const LineEvidence& line : candidate.lines) {
    const cv::Rect box = shrink(line.expected, step, 2 * thick);
    cv::rectangle(picture, box, colour, thick);
    const int length = static_cast<int>(std::lround(box.width * std::clamp(candidate.score, 0.0, 1.0)));
    cv::rectangle(picture, {box.x, box.y + box.height, length, 2 * thick}, colour, cv::FILLED);
    if (!struck) continue;
    for (const int at : {box.x, box.x + box.width})
      cv::line(picture, {at - 3 * thick, box.y + box.height / 2 - 3 * thick},
               {at + 3 * thick, box.y + box.height / 2 + 3 * thick}, colour, thick, cv::LINE_AA);
  }
}

}  // namespace

imaging::Image draw_reading(const imaging::ImageView& page, const SheetReading& reading, int max_width_px,
                            const OverlayThresholds& thresholds) {
  if (page.data == nullptr || page.width_px < 1 || page.height_px < 1 || max_width_px < 1) return {};
  const int step = (page.width_px + max_width_px - 1) / max_width_px;
  const cv::Size size(std::max(1, page.width_px / step), std::max(1, page.height_px / step));
  const bool colour = page.format == imaging::PixelFormat::kRgb8;
  const cv::Mat pixels(page.height_px, page.width_px, colour ? CV_8UC3 : CV_8UC1,
                       const_cast<std::uint8_t*>(page.data), page.stride_bytes);  // NOLINT: never written to
  imaging::Image out =
      imaging::Image::blank(size.width, size.height, imaging::PixelFormat::kRgb8, page.dpi / step);
  cv::Mat picture(size, CV_8UC3, out.pixels.data());
  cv::Mat small;
  cv::resize(pixels, small, size, 0, 0, cv::INTER_AREA);
  if (colour)
    small.copyTo(picture);
  else
    cv::cvtColor(small, picture, cv::COLOR_GRAY2RGB);

  const int thick = std::max(2, picture.cols / 500);
  for (const CandidateReading& candidate : reading.candidates)
    draw_name(picture, candidate, step, thresholds);
  if (reading.seal_box)
    cv::rectangle(picture, shrink(*reading.seal_box, step, thick),
                  reading.seal == SealFinding::kPresent ? kSeal : kDoubtful, thick);
  for (const BoxPx& box : reading.extra_ink)
    cv::rectangle(picture, shrink(box, step, 2 * thick), kExtra, 2 * thick);
  return out;
}

}  // namespace kiemphieu::reading

#include "tally/learning/straighten.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "tally/learning/page_edges.h"

namespace kiemphieu::learning {
namespace {

constexpr double kMmPerInch = 25.4;
constexpr double kBackgroundMm = 5.0;  // wider than any printed stroke, narrower than shadows
constexpr int kInkLevel = 90;          // of 255: print, also of weak toner
constexpr double kMaxSkewDeg = 7.0;
constexpr double kLidShare = 0.62;     // of the paper's brightness: darker and at the picture's rim is the lid
constexpr std::size_t kMinInkPx = 3000;

/// Files often carry 72 or 96 dpi that nobody measured: only one that gives a
/// believable page counts.
bool believable(double dpi, int width_px, int height_px) {
  if (dpi < 72 || dpi > 1300) return false;
  const double width_mm = width_px / dpi * kMmPerInch, height_mm = height_px / dpi * kMmPerInch;
  return width_mm > 0.8 * kPageWidthMm && width_mm < 2.2 * kPageWidthMm && height_mm > 0.8 * kPageHeightMm &&
         height_mm < 2.2 * kPageHeightMm;
}

cv::Mat pixels_of(const imaging::ImageView& scan) {
  const int type = scan.format == imaging::PixelFormat::kRgb8 ? CV_8UC3 : CV_8UC1;
  // OpenCV has no const Mat header over foreign memory; nothing here writes to it.
  return {scan.height_px, scan.width_px, type, const_cast<std::uint8_t*>(scan.data), scan.stride_bytes};  // NOLINT
}

/// The lid: dark, and reaching in from the picture's rim. Grown by 1.2 mm over the paper's shadow.
cv::Mat lid_mask(const cv::Mat& picture) {
  cv::Mat gray, small;
  if (picture.channels() == 3)
    cv::cvtColor(picture, gray, cv::COLOR_RGB2GRAY);
  else
    gray = picture;
  constexpr int kStep = 4;
  cv::resize(gray, small, {gray.cols / kStep, gray.rows / kStep}, 0, 0, cv::INTER_AREA);
  const cv::Mat centre = small({small.cols / 4, small.rows / 4, small.cols / 2, small.rows / 2});
  std::vector<std::uint8_t> values;
  for (int y = 0; y < centre.rows; ++y)
    values.insert(values.end(), centre.ptr<std::uint8_t>(y), centre.ptr<std::uint8_t>(y) + centre.cols);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  const double paper = values[values.size() / 2];
  const cv::Mat dark = small < kLidShare * paper;
  cv::Mat labels;
  const int count = cv::connectedComponents(dark, labels, 4, CV_32S);
  std::vector<bool> outside(static_cast<std::size_t>(count), false);
  for (int x = 0; x < labels.cols; ++x)
    for (const int y : {0, labels.rows - 1}) outside[static_cast<std::size_t>(labels.at<int>(y, x))] = true;
  for (int y = 0; y < labels.rows; ++y)
    for (const int x : {0, labels.cols - 1}) outside[static_cast<std::size_t>(labels.at<int>(y, x))] = true;
  outside[0] = false;
  cv::Mat lid(small.size(), CV_8UC1, cv::Scalar(0));
  for (int y = 0; y < labels.rows; ++y)
    for (int x = 0; x < labels.cols; ++x)
      if (outside[static_cast<std::size_t>(labels.at<int>(y, x))]) lid.at<std::uint8_t>(y, x) = 255;
  const int grow = 2 * (to_px(1.2) / kStep) + 1;
  cv::dilate(lid, lid, cv::getStructuringElement(cv::MORPH_RECT, {grow, grow}));
  cv::resize(lid, lid, picture.size(), 0, 0, cv::INTER_NEAREST);
  return lid;
}

struct Flat {
  cv::Mat darkness, coloured;
};

/// Darkness relative to the local paper, channel by channel: the closing of the
/// picture is the paper without its print.
Flat flatten(const cv::Mat& picture) {
  constexpr int kStep = 4;
  cv::Mat small, paper;
  cv::resize(picture, small, {picture.cols / kStep, picture.rows / kStep}, 0, 0, cv::INTER_AREA);
  const int kernel = static_cast<int>(kBackgroundMm * kPxPerMm / kStep) | 1;
  cv::morphologyEx(small, paper, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_ELLIPSE, {kernel, kernel}));
  cv::GaussianBlur(paper, paper, {0, 0}, 3);
  cv::resize(paper, paper, picture.size(), 0, 0, cv::INTER_LINEAR);
  const int channels = picture.channels();
  Flat flat{cv::Mat(picture.size(), CV_8UC1), {}};
  if (channels == 3) flat.coloured = cv::Mat(picture.size(), CV_8UC1);
  for (int y = 0; y < picture.rows; ++y) {
    const auto* p = picture.ptr<std::uint8_t>(y);
    const auto* q = paper.ptr<std::uint8_t>(y);
    for (int x = 0; x < picture.cols; ++x) {
      int sum = 0, least = 255, most = 0;
      for (int c = 0; c < channels; ++c, ++p, ++q) {
        const int level = std::max<int>(*q, 40);
        const int taken = std::clamp(255 * (*q - *p) / level, 0, 255);
        sum += taken;
        least = std::min(least, taken);
        most = std::max(most, taken);
      }
      flat.darkness.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(sum / channels);
      if (channels == 3) flat.coloured.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(most - least);
    }
  }
  const cv::Mat lid = lid_mask(picture);
  flat.darkness.setTo(0, lid);
  if (!flat.coloured.empty()) flat.coloured.setTo(0, lid);
  return flat;
}

/// Where the ink is.
std::vector<cv::Point> ink_points(const cv::Mat& darkness) {
  std::vector<cv::Point> points;
  for (int y = 0; y < darkness.rows; ++y)
    for (int x = 0; x < darkness.cols; ++x)
      if (darkness.at<std::uint8_t>(y, x) > kInkLevel) points.emplace_back(x, y);
  return points;
}

double sharpness(const std::vector<cv::Point>& points, double angle_deg, int height, int width) {
  const double radians = angle_deg * std::numbers::pi / 180;
  const double sine = std::sin(radians), cosine = std::cos(radians);
  const int margin = width / 4;
  std::vector<int> rows(static_cast<std::size_t>(height + 2 * margin), 0);
  for (const cv::Point& p : points) {
    const int row = static_cast<int>(p.y * cosine - (p.x - width / 2) * sine + 0.5) + margin;
    if (row >= 0 && row < static_cast<int>(rows.size())) ++rows[static_cast<std::size_t>(row)];
  }
  double sum = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const double step = rows[i] - rows[i - 1];
    sum += step * step;
  }
  return sum;
}

/// The angle at which the rows of print are sharpest, clockwise positive.
double find_skew(const cv::Mat& darkness) {
  std::vector<cv::Point> points = ink_points(darkness);
  const std::size_t stride = points.size() / 60'000 + 1;
  std::vector<cv::Point> sample;
  for (std::size_t i = 0; i < points.size(); i += stride) sample.push_back(points[i]);
  double best_angle = 0;
  for (const auto& [reach, step] : {std::pair{kMaxSkewDeg, 0.2}, {0.3, 0.05}, {0.06, 0.01}}) {
    const double centre = best_angle;
    double best = -1;
    for (double angle = centre - reach; angle <= centre + reach + 1e-9; angle += step) {
      const double value = sharpness(sample, angle, darkness.rows, darkness.cols);
      if (value > best) {
        best = value;
        best_angle = angle;
      }
    }
  }
  return best_angle;
}

/// The scan turned upright about its centre, on a canvas that holds its corners.
cv::Mat rotated(const cv::Mat& picture, double skew_deg) {
  if (std::abs(skew_deg) < 0.005) return picture.clone();
  const double radians = std::abs(skew_deg) * std::numbers::pi / 180;
  const int width = static_cast<int>(picture.cols * std::cos(radians) + picture.rows * std::sin(radians)) + 2;
  const int height = static_cast<int>(picture.rows * std::cos(radians) + picture.cols * std::sin(radians)) + 2;
  cv::Mat turn = cv::getRotationMatrix2D(cv::Point(picture.cols, picture.rows) / 2, skew_deg, 1);
  turn.at<double>(0, 2) += (width - picture.cols) / 2.0;
  turn.at<double>(1, 2) += (height - picture.rows) / 2.0;
  cv::Mat result;
  cv::warpAffine(picture, result, turn, {width, height}, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  return result;
}

/// Where the print lies, without single specks. Empty: hardly any print.
cv::Rect2d ink_extent_mm(const cv::Mat& darkness) {
  cv::Mat ink = darkness > kInkLevel;
  if (static_cast<std::size_t>(cv::countNonZero(ink)) < kMinInkPx) return {};
  cv::Mat blocks;
  cv::boxFilter(ink, blocks, CV_8UC1, {15, 15});
  const cv::Rect box = cv::boundingRect(blocks > 25);
  return {box.x / kPxPerMm, box.y / kPxPerMm, box.width / kPxPerMm, box.height / kPxPerMm};
}

/// The page's part of the straightened scan; white where the scan has none.
cv::Mat cut_page(const cv::Mat& whole, const PaperPlace& place) {
  if (whole.empty()) return {};
  const int left = static_cast<int>(std::lround(place.left_mm * kPxPerMm));
  const int top = static_cast<int>(std::lround(place.top_mm * kPxPerMm));
  cv::Mat page(to_px(kPageHeightMm), to_px(kPageWidthMm), whole.type(), cv::Scalar(0));
  const cv::Rect source = cv::Rect(left, top, page.cols, page.rows) & cv::Rect(0, 0, whole.cols, whole.rows);
  if (source.empty()) return page;
  whole(source).copyTo(page(cv::Rect(source.x - left, source.y - top, source.width, source.height)));
  return page;
}

Result<StraightPage> straighten_at(const cv::Mat& scan, double px_per_mm, bool stated) {
  const double dpi = px_per_mm * kMmPerInch;
  if (dpi < kMinDpi)
    return fail(ErrorCode::kLearnScanTooSmall, fmt::format("{} x {} px, {:.0f} dpi", scan.cols, scan.rows, dpi));
  cv::Mat picture;
  const double factor = kPxPerMm / px_per_mm;
  cv::resize(scan, picture, {}, factor, factor, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  if (picture.cols < to_px(0.7 * kPageWidthMm) || picture.rows < to_px(0.7 * kPageHeightMm))
    return fail(ErrorCode::kLearnNoBallot,
                fmt::format("{:.0f} x {:.0f} mm", picture.cols / kPxPerMm, picture.rows / kPxPerMm));
  StraightPage page;
  page.dpi = dpi;
  page.dpi_stated = stated;
  page.skew_deg = find_skew(flatten(picture).darkness);
  picture = rotated(picture, page.skew_deg);
  const Flat flat = flatten(picture);
  const cv::Rect2d ink = ink_extent_mm(flat.darkness);
  if (ink.empty()) return fail(ErrorCode::kLearnNoBallot, "nothing is printed");
  const PaperPlace place = find_paper(picture, kPxPerMm, ink);
  if (!stated && place.width_mm > 0 && std::abs(place.width_mm - kPageWidthMm) > 1.0)
    return straighten_at(scan, px_per_mm * place.width_mm / kPageWidthMm, true);
  page.edges_seen = place.seen;
  page.darkness = cut_page(flat.darkness, place);
  page.coloured = cut_page(flat.coloured, place);
  return page;
}

}  // namespace

Result<StraightPage> straighten(const imaging::ImageView& scan) {
  if (scan.width_px < 500 || scan.height_px < 700)
    return fail(ErrorCode::kLearnScanTooSmall, fmt::format("{} x {} px", scan.width_px, scan.height_px));
  const bool stated = believable(scan.dpi, scan.width_px, scan.height_px);
  const double px_per_mm = stated ? scan.dpi / kMmPerInch : scan.width_px / kPageWidthMm;
  KP_TRY(StraightPage page, straighten_at(pixels_of(scan), px_per_mm, stated));
  page.dpi_stated = stated;
  return page;
}

StraightPage turned(const StraightPage& page) {
  StraightPage result = page;
  result.darkness = cv::Mat();  // a cv::Mat is shared by its copies
  result.coloured = cv::Mat();
  cv::rotate(page.darkness, result.darkness, cv::ROTATE_180);
  if (!page.coloured.empty()) cv::rotate(page.coloured, result.coloured, cv::ROTATE_180);
  return result;
}

}  // namespace kiemphieu::learning

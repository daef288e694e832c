#include "tests/forge/seal.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <string>

namespace kiemphieu::forge {
namespace {

constexpr int kFine = 3;

/// Text around a circle, its feet towards the middle, written on a strip first.
void ring_text(cv::Mat& face, const std::string& text, double radius_px, double letter_px) {
  const int turn = static_cast<int>(2 * std::numbers::pi * radius_px),
            high = static_cast<int>(letter_px * 1.6);
  cv::Mat strip(high, turn, CV_8U, cv::Scalar(0));
  const double scale = letter_px / 21.0;  // Hershey capitals are 21 units high
  int base = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, 1, &base);
  const double squeeze = 0.94 * turn / size.width;
  cv::Mat line(high, size.width, CV_8U, cv::Scalar(0));
  cv::putText(line, text, {0, static_cast<int>(high * 0.8)}, cv::FONT_HERSHEY_SIMPLEX, scale, cv::Scalar(255),
              std::max(1, static_cast<int>(letter_px * 0.14)), cv::LINE_AA);
  cv::Mat fitted;
  cv::resize(line, fitted, cv::Size(static_cast<int>(size.width * squeeze), high), 0, 0, cv::INTER_AREA);
  fitted.copyTo(strip(cv::Rect(0, 0, fitted.cols, high)));

  const double middle = face.cols / 2.0;
  const double outer = radius_px + high * 0.5;
  for (int y = 0; y < face.rows; ++y)
    for (int x = 0; x < face.cols; ++x) {
      const double dx = x - middle, dy = y - middle, radius = std::hypot(dx, dy);
      const int row = static_cast<int>(outer - radius);
      if (row < 0 || row >= high) continue;
      // Begins lower left, so that the text's seam is at the bottom.
      double angle = std::atan2(dy, dx) - std::numbers::pi / 2;
      if (angle < 0) angle += 2 * std::numbers::pi;
      const int column = std::min(turn - 1, static_cast<int>(angle / (2 * std::numbers::pi) * turn));
      face.at<std::uint8_t>(y, x) =
          std::max(face.at<std::uint8_t>(y, x), strip.at<std::uint8_t>(row, column));
    }
}

void star(cv::Mat& face, cv::Point2d centre, double radius_px) {
  std::vector<cv::Point> corners;
  for (int i = 0; i < 10; ++i) {
    const double angle = std::numbers::pi * (i / 5.0 - 0.5),
                 radius = i % 2 == 0 ? radius_px : radius_px * 0.4;
    corners.emplace_back(cvRound(centre.x + radius * std::cos(angle)),
                         cvRound(centre.y + radius * std::sin(angle)));
  }
  cv::fillPoly(face, std::vector<std::vector<cv::Point>>{corners}, cv::Scalar(255), cv::LINE_AA);
}

void centred_text(cv::Mat& face, const std::string& text, double y_px, double letter_px) {
  int base = 0;
  const double scale = letter_px / 21.0;
  const int thick = std::max(1, static_cast<int>(letter_px * 0.16));
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, thick, &base);
  cv::putText(face, text, {(face.cols - size.width) / 2, cvRound(y_px)}, cv::FONT_HERSHEY_SIMPLEX, scale,
              cv::Scalar(255), thick, cv::LINE_AA);
}

std::array<std::uint8_t, 3> ink_of(SealKind kind) {
  switch (kind) {
    case SealKind::kViolet:
      return {104, 44, 150};
    case SealKind::kPhotocopy:
      return {96, 96, 96};
    case SealKind::kRed:
    case SealKind::kAbsent:
      break;
  }
  return {206, 30, 44};
}

/// Dry places: below the level that leaves `share` of the face inked.
void dry_out(cv::Mat& mask, double share, Rng& rng) {
  const cv::Mat press = patches(mask.size(), std::max(8, mask.cols / 5), rng);
  const cv::Mat grain = patches(mask.size(), 2, rng);
  const int level = cvRound((1 - share) * 235);
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x) {
      std::uint8_t& ink = mask.at<std::uint8_t>(y, x);
      if (ink == 0) continue;
      const int pressure = press.at<std::uint8_t>(y, x) - level;
      const int kept =
          std::clamp(120 + pressure * 3, 0, 255) * (200 + grain.at<std::uint8_t>(y, x) * 55 / 255) / 255;
      ink = static_cast<std::uint8_t>(ink * kept / 255);
    }
}

/// The edge of a stamp that was tilted when it was pressed: nothing beyond a chord.
void lift_edge(cv::Mat& mask, const Seal& seal, double px_per_mm) {
  if (seal.missing <= 0) return;
  const double angle = seal.missing_deg * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const double radius = seal.diameter_mm / 2 * px_per_mm, chord = radius * (1 - 2 * seal.missing);
  const double fade = 1.5 * px_per_mm;
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x) {
      const double way = (x - mask.cols / 2.0) * c + (y - mask.rows / 2.0) * s - chord;
      if (way <= 0) continue;
      std::uint8_t& ink = mask.at<std::uint8_t>(y, x);
      ink = static_cast<std::uint8_t>(ink * std::max(0.0, 1 - way / fade));
    }
}

constexpr double kGoodInking = 0.6, kDoubtfulInking = 0.35;
constexpr double kGoodMissing = 0.06, kDoubtfulMissing = 0.3;
constexpr double kGoodShiftMm = 6, kDoubtfulShiftMm = 14;

}  // namespace

SealLook look_of(const Seal& seal) {
  if (seal.kind == SealKind::kAbsent) return SealLook::kAbsent;
  const double shift = std::max(std::abs(seal.dx_mm), std::abs(seal.dy_mm));
  if (seal.kind == SealKind::kPhotocopy || seal.inking < kDoubtfulInking || seal.darkness < kDoubtfulInking ||
      seal.missing > kDoubtfulMissing || shift > kDoubtfulShiftMm)
    return SealLook::kDoubtful;
  const bool good = seal.kind == SealKind::kRed && seal.inking >= kGoodInking && seal.darkness >= 0.55 &&
                    seal.missing <= kGoodMissing && shift <= kGoodShiftMm;
  return good ? SealLook::kGood : SealLook::kArguable;
}

Stamp::Stamp(double diameter_mm, double px_per_mm) : diameter_mm_(diameter_mm) {
  const double scale = px_per_mm * kFine, radius = diameter_mm / 2 * scale;
  const int side = 2 * (cvRound(radius) + 2 * kFine);
  cv::Mat fine(side, side, CV_8U, cv::Scalar(0));
  const cv::Point2d centre{side / 2.0, side / 2.0};
  const auto ring = [&](double at_mm, double width_mm) {
    cv::circle(fine, centre, cvRound(at_mm * scale), cv::Scalar(255), std::max(1, cvRound(width_mm * scale)),
               cv::LINE_AA);
  };
  ring(diameter_mm / 2 - 0.35, 0.7);
  ring(diameter_mm / 2 - 1.3, 0.25);
  ring(diameter_mm / 2 - 6.2, 0.25);
  ring_text(fine, "X. EA KLY * T. DAK LAK * KHU VUC BO PHIEU SO 3 *", radius - 3.8 * scale, 2.7 * scale);
  star(fine, {centre.x, centre.y - 6.0 * scale}, 2.6 * scale);
  centred_text(fine, "TO", centre.y + 1.2 * scale, 3.0 * scale);
  centred_text(fine, "BAU CU", centre.y + 6.0 * scale, 3.0 * scale);
  cv::resize(fine, face_, cv::Size(side / kFine, side / kFine), 0, 0, cv::INTER_AREA);
}

void Stamp::press(Canvas& canvas, const Seal& seal, PointMm centre, Rng& rng) const {
  if (seal.kind == SealKind::kAbsent) return;
  const double x = centre.x_mm * canvas.px_per_mm, y = centre.y_mm * canvas.px_per_mm;
  const int left = cvFloor(x - face_.cols / 2.0), top = cvFloor(y - face_.rows / 2.0);
  const cv::Point2f middle{static_cast<float>(face_.cols) / 2, static_cast<float>(face_.rows) / 2};
  cv::Mat turn = cv::getRotationMatrix2D(middle, seal.rotation_deg, seal.diameter_mm / diameter_mm_);
  turn.at<double>(0, 2) += x - face_.cols / 2.0 - left;
  turn.at<double>(1, 2) += y - face_.rows / 2.0 - top;
  cv::Mat mask;
  cv::warpAffine(face_, mask, turn, face_.size(), cv::INTER_LINEAR);
  dry_out(mask, seal.inking, rng);
  lift_edge(mask, seal, canvas.px_per_mm);
  press_mask(canvas, mask, left, top, ink_of(seal.kind), seal.darkness);
}

}  // namespace kiemphieu::forge

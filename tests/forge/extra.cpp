#include "tests/forge/extra.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <string>

#include "config/base/check.h"

namespace kiemphieu::forge {
namespace {

using forms::BoxMm;

double names_bottom(const forms::Template& form) {
  double bottom = form.page_height_mm * 0.5;
  for (const auto& candidate : form.candidates)
    for (const BoxMm& line : candidate.lines) bottom = std::max(bottom, line.y_mm + line.h_mm);
  return bottom;
}

/// A corner of `w_mm` x `h_mm` in the free part of the page.
PointMm free_place(const forms::Template& form, double w_mm, double h_mm, Rng& rng) {
  const double top = names_bottom(form) + 5, bottom = form.page_height_mm - 14 - h_mm;
  const double x = rng.between(22, std::max(23.0, form.page_width_mm - 22 - w_mm));
  if (bottom > top) return {x, rng.between(top, std::min(bottom, top + 30))};
  const double right_of_names = form.page_width_mm - 18 - w_mm;
  return {right_of_names, rng.between(form.page_height_mm * 0.45, form.page_height_mm * 0.6)};
}

void written(Canvas& canvas, const forms::Template& form, const std::string& text, const Pen& pen, Rng& rng) {
  constexpr int kFine = 3;
  const double letter_px = rng.between(4.0, 6.0) * canvas.px_per_mm * kFine, scale = letter_px / 21.0;
  const int thick = std::max(1, cvRound(pen.width_mm * canvas.px_per_mm * kFine));
  int base = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SCRIPT_SIMPLEX, scale, thick, &base);
  cv::Mat fine(size.height * 3, size.width + size.height, CV_8U, cv::Scalar(0));
  cv::putText(fine, text, {size.height / 3, size.height * 2}, cv::FONT_HERSHEY_SCRIPT_SIMPLEX, scale,
              cv::Scalar(255), thick, cv::LINE_AA);
  const cv::Point2f middle{static_cast<float>(fine.cols) / 2, static_cast<float>(fine.rows) / 2};
  cv::Mat tilted, mask;
  cv::warpAffine(fine, tilted, cv::getRotationMatrix2D(middle, rng.normal(1, 2), 1), fine.size());
  cv::resize(tilted, mask, cv::Size(fine.cols / kFine, fine.rows / kFine), 0, 0, cv::INTER_AREA);
  const PointMm at = free_place(form, mask.cols / canvas.px_per_mm, mask.rows / canvas.px_per_mm, rng);
  press_mask(canvas, mask, cvRound(at.x_mm * canvas.px_per_mm), cvRound(at.y_mm * canvas.px_per_mm), pen.rgb,
             pen.darkness);
}

void word(Canvas& canvas, const forms::Template& form, const Pen& pen, Rng& rng) {
  static const std::array<std::string, 5> kWords{"khong dong y", "tin nhiem", "Tran Van B", "da xem",
                                                 "chon nguoi nay"};
  const std::string& text = kWords[static_cast<std::size_t>(rng.below(static_cast<int>(kWords.size())))];
  written(canvas, form, text, pen, rng);
}

/// A tick belongs to a name: it stands right of one.
void tick(Canvas& canvas, const forms::Template& form, const Pen& pen, Rng& rng) {
  KP_CHECK(!form.candidates.empty());
  const auto& chosen =
      form.candidates[static_cast<std::size_t>(rng.below(static_cast<int>(form.candidates.size())))];
  const BoxMm& line = chosen.lines.back();
  const double x = std::min(line.x_mm + line.w_mm + rng.between(5, 12), form.page_width_mm - 20),
               y = line.y_mm + line.h_mm;
  const double size = rng.between(4, 6);
  Path path = hand_line({x, y - size * 0.45}, {x + size * 0.35, y}, 0.1, rng);
  const Path up = hand_line(path.back(), {x + size, y - size}, 0.15, rng);
  path.insert(path.end(), up.begin(), up.end());
  draw_paths(canvas, {path}, pen, rng);
}

void signature(Canvas& canvas, const forms::Template& form, const Pen& pen, Rng& rng) {
  const double width = rng.between(22, 34), height = rng.between(6, 10);
  const PointMm at = free_place(form, width, height, rng);
  Path path;
  const double loops = rng.between(4, 7), phase = rng.between(0, 6);
  for (double t = 0; t <= 1; t += 0.004) {
    const double angle = 2 * std::numbers::pi * loops * t + phase, fade = 1 - 0.6 * t;
    path.push_back(
        {at.x_mm + width * t + 2.2 * std::cos(angle),
         at.y_mm + height / 2 + height * 0.45 * fade * std::sin(angle + 0.8 * std::sin(3 * t + phase))});
  }
  const Path tail = hand_line(path.back(), {at.x_mm + width * 0.1, at.y_mm + height * 1.05}, 0.3, rng);
  draw_paths(canvas, {path, tail}, pen, rng);
}

/// Where a pen rested: away from the names, whose reading they must not touch.
void dots(Canvas& canvas, const forms::Template& form, const Pen& pen, Rng& rng) {
  std::vector<Path> paths;
  const int count = 1 + rng.below(3);
  for (int i = 0; i < count; ++i) {
    const PointMm at{rng.between(12, form.page_width_mm - 12),
                     rng.between(names_bottom(form) + 4, form.page_height_mm - 8)};
    paths.push_back({at, {at.x_mm + rng.between(0.05, 0.5), at.y_mm + rng.between(-0.1, 0.2)}});
  }
  draw_paths(canvas, paths, pen, rng);
}

/// Dots or short bars in a row right of a name: a sign, not an accident. Where a
/// long name leaves no room they stand under it.
void dot_pattern(Canvas& canvas, const forms::Template& form, const Pen& pen, Rng& rng) {
  KP_CHECK(!form.candidates.empty());
  const auto& chosen =
      form.candidates[static_cast<std::size_t>(rng.below(static_cast<int>(form.candidates.size())))];
  const BoxMm& line = chosen.lines.back();
  const int count = 3 + rng.below(4);
  const double step = rng.between(1.8, 3), length = rng.between(0.2, 0.6);
  const double beside = line.x_mm + line.w_mm + rng.between(4, 9);
  const bool room = beside + count * step < form.page_width_mm - 14;
  const double x = room ? beside : line.x_mm + line.w_mm / 3;
  const double y = room ? line.y_mm + line.h_mm * rng.between(0.4, 0.7) : line.y_mm + line.h_mm + 3;
  Pen heavy = pen;
  heavy.width_mm = std::max(pen.width_mm, 0.6);
  std::vector<Path> paths;
  for (int i = 0; i < count; ++i)
    paths.push_back(
        {{x + i * step, y + rng.normal(0, 0.2)}, {x + i * step + length, y + rng.normal(0, 0.2)}});
  draw_paths(canvas, paths, heavy, rng);
}

}  // namespace

std::string_view to_text(ExtraKind kind) {
  switch (kind) {
    case ExtraKind::kWord:
      return "word";
    case ExtraKind::kTick:
      return "tick";
    case ExtraKind::kSignature:
      return "signature";
    case ExtraKind::kDots:
      return "dots";
    case ExtraKind::kNumber:
      return "number";
    case ExtraKind::kDotPattern:
      return "dot_pattern";
  }
  KP_CHECK(false);
  return {};
}

bool is_content(ExtraKind kind) { return kind != ExtraKind::kDots; }

void draw_extra(Canvas& canvas, ExtraKind kind, const forms::Template& form, const Pen& pen, Rng& rng) {
  switch (kind) {
    case ExtraKind::kWord:
      return word(canvas, form, pen, rng);
    case ExtraKind::kTick:
      return tick(canvas, form, pen, rng);
    case ExtraKind::kSignature:
      return signature(canvas, form, pen, rng);
    case ExtraKind::kDots:
      return dots(canvas, form, pen, rng);
    case ExtraKind::kNumber:
      return written(canvas, form, std::to_string(1 + rng.below(2000)), pen, rng);
    case ExtraKind::kDotPattern:
      return dot_pattern(canvas, form, pen, rng);
  }
}

}  // namespace kiemphieu::forge

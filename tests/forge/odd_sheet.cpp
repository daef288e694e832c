#include "tests/forge/odd_sheet.h"

#include <opencv2/imgproc.hpp>

#include "config/base/check.h"

namespace kiemphieu::forge {

std::string_view to_text(SheetKind kind) {
  switch (kind) {
    case SheetKind::kBallot:
      return "ballot";
    case SheetKind::kTornBallot:
      return "torn_ballot";
    case SheetKind::kBlankPaper:
      return "blank_paper";
    case SheetKind::kForeignPaper:
      return "foreign_paper";
    case SheetKind::kOtherSide:
      return "other_side";
    case SheetKind::kPhotograph:
      return "photograph";
    case SheetKind::kStranger:
      return "stranger";
    case SheetKind::kTwoSheets:
      return "two_sheets";
    case SheetKind::kCutOff:
      return "cut_off";
  }
  KP_CHECK(false);
  return {};
}

bool is_ballot(SheetKind kind) {
  return kind == SheetKind::kBallot || kind == SheetKind::kTornBallot || kind == SheetKind::kTwoSheets ||
         kind == SheetKind::kCutOff;
}

void draw_foreign_page(Canvas& canvas, Rng& rng) {
  const double line_mm = rng.between(6, 9), px = canvas.px_per_mm;
  for (double y = 22; y * px < canvas.rgb.rows - 120; y += line_mm) {
    std::string text;
    for (int i = 18 + rng.below(14); i > 0; --i)
      text += rng.chance(0.18) ? ' ' : static_cast<char>('a' + rng.below(26));
    cv::putText(canvas.rgb, text, {cvRound(14 * px), cvRound(y * px)}, cv::FONT_HERSHEY_COMPLEX, 0.9,
                cv::Scalar::all(30), 1, cv::LINE_AA);
  }
  if (rng.chance(0.5))
    cv::rectangle(canvas.rgb, cv::Point(cvRound(10 * px), cvRound(10 * px)),
                  cv::Point(cvRound(138 * px), cvRound(200 * px)), cv::Scalar::all(20), 3);
}

void draw_photograph(Canvas& canvas, Rng& rng) {
  cv::Mat planes[3];
  for (cv::Mat& plane : planes) {
    const cv::Mat large = patches(canvas.rgb.size(), 60 + rng.below(400), rng),
                  small = patches(canvas.rgb.size(), 6 + rng.below(30), rng);
    cv::addWeighted(large, 0.7, small, 0.3, 0, plane);
  }
  cv::merge(planes, 3, canvas.rgb);
}

void feed_two(Canvas& canvas, double out_mm, Rng& rng) {
  const int out = cvRound(out_mm * canvas.px_per_mm), aside = cvRound(rng.normal(0, 1.5) * canvas.px_per_mm);
  cv::Mat both(canvas.rgb.rows + out, canvas.rgb.cols, CV_8UC3, cv::Scalar::all(250));
  const cv::Matx23d beside(1, 0, aside, 0, 1, out);
  cv::warpAffine(canvas.rgb, both, beside, both.size(), cv::INTER_NEAREST, cv::BORDER_CONSTANT,
                 cv::Scalar::all(250));
  canvas.rgb.copyTo(both.rowRange(0, canvas.rgb.rows));
  const int shadow = cvRound(0.8 * canvas.px_per_mm);
  for (int i = 0; i < shadow && canvas.rgb.rows + i < both.rows; ++i) {
    cv::Mat row = both.row(canvas.rgb.rows + i);
    row.convertTo(row, -1, 0.72 + 0.28 * i / shadow);
  }
  canvas.rgb = both;
}

}  // namespace kiemphieu::forge

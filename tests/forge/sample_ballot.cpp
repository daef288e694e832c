#include "tests/forge/sample_ballot.h"

#include <array>
#include <opencv2/imgproc.hpp>

#include "tests/forge/ink.h"

namespace kiemphieu::forge {
namespace {

constexpr double kDpi = 200, kPxPerMm = kDpi / 25.4;

int px(double mm) { return cvRound(mm * kPxPerMm); }

/// Writes the text with its left foot at the place given; the box of its ink.
forms::BoxMm write(cv::Mat& page, const std::string& text, double x_mm, double foot_mm, double scale,
                   int thick) {
  int below = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_COMPLEX, scale, thick, &below);
  cv::putText(page, text, {px(x_mm), px(foot_mm)}, cv::FONT_HERSHEY_COMPLEX, scale, cv::Scalar(0), thick,
              cv::LINE_AA);
  return {x_mm, foot_mm - size.height / kPxPerMm, size.width / kPxPerMm,
          (size.height + 0.6 * below) / kPxPerMm};
}

}  // namespace

SampleBallot sample_ballot() {
  struct Row {
    std::string id, name, second;
  };
  const std::array<Row, 5> rows{{{"c1", "Nguyen Thi Ngoc Anh", ""},
                                 {"c2", "Tran Quoc Dat", ""},
                                 {"c3", "Le An", ""},
                                 {"c4", "Vo Thanh Nghia", "(Thuong toa Thich Minh Tuong)"},
                                 {"c5", "Cong Tang Ton Nu Thi Quynh Tram", ""}}};
  SampleBallot sample;
  forms::Template& form = sample.form;
  form.contest = "sample-1";
  form.seats = 3;
  form.seal = forms::BoxMm{14, 28, 40, 40};
  form.frame = forms::BoxMm{8, 8, 132, 194};
  form.reference_dpi = kDpi;

  cv::Mat page(px(form.page_height_mm), px(form.page_width_mm), CV_8U, cv::Scalar(255));
  cv::rectangle(page, cv::Rect(px(8), px(8), px(132), px(194)), cv::Scalar(0), 2);
  write(page, "Don vi bau cu so: 1", 13, 18, 0.7, 1);
  write(page, "CONG HOA XA HOI CHU NGHIA VIET NAM", 58, 18, 0.62, 1);
  write(page, "Doc lap - Tu do - Hanh phuc", 70, 24, 0.62, 1);
  write(page, "PHIEU BAU CU", 62, 78, 1.1, 2);
  write(page, "DAI BIEU QUOC HOI KHOA XVI", 40, 86, 0.95, 2);
  write(page, "Duoc bau 3 dai bieu", 58, 94, 0.75, 1);
  double foot_mm = 110;
  for (const Row& row : rows) {
    write(page, "Ong", 18, foot_mm, 0.9, 1);
    forms::CandidateLines candidate{row.id, static_cast<int>(form.candidates.size()) + 1, row.name, {}};
    candidate.lines.push_back(write(page, row.name, 32, foot_mm, 0.9, 1));
    if (!row.second.empty()) candidate.lines.push_back(write(page, row.second, 32, foot_mm += 7, 0.9, 1));
    foot_mm += 11;
    form.candidates.push_back(std::move(candidate));
  }
  sample.blank = {imaging::Pixels(page.datastart, page.dataend), page.cols, page.rows,
                  imaging::PixelFormat::kGray8, kDpi};
  form.reference = sample.blank;
  return sample;
}

}  // namespace kiemphieu::forge

#include <doctest/doctest.h>

#include <opencv2/imgproc.hpp>

#include "tally/reading/see_through.h"

namespace kiemphieu::reading {
namespace {

/// Bold uprights, 6 px of 10, from one end to the other: what a stroke crosses mostly unseen.
struct Letters {
  static constexpr int kWidth = 400, kHeight = 70, kRow = 35;
  LineModel model;
  cv::Mat scan;  ///< the same letters, as black as toner gives them
  std::vector<int> path;

  explicit Letters(int print) {
    model.print = cv::Mat::zeros(kHeight, kWidth, CV_8UC1);
    for (int x = 32; x < kWidth - 32; x += 10)
      cv::rectangle(model.print, {x, 22}, {x + 5, 47}, cv::Scalar(255), cv::FILLED);
    cv::blur(model.print, model.print, {3, 3});
    cv::Mat near;
    cv::dilate(model.print, near, cv::Mat::ones(5, 5, CV_8UC1));
    model.open = near == 0;
    model.left_px = 32, model.right_px = kWidth - 32;
    model.body_top_px = 22, model.body_bottom_px = 48;
    model.print.convertTo(scan, CV_8UC1, print / 255.0);
    path.assign(static_cast<std::size_t>((model.right_px - model.left_px) / kColumnStep), kRow);
  }
  void strike(int from_px, int to_px, int darkness) {
    for (int y = kRow - 2; y <= kRow + 2; ++y)
      for (int x = from_px; x < to_px; ++x) {
        auto& dark = scan.ptr<std::uint8_t>(y)[x];
        dark = static_cast<std::uint8_t>(255 - (255 - dark) * (255 - darkness) / 255);
      }
  }
  StraightLine line(int print) const { return {model, {}, scan, scan, print}; }
};

TEST_CASE("under letters a stroke shows all its ink, a part it leaves out shows none") {
  for (const int print : {120, 180, 230}) {
    CAPTURE(print);
    Letters letters(print);
    letters.strike(20, 200, 130);
    const StraightLine line = letters.line(print);
    const SeeThrough seen(line, letters.path, 130);
    CHECK(seen.share(60, 110, false).value_or(-1) > 0.8);
    CHECK(seen.share(240, 290, false).value_or(1) < 0.1);
    CHECK(seen.share(240, 290, true).value_or(1) < 0.1);
  }
}

TEST_CASE("letters smeared above and below as well do not speak for a stroke") {
  Letters letters(150);
  letters.strike(20, 200, 130);
  letters.scan.colRange(240, 300).rowRange(22, 48) += 45;
  const StraightLine line = letters.line(150);
  const SeeThrough seen(line, letters.path, 130);
  CHECK(seen.share(245, 295, false).value_or(0) > 0.3);
  CHECK(seen.share(245, 295, true).value_or(1) < 0.1);
}

TEST_CASE("print as black as can be, and pale ink on it, tells nothing") {
  Letters letters(255);
  letters.scan = cv::Mat(letters.scan.size(), CV_8UC1, cv::Scalar(255));
  letters.model.print = letters.scan.clone();
  letters.model.open = cv::Mat::zeros(letters.scan.size(), CV_8UC1);
  const StraightLine line = letters.line(255);
  CHECK(!SeeThrough(line, letters.path, 60).share(60, 110, false));
}

}  // namespace
}  // namespace kiemphieu::reading

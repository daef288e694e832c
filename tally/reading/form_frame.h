#pragma once
/// From the coarse ink picture into PrintModel::watched, without a multiplication a pixel.

#include <cmath>
#include <cstdint>

#include "tally/reading/page_view.h"
#include "tally/reading/print_model.h"

namespace kiemphieu::reading {

/// A pixel of PrintModel::watched, in 1/65536.
struct WatchedPlace {
  std::int64_t x = 0, y = 0;

  int col() const { return static_cast<int>(x >> 16); }
  int row() const { return static_cast<int>(y >> 16); }
  bool within(const cv::Mat& picture) const {
    return col() >= 0 && row() >= 0 && col() < picture.cols && row() < picture.rows;
  }
};

class OntoForm {
 public:
  OntoForm(const PageView& view, const Affine& form_to_page)
      : map_(form_to_page.inverse().scaled(kPrintedPxPerMm * kFixed)), step_(view.step) {}

  /// Where the middle of coarse pixel (x, y) lies.
  WatchedPlace at(int x, int y) const {
    const Point p = map_((x + 0.5) * step_, (y + 0.5) * step_);
    return {static_cast<std::int64_t>(std::floor(p.x)), static_cast<std::int64_t>(std::floor(p.y))};
  }
  /// From one coarse pixel to its right neighbour.
  WatchedPlace along_row() const {
    return {static_cast<std::int64_t>(map_.a * step_), static_cast<std::int64_t>(map_.c * step_)};
  }

 private:
  static constexpr double kFixed = 65536;
  Affine map_;
  double step_;
};

}  // namespace kiemphieu::reading

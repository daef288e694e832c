#pragma once
/// Printed names to learn from: random Vietnamese names in many types, sizes
/// and spacings, as the reader's own line models and as fine pictures to draw on.

#include <vector>

#include <opencv2/core.hpp>

#include "config/base/result.h"
#include "tally/reading/print_model.h"
#include "tally/training/chance.h"

namespace kiemphieu::training {

/// Pixels a millimetre of the pictures that are drawn on: twice the reader's.
inline constexpr double kFinePxPerMm = 2 * reading::kFieldPxPerMm;

struct PrintedNames {
  cv::Mat print;  ///< CV_8UC1 darkness of the page at kFinePxPerMm
  std::vector<reading::LineModel> lines;
};

/// One page of names. Errors: those of forms::draw_gray and PrintModel::of.
Result<PrintedNames> print_names(Chance& chance);

}  // namespace kiemphieu::training

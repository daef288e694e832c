#pragma once
/// One name line as a scanner would give it, with what is known of it.

#include <vector>

#include "tally/reading/learned_reader.h"
#include "tally/training/marks.h"
#include "tally/training/prints.h"

namespace kiemphieu::training {

struct Example {
  LineClass truth = LineClass::kClean;
  cv::Mat dark;                               ///< what the reader gets (darkness_against_paper)
  std::vector<reading::WindowSight> windows;  ///< what it should see in each window
};

/// Prints line `index` of the page, marks it, wears it, scans it and lays it
/// straight with an error of registration.
Example make_example(const PrintedNames& names, std::size_t index, Chance& chance);

}  // namespace kiemphieu::training

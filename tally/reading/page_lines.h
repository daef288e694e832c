#pragma once
/// Lines that no hand drew: a fold across or down the paper, a streak that dirt
/// on the scanner's glass draws down every page.
///
/// Method: the coarse ink at unprinted places is averaged along the form's rows
/// and columns and along the scan's columns, in four parts each. A line is where
/// the average stands out against its neighbourhood in all four parts: a hand's
/// stroke never runs so far, and a shadow far too light for any single place shows.

#include <vector>

#include "tally/reading/page_view.h"
#include "tally/reading/print_model.h"

namespace kiemphieu::reading {

struct PageLines {
  std::vector<double> fold_rows_mm;     ///< heights on the form where a fold runs across
  std::vector<double> fold_columns_mm;  ///< and where one runs down it
  std::vector<double> streaks_mm;       ///< from the scan's left edge: where to clean the glass

  bool any() const { return !fold_rows_mm.empty() || !fold_columns_mm.empty() || !streaks_mm.empty(); }
};

PageLines find_page_lines(const PageView& view, const Affine& form_to_page, const PrintModel& model);

}  // namespace kiemphieu::reading

#pragma once
/// The polling team's seal, red or violet, in the upper left corner (Luật 85/2015 Điều
/// 74(1)(b): without it a ballot is invalid).
///
/// Red and violet ink takes away green light but not red light; black and blue
/// do not. What is so coloured within the seal's zone must have a seal's size
/// and lie all around a centre. On a gray scan only a clear ring of foreign ink
/// counts, and nothing tells it from a copy: stations scan in colour.

#include <optional>
#include <vector>

#include "tally/reading/page_view.h"
#include "tally/reading/print_model.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

struct SealLook {
  SealFinding finding = SealFinding::kAbsent;
  double score = 0;
  std::optional<BoxPx> box;
  double other_ink_mm2 = 0;  ///< colour scans: ink in the zone that is neither print nor seal
  cv::Mat zone;              ///< laid straight, kLookPxPerMm, colours as scanned; empty when the form has none
  cv::Vec3i paper;           ///< brightness of its paper in each channel
};

/// `streaks_mm`: lines down the scan that are no ink (PageLines).
SealLook look_for_seal(const PageView& view, const Affine& form_to_page, const PrintModel& model,
                       const std::vector<double>& streaks_mm);

/// How far the stamp may lie outside the template's zone.
inline constexpr double kSealReachMm = 7.0;
/// 100 dpi: a seal's ring is 0.6 to 1 mm wide.
inline constexpr double kLookPxPerMm = 4.0;

}  // namespace kiemphieu::reading

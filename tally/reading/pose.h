#pragma once
/// Where a form may lie on a page, roughly: within about 1 mm, 0.3 degrees, 1 %.
///
/// Method: the skew is the angle at which the ink's row profile is sharpest;
/// at that angle the row profiles of page and form are matched over scale and
/// shift, upright and upside-down; the best few are slid along the rows and
/// improved in the coarse ink picture itself. The paper's edges
/// play no part, so a page in a larger scan window or on black is the same.

#include <vector>

#include "tally/reading/geometry.h"
#include "tally/reading/page_view.h"
#include "tally/reading/print_model.h"

namespace kiemphieu::reading {

/// The page's ink as points, once a page, for all templates.
struct PageInk {
  std::vector<Point> points;  ///< page millimetres by the nominal resolution
  double skew_rad = 0;        ///< of the text rows, clockwise positive
  cv::Mat blurred;            ///< coarse ink, 1.5 mm wide
  /// In the upright frame, page mm turned by the skew: the ink's row profile,
  /// one bin a millimetre from `top_mm` on, and its extent to left and right.
  std::vector<float> rows;
  double top_mm = 0, left_mm = 0, right_mm = 0;
};

struct Pose {
  Affine form_to_page;  ///< form mm to scan pixels
  bool upside_down = false;
  double fit = 0;  ///< how much darker the print's places are than their surroundings, 0 to 1
};

/// Outside of this the profiles are not even compared; the report says kScale well before.
inline constexpr double kMinScale = 0.92, kMaxScale = 1.08;
inline constexpr double kMaxSkewDeg = 7.0;

PageInk page_ink(const PageView& view);

/// How the text rows lie, over more angles than a form is looked for in.
struct TextSlant {
  double angle_deg = 0;
  bool sideways = false;  ///< rows run down the page
};
TextSlant measure_slant(const std::vector<Point>& points);

/// At most four poses, best first; empty for a page without enough ink.
std::vector<Pose> find_poses(const PageView& view, const PageInk& ink, const PrintModel& model);

}  // namespace kiemphieu::reading

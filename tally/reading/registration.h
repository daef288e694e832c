#pragma once
/// Lays a form onto a page to a fraction of a millimetre: blocks of print are
/// found near where the pose says, most of them must agree on one affine map,
/// and each name line is then found again by itself, so that a feed that
/// stretched the paper is followed line by line.

#include <optional>

#include "tally/reading/pose.h"

namespace kiemphieu::reading {

struct Registration {
  Affine form_to_page;  ///< form mm to scan pixels
  bool upside_down = false;
  double skew_deg = 0;     ///< clockwise positive, of the upright form
  double scale = 1;        ///< of the form's printed size, by the nominal resolution
  double residual_px = 0;  ///< median distance of the agreeing blocks after the fit
  double agreeing = 0;     ///< share of the blocks that lie where the fit says, 0 to 1
};

/// nullopt when fewer than half of the blocks agree: not this form, or not there.
std::optional<Registration> register_form(const PageView& view, const PrintModel& model, const Pose& pose);

/// A block found on the page: the best shift in scan pixels against `map`, and
/// how much darker its ink is than its paper there (0 to 1 of the paper).
struct BlockFit {
  double dx_px = 0, dy_px = 0;
  double contrast = 0;
};
BlockFit find_block(const PageView& view, const PrintBlock& block, const Affine& map, double radius_mm);

}  // namespace kiemphieu::reading

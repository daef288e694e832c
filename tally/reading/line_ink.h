#pragma once
/// What stands on one printed name line besides the print.
///
/// Method: the line is registered by itself, laid straight, and its darkness
/// compared with the reference's print grown by what printing and scanning may
/// smear. Only places that the print leaves open can show foreign ink; a stroke
/// is followed through the print from one open place to the next (black ink on
/// black print is seen between and inside the letters). Measures only: what
/// they mean is in strike.h.

#include "tally/reading/registration.h"
#include "tally/reading/sheet_reading.h"
#include "tally/reading/stroke.h"

namespace kiemphieu::reading {

struct LineInk {
  LineEvidence evidence;
  double print_present = 0;   ///< share of the print's ink that is there, 0 to 1
  double print_contrast = 0;  ///< darkness of the print, 0 to 1
  double over_print_mm2 = 0;  ///< of gray print: where it is far darker than the rest of it
  double shift_mm = 0;        ///< how far the line lay from the page's map
  Stroke stroke;              ///< best anywhere in the field
  Stroke core_stroke;         ///< best that stays within the letters' bodies
  Stroke diagonal;            ///< best about a straight line from corner to corner; only with ink in all four
  double rim_dark = 0;        ///< dark share just beyond the print's tolerance: thick letters, or ink
  double body_ink_mm2 = 0;    ///< foreign ink within the letters' bodies' rows
  double outer_ink_mm2 = 0;   ///< and elsewhere in the field
  double core_bins = 0;       ///< share of 1.2 mm columns of the name with ink in the bodies' rows
  double worst_word_bins = 0;
  bool whole_words = false;  ///< some words are inked throughout, the others not at all
  double above_bins = 0, below_bins = 0;  ///< the same above and below the bodies
  double fill = 0;                        ///< dark share of the open pixels in the bodies' rows
  double steep_share = 0;  ///< of the ink's edges, what runs down the page: 0 a line along the name, 1 an upright one
  int tall_strokes = 0;        ///< strokes that run down through the whole body
  double tall_gap_mm = 0;      ///< widest part of the name, ends included, without such a stroke
  bool four_corners = false;   ///< ink upper left, lower left, upper right and lower right
  double on_cross = 0;         ///< share of the ink that lies about two straight strokes from corner to corner
  double faint_line = 0;       ///< best straight line's darkness over its surroundings, 0 to 1
  double body_height_mm = 0;
  Affine map;    ///< form mm to scan pixels for this line
  cv::Mat dark;  ///< the line laid straight: straight_darkness() of the model's field
};

/// Finds the line near where the page's map says, lays it straight and measures it.
LineInk look_at_line(const PageView& view, const Affine& form_to_page, const LineModel& model);

/// Measures a line that was found, again if need be: what `model.open` closes is
/// not looked at, what is lighter than `levels` is no ink. Reads `out.map` and
/// `out.dark`; all measures in `out` must be as new.
void measure_line(const LineModel& model, const InkLevels& levels, LineInk& out);

/// The same line measured anew, found and laid straight as it was.
LineInk measured_again(const LineInk& seen, const LineModel& model, const InkLevels& levels);

/// The darkest place within `reach_mm` above and below a point of the form,
/// against the paper a little further off, 0 to 1.
double darkest_near(const PageView& view, const Affine& map, Point at_mm, double reach_mm);

/// Darkness along a straight page line through form points, 0 to 1: the share of
/// its steps darker than `dark` against the paper around it. For lines that run on beyond a name.
double dark_share(const PageView& view, const Affine& map, Point from_mm, Point to_mm, double dark);

}  // namespace kiemphieu::reading

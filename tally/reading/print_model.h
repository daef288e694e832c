#pragma once
/// What the reader needs to know about one printed form, prepared once from its
/// template: where its ink must be (coarsely for finding the form, finely for
/// registering blocks and name lines) and where other ink would be foreign.

#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>

#include "config/base/result.h"
#include "tally/forms/template.h"
#include "tally/reading/geometry.h"

namespace kiemphieu::reading {

/// Fields are looked at in this resolution (200 dpi), whatever the scan's is.
inline constexpr double kFieldPxPerMm = 200.0 / 25.4;
/// How far around the name's box a name line's field reaches.
inline constexpr double kFieldMarginXMm = 4.0, kFieldMarginYMm = 2.4;

/// A block of print: where ink must be and where paper must be next to it, form mm.
struct PrintBlock {
  Point centre;
  std::vector<Point> ink, paper;
};

/// One printed name line. Pixel values are in the field's frame (kFieldPxPerMm).
struct LineModel {
  forms::BoxMm name;
  cv::Rect field;                           ///< of the reference, in its pixels
  PrintBlock block;                         ///< "Ông/Bà" and the name, for registering this line
  cv::Mat print;                            ///< CV_8UC1 darkness of the reference, 0 paper … 255
  cv::Mat open;                             ///< CV_8UC1, 255 where foreign ink would show: the print,
                                            ///< grown by what a print or scan may smear, lies elsewhere
  cv::Mat open_wide;                        ///< the same for a print with thick letters, a copy of a copy
  std::vector<int> solid_px;                ///< offsets into the field of the print's black cores
  int left_px = 0, right_px = 0;            ///< the name's ink, [left, right)
  int top_px = 0, bottom_px = 0;            ///< the name's tight box, [top, bottom)
  int body_top_px = 0, body_bottom_px = 0;  ///< letters without marks and descenders
  std::vector<cv::Range> words;             ///< columns of each word
  std::vector<std::int16_t> print_cells;    ///< reference_cells() of this line, ready made; may be empty
};

struct CandidateModel {
  std::string id;
  std::vector<LineModel> lines;
};

struct PrintModel {
  forms::Template form;  ///< without the reference's pixels
  cv::Mat reference;     ///< CV_8UC1 darkness at kFieldPxPerMm

  std::vector<float> rows;         ///< ink profile, one bin a millimetre, zero mean
  double ink_left_mm = 0, ink_right_mm = 0;  ///< how wide the print reaches
  PrintBlock whole;                ///< a sample of all the print at 0.5 mm
  std::vector<PrintBlock> blocks;  ///< well textured blocks spread over the form
  std::vector<CandidateModel> candidates;
  cv::Mat printed;  ///< CV_8UC1 at 2 px/mm: 255 where print may be, grown by 1.2 mm

  /// Errors: kTemplateInvalid.
  static Result<PrintModel> of(const forms::Template& form);
  /// The same frame: 255 where foreign ink would be content: not on print, not in
  /// the template's ignored places, not at the paper's edge with its shadows and cuts.
  cv::Mat watched;
  /// The same frame: 255 about what is printed so broad that it is a surface, not a line.
  cv::Mat solid;
};

/// Pixels a millimetre of PrintModel::printed.
inline constexpr double kPrintedPxPerMm = 2.0;

}  // namespace kiemphieu::reading

#pragma once
/// Ballots as other print shops make them: typeface, size, spacing, frame and
/// paper as they like, with the true place of every name. And what a copier and
/// an office scanner do to them.

#include <string>
#include <vector>

#include "config/election/election.h"
#include "config/imaging/image.h"
#include "tally/forms/page.h"
#include "tests/forge/rng.h"

namespace kiemphieu::learning::test {

struct PrintVariant {
  std::string name = {};
  forms::Face face = forms::Face::kSerif;
  std::string family = {};  ///< a typeface the product does not use; empty: the face's
  double size_pt = 14;      ///< of the names
  double spacing = 1.8;     ///< in type sizes, from candidate to candidate
  bool frame = true;
  bool bold = true;
  bool centred = false;     ///< names in the page's middle
  bool seal_label = false;  ///< "Vị trí đóng dấu của Tổ bầu cử"
  forms::Rgb paper = {255, 255, 255};
};

struct PrintedVariant {
  forms::Page page;
  std::vector<std::vector<forms::BoxMm>> names;  ///< the true tight boxes, by candidate
};

/// Stops the test when the names do not fit the page.
PrintedVariant print_variant(const election::Contest& contest, const PrintVariant& variant);

/// What a copier and a scanner do. Skew clockwise, about the page's middle.
struct ScanVariant {
  std::string name = {};
  double dpi = 200;
  double skew_deg = 0;
  double print_scale = 1;  ///< a copy at 98 %
  bool upside_down = false;
  double border_mm = 0;  ///< of lid on every side
  std::uint8_t lid = 255;
  bool gray = false;
  bool photocopy = false;  ///< hard, thick and speckled
  double toner = 1;
  double blur_px = 0.5;
  double noise = 2;
  double shade = 0;  ///< share of light lost from left to right
  int jpeg_quality = 90;
  bool state_dpi = true;
  int dirt = 0;  ///< specks of up to 1 mm
};

imaging::Image scan_variant(const forms::Page& page, const forms::Rgb& paper, const ScanVariant& scan,
                            std::uint64_t seed);

/// A contest with invented candidates: stacked diacritics, long and short names,
/// every third with another name (`two_lines`: on its own line), equal names with birth dates.
election::Contest invented_contest(const election::Contest& like, int candidates, bool two_lines,
                                   std::uint64_t seed);

}  // namespace kiemphieu::learning::test

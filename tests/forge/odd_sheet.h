#pragma once
/// Sheets that are no ballot, and ballots that did not come through the feeder as one whole sheet.

#include <string_view>

#include "tests/forge/paper.h"

namespace kiemphieu::forge {

enum class SheetKind : std::uint8_t {
  kBallot,
  kTornBallot,  ///< its lower part is missing
  kBlankPaper,
  kForeignPaper,  ///< a printed page that is no ballot
  kOtherSide,     ///< a ballot that lies the wrong way round: print shows through, mirrored
  kPhotograph,
  kStranger,   ///< another constituency's ballot: the same form, other names
  kTwoSheets,  ///< two ballots fed as one: the second one's tail sticks out
  kCutOff,     ///< the scan ends within the names
};
std::string_view to_text(SheetKind kind);
/// True when the sheet is a ballot of this contest, whole or not.
bool is_ballot(SheetKind kind);

/// Lines of text and a table, on paper of its own.
void draw_foreign_page(Canvas& canvas, Rng& rng);
/// Soft patches of colour from edge to edge.
void draw_photograph(Canvas& canvas, Rng& rng);
/// Lays a second sheet like this one below it, `out_mm` further along, with the shadow of the upper edge.
void feed_two(Canvas& canvas, double out_mm, Rng& rng);

}  // namespace kiemphieu::forge

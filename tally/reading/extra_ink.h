#pragma once
/// Ink on the sheet that is neither print nor seal nor on a name: added words,
/// ticks, signatures (Luật 85/2015 Điều 74(1)(đ)).
///
/// Looks at the coarse ink only; whatever it finds sends the sheet to people.

#include <vector>

#include "tally/reading/page_lines.h"
#include "tally/reading/page_view.h"
#include "tally/reading/print_model.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

struct ExtraInk {
  std::vector<BoxPx> boxes;          ///< in scan pixels; empty: nothing added
};

/// `lines` are not content, unless a pen drew along them.
ExtraInk look_for_extra_ink(const PageView& view, const Affine& form_to_page, const PrintModel& model,
                            const PageLines& lines);

}  // namespace kiemphieu::reading

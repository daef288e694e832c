#pragma once
/// The boxes of one field: found again by their own lines, emptied of them, and
/// each looked at by the digit model. Method: docs/reading.md.

#include "tally/forms/template.h"
#include "tally/reading/geometry.h"
#include "tally/reading/page_view.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

/// Less cannot be written in, and has no inside once the lines are taken out.
inline constexpr double kSmallestBoxMm = 4.0;

FieldReading read_field(const PageView& view, const Affine& form_to_page, const forms::DigitField& field);

}  // namespace kiemphieu::reading

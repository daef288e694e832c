#pragma once
/// Finds out what is wrong with a page: why no form was found on it, or what
/// besides its marks is odd about a form that was.

#include <optional>
#include <vector>

#include "tally/reading/pose.h"
#include "tally/reading/registration.h"
#include "tally/reading/trouble.h"

namespace kiemphieu::reading {

/// Why nothing was found: blank, a photograph, sideways, too crooked, or simply
/// another form. Always an answer.
Trouble why_not_found(const PageView& view, const PageInk& ink);

/// Part of the form lies outside the picture.
bool is_cut_off(const PageView& view, const Affine& form_to_page, const PrintModel& model);

/// A piece of the paper is gone or covered: a surface within the form that is
/// far darker than its paper and no ink, at least 3 x 3 mm. Seen where the
/// scanner's background is dark.
bool is_torn(const PageView& view, const Affine& form_to_page, const PrintModel& model);

/// Paper that goes on, print or the edge of another sheet beyond the form's own paper.
bool shows_second_sheet(const PageView& view, const Affine& form_to_page, const PrintModel& model);

}  // namespace kiemphieu::reading

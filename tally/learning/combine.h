#pragma once
/// Several scans of the same print as one picture, without the dirt of any one.

#include <vector>

#include "config/base/result.h"
#include "tally/forms/template.h"
#include "tally/learning/straighten.h"

namespace kiemphieu::learning {

/// `pages[0]` is the one that `form` describes; the others are laid onto it by
/// the reader's own registration. Pixel by pixel the median; of two, what both
/// have. Errors: kLearnScansDiffer (evidence: which and why), kTemplateInvalid.
Result<StraightPage> combine(const std::vector<StraightPage>& pages, const forms::Template& form);

/// The page as a template's reference: gray, paper white, print black.
imaging::Image as_reference(const StraightPage& page, int ink_level);

}  // namespace kiemphieu::learning

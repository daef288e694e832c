#pragma once
/// The fingerprint of a ballot that was registered and looked at. Costs about a
/// quarter of a millisecond; the same pixels give the same bytes.

#include <vector>

#include "tally/reading/fingerprint.h"
#include "tally/reading/line_ink.h"
#include "tally/reading/seal.h"

namespace kiemphieu::reading {

/// `lines` by candidate, as `model` has them.
Fingerprint take_fingerprint(const PrintModel& model, const std::vector<std::vector<LineInk>>& lines,
                             const SealLook& seal);

}  // namespace kiemphieu::reading

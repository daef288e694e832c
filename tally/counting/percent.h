#pragma once
/// Percentages as the minutes print them, in exact integers. Pure.
///
/// Source: Hỏi đáp về bầu cử 2026-2031, câu 177: two decimals, the third rounds
/// up from 5 (22.566 -> 22.57), adjusted so that the parts add up to 100 %.

#include <span>
#include <vector>

#include "config/base/count.h"

namespace kiemphieu::counting {

/// Hundredths of a percent: 2257 means 22.57 %. 0 when `whole` is 0.
Count percent_hundredths(Count part, Count whole);

/// The same for parts of one whole (their sum), adjusted to exactly 10000. The
/// adjustment goes to the parts that rounding moved farthest; of equal ones to
/// the later. All 0 when every part is 0.
std::vector<Count> percents_of_whole(std::span<const Count> parts);

}  // namespace kiemphieu::counting

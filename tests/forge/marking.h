#pragma once
/// What voters mean to do, before their hands do it.

#include "tests/forge/sheet.h"

namespace kiemphieu::forge {

/// Leaves `left` names, the popular ones more often; the others get a stroke of `style`.
void strike_all_but(int left, const std::vector<double>& popularity, StrokeStyle style, SheetPlan& plan,
                    Rng& rng);

/// Most leave exactly as many names as there are seats.
int names_left(int seats, Rng& rng);

/// One stroke over two neighbours (kJoined, kAcross): the first pair from `from` on whose names have one
/// line.
void strike_over_two(StrokeStyle style, std::size_t from, SheetPlan& plan, const forms::Template& form);

/// As teams stamp: near its place, a little turned, well inked.
Seal good_seal(Rng& rng);

}  // namespace kiemphieu::forge

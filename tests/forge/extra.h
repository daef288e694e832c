#pragma once
/// What does not belong on a ballot: words, numbers, ticks, signatures, a row of
/// dots beside a name; and what happens by itself: the dots of a resting pen.

#include "tally/forms/template.h"
#include "tests/forge/ink.h"

namespace kiemphieu::forge {

enum class ExtraKind : std::uint8_t { kWord, kTick, kSignature, kNumber, kDotPattern, kDots };
std::string_view to_text(ExtraKind kind);

/// True for added content or a mark, which the law makes invalid (Luật 85/2015
/// Điều 74(1)(đ)); stray dots are neither.
bool is_content(ExtraKind kind);

/// Draws it where the ballot of `form` is free: below the names, or right of
/// the title when nothing is free there.
void draw_extra(Canvas& canvas, ExtraKind kind, const forms::Template& form, const Pen& pen, Rng& rng);

}  // namespace kiemphieu::forge

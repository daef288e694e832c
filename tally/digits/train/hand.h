#pragma once
/// The hands that the digit model learns from: figures as control points, bent
/// by habits, drawn with a pen into a box. Vietnamese habits among them: 1 with
/// a flag and a foot, open and closed 4, barred 7, straight and curled 9, slim
/// and slashed 0. The hands that test the model are other ones (tests/forge).

#include "tally/digits/digit_picture.h"
#include "tally/training/chance.h"

namespace kiemphieu::digits {

using training::Chance;

struct Example {
  int truth = 0;  ///< a class of digit_net.h
  BoxPicture box;
};

/// One figure 0 to 9 as somebody may write it.
Example write_digit(int digit, Chance& chance);

/// What must not be taken for a digit: a corrected or crossed-out one, two in
/// one box, a dash, a tick, a scribble, another sign.
Example write_no_digit(Chance& chance);

/// The same with a figure that was scanned elsewhere: bent, moved and inked anew.
/// `figure`: 0 paper … 255 ink.
Example rewrite(int digit, const BoxPicture& figure, Chance& chance);
/// Such a figure struck out, or two of them in one box.
Example spoil(const BoxPicture& figure, const BoxPicture& other, Chance& chance);

}  // namespace kiemphieu::digits

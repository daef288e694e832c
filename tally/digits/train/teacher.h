#pragma once
/// Trains the digit model. One thread, sums in a fixed order: the same seed and
/// figures give the same file on the same machine.

#include <functional>

#include "config/imaging/image.h"
#include "tally/digits/digit_net.h"
#include "tally/digits/train/hand.h"

namespace kiemphieu::digits {

struct Lesson {
  std::uint64_t seed = 1;
  int written = 9000;  ///< examples a digit from generated hands
  int rewritten = 8;   ///< examples a scanned figure
  int no_digits = 13000;
  int rounds = 14;
  int hidden = 128;
};

/// Scanned figures with their digits, if there are any; every fifth is kept apart.
struct ScannedFigures {
  std::vector<BoxPicture> pictures;
  std::vector<int> digits;
};
/// From a sheet of 20 x 20 pixel figures, white on black, 5 rows of each digit
/// (OpenCV's samples/data/digits.png). Errors: kModelInvalid when it is another picture.
Result<ScannedFigures> cut_sheet(const imaging::Image& sheet);

/// counts[truth][answer]; the answer is the likeliest class.
using Confusion = std::array<std::array<int, kClasses>, kClasses>;
struct Trained {
  std::string text;   ///< the model file
  Confusion apart{};  ///< of the scanned figures that were kept apart, as they are
};
Result<Trained> train(const Lesson& lesson, const ScannedFigures& scanned,
                      const std::function<void(int)>& round_done);

}  // namespace kiemphieu::digits

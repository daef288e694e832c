#pragma once
/// A network of one hidden layer in whole numbers over gradient directions: the
/// same picture gives the same bits on every processor. It only looks;
/// tally/digits/train makes it.
///
/// Input: 8 gradient directions in 6 x 6 cells and the darkness of 12 x 12
/// cells, 0 to 255 each. Hidden: max(0, sum). Output: one log-odds a class.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"
#include "tally/digits/digit_picture.h"

namespace kiemphieu::digits {

inline constexpr int kClasses = 11;  ///< 0 … 9, and
inline constexpr int kNoDigit = 10;  ///< crossed out, corrected, two digits, a word, a dash …
inline constexpr int kInputs = 8 * 36 + 144;
inline constexpr int kMaxHidden = 128;

using Inputs = std::array<std::uint8_t, kInputs>;
Inputs inputs_of(const DigitPicture& picture);

/// A class and how sure, in 1/10000; the ten-thousandths of all classes add up to about 10000.
struct Guess {
  int digit = kNoDigit;
  int sure = 0;

  bool operator==(const Guess&) const = default;
};
inline constexpr int kWhollySure = 10000;

class DigitNet {
 public:
  /// Sums are in 1/2^hidden_bits and 1/2^output_bits of one.
  struct Weights {
    int hidden = 0, hidden_bits = 0, output_bits = 0;
    std::vector<std::int16_t> first;  ///< kInputs rows of `hidden`
    std::vector<std::int32_t> first_bias;
    std::vector<std::int16_t> second;  ///< `hidden` rows of kClasses
    std::vector<std::int32_t> second_bias;
  };

  /// The text of a model file; its checksum must be right. Errors: kModelInvalid.
  static Result<DigitNet> parse(std::string_view text);
  static std::string to_text(const Weights& weights, std::string_view made_from);
  /// The model that is part of the program.
  static const DigitNet& built_in();

  /// All classes, the likeliest first; equally likely ones in the order of their numbers.
  std::array<Guess, kClasses> look(const Inputs& inputs) const;

 private:
  Weights weights_;
};

}  // namespace kiemphieu::digits

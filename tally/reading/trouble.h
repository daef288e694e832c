#pragma once
/// What is physically wrong with a sheet or its picture, named for the people
/// at the scanner. No legal reasons: those are election::Reason, and where a
/// trouble needs the team to look, the reader reports such a reason as well.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kiemphieu::reading {

enum class Trouble : std::uint8_t {
#define KP_TROUBLE(name, text, vi, en) name,
#include "tally/reading/troubles.def"
#undef KP_TROUBLE
};
inline constexpr int kTroubleCount = 15;

std::string_view to_text(Trouble trouble);      ///< "two_sheets" …, stable
std::optional<Trouble> trouble_from(std::string_view text);
std::string_view sentence_vi(Trouble trouble);  ///< what happened, was it counted, what to do
std::string_view sentence_en(Trouble trouble);

struct TroubleAt {
  Trouble trouble = Trouble::kBlankSheet;
  /// Streaks: from the scan's left edge. Folds: from the form's upper edge. Else empty.
  std::vector<double> at_mm;
};

}  // namespace kiemphieu::reading

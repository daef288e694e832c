#pragma once
/// From the digits seen on a tally sheet to its figures: each digit must be sure
/// by itself and the figures must agree; else people look. Arithmetic confirms,
/// refuses or proposes; it never changes what was written. Pure.

#include <optional>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "tally/counting/figures.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::counting {

/// Why a figure goes to people.
enum class FigureDoubt : std::uint8_t {
  kNone,
  kUnclear,      ///< a digit is not sure, or a box crossed out
  kEmpty,        ///< nothing was written
  kLimit,        ///< more than this station can have
  kArithmetic,   ///< sure by itself, but a sum it is part of does not hold
  kUnconfirmed,  ///< sure by itself, but a sum it is part of does not close with what is likeliest
};
std::string_view to_text(FigureDoubt doubt);
std::optional<FigureDoubt> figure_doubt_from(std::string_view text);
/// In plain words, for the screen; empty for kNone.
std::string_view sentence_vi(FigureDoubt doubt);

struct FigureResult {
  std::string id;
  std::optional<int> value;     ///< as written, when every digit is sure
  std::optional<int> proposal;  ///< of a doubtful figure: the only one that the sums allow
  int sure = 0;                 ///< of the least sure digit, in 1/10000
  election::Outcome outcome = election::Outcome::kReview;  ///< accepted or review
  FigureDoubt doubt = FigureDoubt::kNone;
  reading::BoxPx at;            ///< its boxes, upright around them, in the scan
};

struct TallySheet {
  election::Outcome outcome = election::Outcome::kReturned;
  std::vector<FigureResult> figures;  ///< in the order of figure_ids
  std::vector<std::string> broken;    ///< codes of the rules that the written figures break
};

/// How sure a digit must be, in 1/10000; data in docs/reports/tally-digits.md.
struct DigitThresholds {
  int summed = 9500;  ///< of a figure that a sum confirms
  int alone = 9999;   ///< of one that only limits hold: voters, voted, issued
};

/// kReturned when the sheet is not this station's or not of this form.
TallySheet judge_tally_sheet(const election::Election& election, const election::Station& station,
                             const reading::SheetReading& reading, const DigitThresholds& thresholds = {});

}  // namespace kiemphieu::counting

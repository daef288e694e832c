#pragma once
/// What reading saw on one sheet: scores and evidence, no decisions. Counting
/// turns it into an interpretation (tally/counting/interpret.h).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/election/marks.h"
#include "tally/reading/fingerprint.h"
#include "tally/reading/trouble.h"

namespace kiemphieu::reading {

enum class Form : std::uint8_t { kBallot, kTallySheet, kBatchHeader, kUnknown };
std::string_view to_text(Form form);

enum class SealFinding : std::uint8_t { kPresent, kDoubtful, kAbsent };
std::string_view to_text(SealFinding seal);

/// An upright box in scan pixels.
struct BoxPx {
  int x_px = 0, y_px = 0, w_px = 0, h_px = 0;
};

enum class SecondView : std::uint8_t { kKept, kStruck, kUnsure };
std::string_view to_text(SecondView view);

/// What the reader that learnt from examples says of one name line (docs/reading.md).
struct SecondOpinion {
  SecondView view = SecondView::kUnsure;
  int kept_permille = 0;    ///< how surely nothing was drawn on the name
  int struck_permille = 0;  ///< how surely something was drawn through all of it
  bool agrees = true;       ///< false: the other reader was sure, and this one says otherwise or is not
};

/// Ink on one printed name line that is not the print.
struct LineEvidence {
  BoxPx expected;               ///< where the template says the name is
  BoxPx ink;                    ///< extent of the foreign ink; w_px = 0: none
  double coverage = 0;          ///< share of the name's width the ink spans, 0 to 1
  double ink_mm2 = 0;           ///< area of the foreign ink on and around the line
  double contrast = 0;          ///< darkness of the ink against the paper, 0 to 1
  SecondOpinion second;
};

struct CandidateReading {
  std::string id;
  election::MarkShape shape = election::MarkShape::kNone;
  /// 0 = surely no strike … 1 = surely struck through the whole name.
  double score = 0;
  std::vector<LineEvidence> lines;  ///< one or two, as in the template
};

struct PageQuality {
  bool upside_down = false;
  int skew_mdeg = 0;         ///< thousandths of a degree, clockwise positive
  int scale_permille = 1000; ///< of the template's print size
  double residual_px = 0;    ///< registration error after the fit, median
};

struct Timing {
  std::int64_t register_us = 0;
  std::int64_t read_us = 0;
};

/// A batch header's QR, when the sheet is one. Format: docs/formats/batch-header.md.
struct BatchHeader {
  std::string election_digest_hex, station, contest;
  int batch = 0;
};

/// A digit box of a tally sheet. Nothing is decided here: counting asks every
/// digit to be sure by itself and the figures to agree (tally/counting/tally_sheet.h).
struct DigitGuess {
  int digit = 0;  ///< 0 to 9; 10: no digit (crossed out, two in one box, another sign)
  int sure = 0;   ///< in 1/10000
};
struct DigitReading {
  bool blank = false;     ///< surely nothing written
  bool doubtful = false;  ///< pale ink, specks, ink that runs out of the box: whatever the guesses say
  std::array<DigitGuess, 3> best{};  ///< the likeliest first; all zero when blank
  BoxPx box;
};
struct FieldReading {
  std::string id;                   ///< as in the template
  std::vector<DigitReading> boxes;  ///< left to right
};

/// On how many name lines of a sheet both readers were asked, and how often the
/// second did not confirm what the first was sure of.
struct ReaderAgreement {
  int lines = 0, disagreements = 0;
};

struct SheetReading {
  Form form = Form::kUnknown;
  std::string contest;                        ///< empty unless the form is known
  std::vector<CandidateReading> candidates;   ///< ballots: in the template's order
  std::vector<FieldReading> fields;           ///< tally sheets: in the template's order
  std::string station;                        ///< tally sheets: whose it is, by its code
  SealFinding seal = SealFinding::kAbsent;
  double seal_score = 0;
  std::optional<BoxPx> seal_box;
  std::optional<BatchHeader> batch_header;
  /// What reading itself found wrong with the sheet or its picture (extra_content,
  /// damaged, scale, unreadable …). Not the legal reasons that follow from marks.
  std::vector<election::Reason> findings;
  std::vector<BoxPx> extra_ink;               ///< where added content was seen
  std::vector<TroubleAt> troubles;            ///< what is physically odd, most important first
  std::optional<Fingerprint> fingerprint;     ///< ballots: to know the paper again
  PageQuality quality;
  Timing timing;
};

ReaderAgreement agreement_of(const SheetReading& reading);

}  // namespace kiemphieu::reading

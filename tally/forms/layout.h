#pragma once
/// The prescribed forms as pages: where every line stands, in millimetres.
/// Pure: values in, values out; draw.h measures and draws.
///
/// Ballots follow Mẫu 13/HĐBC-QH, 14/HĐBC-HĐND and 15/HĐBC-HĐND of Nghị quyết
/// 40/NQ-HĐBCQG: A5 portrait, one frame, header of two columns (38 : 62), the
/// place of the team's seal upper left, title, number to elect, one name a line.

#include <optional>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "tally/forms/page.h"

namespace kiemphieu::forms {

/// Where one candidate's printed name lines are among Page::texts.
struct NameTexts {
  std::string candidate;
  std::vector<std::size_t> texts;
};

struct BallotLayout {
  Page page;
  BoxMm frame;
  BoxMm seal;  ///< left empty for the stamp
  std::optional<MachineMarks> marks;
  std::vector<NameTexts> names;
};

/// Type sizes of the names, largest first; the first that fits all names is used.
inline constexpr double kNameSizesPt[] = {14, 13, 12, 11};

/// A ballot with names of `name_pt`. Machine marks move nothing: they stand
/// outside the frame, and their QR code to the right of the seal's place.
/// Errors: kFormOverflow when the lines do not fit the page in height.
Result<BallotLayout> ballot_layout(const election::Election& election, const election::Contest& contest,
                                   bool machine_marks, double name_pt);

/// The sheet that lies on top of a batch; docs/formats/batch-header.md.
Page batch_header_page(const election::Election& election, const election::Station& station,
                       const election::Contest& contest, int batch);

struct TallySheetLayout {
  Page page;
  MachineMarks marks;
  std::vector<DigitField> fields;
};

/// A4 sheet with a box a digit for every figure of Mẫu 18/23 of one contest. Field
/// ids: "voters", "voted", "issued", "collected", "valid", "invalid", "class-1" …,
/// "candidate-<id>" ….
/// Errors: kFormOverflow.
Result<TallySheetLayout> tally_sheet_layout(const election::Election& election,
                                            const election::Station& station,
                                            const election::Contest& contest);

/// Payloads of the QR codes; docs/formats/batch-header.md.
std::string ballot_code(const election::Election& election, const election::Contest& contest);
std::string batch_header_code(const election::Election& election, const election::Station& station,
                              const election::Contest& contest, int batch);
std::string tally_sheet_code(const election::Election& election, const election::Station& station,
                             const election::Contest& contest);

}  // namespace kiemphieu::forms

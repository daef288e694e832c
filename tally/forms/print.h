#pragma once
/// Prints the forms of a station: ballots, batch header sheets, tally sheets,
/// and the templates that tell the reader where everything stands.

#include <filesystem>

#include "config/base/result.h"
#include "config/election/election.h"
#include "tally/forms/layout.h"

namespace kiemphieu::forms {

struct PrintOptions {
  /// Filled squares near the corners and a QR code on the ballots. Off: the
  /// prescribed form exactly; on only where the province has approved it.
  bool machine_marks = false;
  double reference_dpi = 200;
  /// Batch header sheets a contest; 0 = enough for all listed voters in
  /// batches of 50, what a small feeder holds.
  int batch_sheets = 0;
};

/// A ballot and its template, in values. Errors: kFontMissing, kFormOverflow, kPrintFailed.
struct PrintedBallot {
  BallotLayout layout;
  Template form;
};
Result<PrintedBallot> compose_ballot(const election::Election& election, const election::Contest& contest,
                                     const PrintOptions& options);

/// For each contest C of the station writes into `out_dir` (made when missing),
/// durably: C.pdf, C.template.json, C.reference.png, batch-header-C.pdf (a page
/// a batch), tally-sheet-C.pdf, tally-sheet-C.template.json and
/// tally-sheet-C.reference.png. The same election gives the same bytes.
/// Errors: kFontMissing, kFormOverflow, kPrintFailed, kDiskFull, kStorageIo.
Result<void> print_forms(const election::Election& election, const election::Station& station,
                         const PrintOptions& options, const std::filesystem::path& out_dir);

}  // namespace kiemphieu::forms

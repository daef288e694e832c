#pragma once
/// A template from scans of a blank ballot that somebody else printed. The
/// prescribed form sets no typeface, size or spacing, so nothing is assumed
/// about them: the printed lines must agree with the candidate list, or the
/// ballot is refused. Method: docs/learning.md.

#include <span>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "config/election/election.h"
#include "config/imaging/image.h"
#include "tally/forms/page.h"
#include "tally/forms/template.h"

namespace kiemphieu::learning {

/// What a person should look at before using the template.
struct Warning {
  std::string id;  ///< stable: "dpi_not_stated", "paper_edges_unseen", "names_alike", "names_split_otherwise",
                   ///< "seal_labelled", "gray_scan"
  std::string vi, en;
};

struct ScanFacts {
  double dpi = 0;
  double skew_deg = 0;  ///< clockwise positive
  bool upside_down = false;
};

struct Learned {
  forms::Template form;         ///< with its reference, 200 dpi
  forms::BoxMm header;          ///< both columns
  forms::BoxMm seats_line;      ///< "Được bầu … đại biểu"
  forms::TextStyle face;        ///< the face of ours that is most like the print; the names' size
  double likeness = 0;          ///< mean correlation of the printed names with ours, 1 = the same
  std::vector<ScanFacts> scans; ///< as given
  std::vector<Warning> warnings;
};

inline constexpr std::size_t kMaxScans = 9;

/// `scans`: one to kMaxScans pictures of blank ballots of `contest`, in any
/// orientation but sideways. Not thread-safe (draws text). The same scans give
/// the same template. Errors: kLearnScanTooSmall, kLearnNoBallot, kLearnLineCount,
/// kLearnNamesDiffer, kLearnNamesOrder, kLearnOtherContest, kLearnNotBlank,
/// kLearnScansDiffer, kFontMissing, kPrintFailed, kTemplateInvalid.
Result<Learned> learn_template(const election::Election& election, const election::Contest& contest,
                               std::span<const imaging::Image> scans);

/// For a person to confirm: the reference with everything that was found drawn
/// over it, and beside each row the name that the definition has there. RGB.
/// Errors: kFontMissing, kPrintFailed.
Result<imaging::Image> draw_learned(const Learned& learned, const election::Contest& contest);

}  // namespace kiemphieu::learning

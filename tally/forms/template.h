#pragma once
/// Where things are on one printed form: the geometry the reader looks at.
/// It comes from our own print (print_forms) or is learnt from a blank ballot;
/// the reader cannot tell the difference. Format: docs/formats/template.md.
///
/// All lengths in millimetres, page frame: origin upper left corner, x right, y down.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/digest.h"
#include "config/base/result.h"
#include "config/imaging/image.h"

namespace kiemphieu::forms {

struct BoxMm {
  double x_mm = 0, y_mm = 0, w_mm = 0, h_mm = 0;
};

struct CandidateLines {
  std::string id;
  int row = 0;  ///< from 1, in print order
  std::string name;
  std::vector<BoxMm> lines;  ///< tight boxes of the name's ink, one or two; without "Ông/Bà"
};

/// A field of a tally sheet: one box a digit, left to right.
struct DigitField {
  std::string id;
  std::vector<BoxMm> boxes;
};

/// Optional machine marks: filled squares near the corners and a QR code.
struct MachineMarks {
  std::vector<BoxMm> corners;  ///< upper left, upper right, lower left, lower right
  BoxMm qr;
};

struct Template {
  int version = 1;
  std::string contest;
  Digest election;  ///< the definition this was printed or learnt for
  int seats = 0;
  double page_width_mm = 148.0, page_height_mm = 210.0;
  std::optional<BoxMm> frame;  ///< the ruled frame, when the form has one
  std::vector<CandidateLines> candidates;  ///< ballots
  std::vector<DigitField> fields;          ///< tally sheets
  std::optional<BoxMm> seal;
  std::optional<MachineMarks> marks;
  /// Places whose ink is not the voter's, such as the warnings of a test deck.
  /// Given by whoever reads such sheets; not part of the file.
  std::vector<BoxMm> ignored;
  std::string reference_file;  ///< name of the PNG beside the JSON
  double reference_dpi = 200;
  imaging::Image reference;    ///< gray; the blank form, page edge to page edge
};

/// The JSON alone; `reference` stays empty. Errors: kTemplateInvalid.
Result<Template> parse_template(std::string_view json_text);

/// Reads C.template.json and its reference image and checks both against each
/// other. Errors: kFileNotFound, kTemplateInvalid.
Result<Template> load_template(const std::filesystem::path& json_path);

/// Every "*.template.json" of `contest_ids` in `folder`, ballots only, checked
/// against the election's digest. Errors also: kTemplateOtherElection.
Result<std::vector<Template>> load_ballot_templates(const std::filesystem::path& folder,
                                                    const std::vector<std::string>& contest_ids,
                                                    const Digest& election);

/// The tally sheets of `contest_ids` that are in `folder` ("tally-sheet-C.template.json");
/// a contest may have none. Errors as above, but for kTemplateMissing.
Result<std::vector<Template>> load_tally_sheet_templates(const std::filesystem::path& folder,
                                                         const std::vector<std::string>& contest_ids,
                                                         const Digest& election);

/// Writes C.template.json and the reference PNG into `folder`, durably.
Result<void> save_template(const Template& form, const std::filesystem::path& folder, const std::string& stem);

}  // namespace kiemphieu::forms

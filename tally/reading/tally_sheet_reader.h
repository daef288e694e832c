#pragma once
/// Reads the digit boxes of a tally sheet. Which contest's sheet it is says its
/// code alone; without a readable code a page is no tally sheet.

#include <array>

#include "config/base/result.h"
#include "config/imaging/image.h"
#include "tally/forms/template.h"
#include "tally/reading/batch_header.h"
#include "tally/reading/print_model.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

/// One contest's sheet. read() is const and may be called from several threads.
class TallySheetReader {
 public:
  /// Errors: kTemplateInvalid.
  static Result<TallySheetReader> create(const forms::Template& form);

  bool is_for(const TallySheetCode& code) const;
  /// Fills form, contest, station, fields, findings and quality; false, and
  /// nothing filled, when the form does not lie on the page as its print says.
  bool read(const imaging::ImageView& page, const TallySheetCode& code, SheetReading& reading) const;

 private:
  TallySheetReader(PrintModel model, const std::array<Point, 4>& code_mm)
      : model_(std::move(model)), code_mm_(code_mm) {}
  PrintModel model_;
  std::array<Point, 4> code_mm_;  ///< the code's corners on the form
};

}  // namespace kiemphieu::reading

#pragma once
/// The short way for the record there are thousands of: an ordinary sheet goes into
/// its bytes, and is checked, without a tree of JSON in between. Internal to tally/journal.

#include <optional>
#include <string>

#include "tally/journal/records.h"

namespace kiemphieu::journal {

struct StoredSheet {
  std::string body;      ///< what encode() gives
  SheetRecorded record;  ///< what decode() gives of that
};

/// nullopt: something about the sheet is not ordinary (a trouble, a header, an odd
/// text, a value near a limit); encode() and decode() then say what.
std::optional<StoredSheet> ordinary_sheet(const SheetRecorded& sheet);

}  // namespace kiemphieu::journal

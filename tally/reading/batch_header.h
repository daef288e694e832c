#pragma once
/// The QR codes on our own sheets: docs/formats/batch-header.md.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "config/imaging/image.h"
#include "tally/reading/geometry.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::reading {

/// "KPH1/<election>/<station>/<contest>/<batch>", exactly; nullopt for anything else.
std::optional<BatchHeader> parse_batch_header(std::string_view payload);

/// "KPT1/<election>/<station>/<contest>", exactly; nullopt for anything else.
struct TallySheetCode {
  std::string election_digest_hex, station, contest;
};
std::optional<TallySheetCode> parse_tally_sheet(std::string_view payload);

/// A code and where it lies, from its own upper left corner clockwise, page pixels
/// (to about half a pixel of the resolution at which it was read).
struct FoundCode {
  std::string text;
  std::array<Point, 4> corners;
};
std::optional<FoundCode> find_code(const imaging::ImageView& page, double px_per_mm);

/// The first QR code on a page, looked for at about 100 dpi, then at 160. Empty when there
/// is none that can be read.
std::string find_qr(const imaging::ImageView& page, double px_per_mm);

}  // namespace kiemphieu::reading

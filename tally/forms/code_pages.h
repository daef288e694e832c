#pragma once
/// A station's results as QR codes on A4, for when neither network nor stick reaches the
/// committee (docs/paths.md). The texts are cut by sync/codes; here they are only drawn.

#include <cstdint>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "config/election/election.h"
#include "tally/forms/page.h"

namespace kiemphieu::forms {

struct CodeSheet {
  std::vector<std::string> texts;  ///< characters of QrMode::kAlphanumeric
  std::uint64_t records = 0;       ///< in all of them
  std::uint64_t last_sequence = 0;
};

/// Codes on one page, and the side of one without its quiet zone: a module of version 15 is
/// 0.99 mm, so that a picture of the whole page is enough.
inline constexpr std::size_t kCodesPerPage = 4;
inline constexpr double kCodeSideMm = 76;

/// One page or more: station, contests, what this is, what to do, and each code with its number.
std::vector<Page> code_pages(const election::Election& election, const election::Station& station, const CodeSheet& sheet);

/// The same as PDF; equal sheets give equal bytes. Errors: kFontMissing, kFormOverflow, kPrintFailed.
Result<Bytes> print_codes(const election::Election& election, const election::Station& station, const CodeSheet& sheet);

}  // namespace kiemphieu::forms

#pragma once
/// Error codes with the sentence an operator reads, in Vietnamese and English.
///
/// The table itself is in errors/*.def, one file an area; docs/errors.md is
/// printed from it and a test compares the two. A code's `id` is stable: logs,
/// HTTP answers and tests refer to it, and it is never reused.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiemphieu {

/// What an error means for the paper in the operator's hand.
enum class SheetFate : std::uint8_t {
  kNoSheet,      ///< no sheet is concerned
  kNotCounted,   ///< the sheet concerned is not counted; earlier sheets are
  kCounted,      ///< the sheet concerned is counted
  kSeeCounter,   ///< compare the counter on the page with the stack
};

enum class ErrorCode : std::uint16_t {
#define KP_ERROR(name, id, fate, vi_what, vi_do, en_what, en_do) name,
#include "config/base/errors/all.def"
#undef KP_ERROR
};

/// One row of the table. All views have static lifetime.
struct ErrorInfo {
  ErrorCode code;
  std::string_view id;
  SheetFate fate;
  std::string_view vi_what, vi_do;
  std::string_view en_what, en_do;
};

std::span<const ErrorInfo> all_errors();
const ErrorInfo& info(ErrorCode code);

/// A failure: the code, what was seen (`evidence`: a value, a path, a library's
/// own message) and where it happened, outermost last.
struct Error {
  ErrorCode code;
  std::string evidence;
  std::vector<std::string> context;

  /// Adds one step of where this happened: "reading station.toml".
  Error with_context(std::string where) &&;
  /// "id: evidence (context; context)", English, for logs and stderr.
  std::string log_line() const;
};

enum class Language : std::uint8_t { kVietnamese, kEnglish };

/// "What happened. Was the sheet counted. What to do." for the screen.
std::string operator_sentence(const Error& error, Language language);
/// The middle sentence alone; empty when no sheet is concerned.
std::string_view fate_sentence(SheetFate fate, Language language);

}  // namespace kiemphieu

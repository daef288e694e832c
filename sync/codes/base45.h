#pragma once
/// Base45 (RFC 9285): bytes as text of the 45 characters that a QR code holds in 5.5 bits each.
/// Pure.
///
/// One of the 45 is the blank, and a messenger breaks lines at blanks, doubles or swallows them.
/// The two functions below spell the same text without any: nothing gets longer.

#include <optional>
#include <string>
#include <string_view>

#include "config/base/bytes.h"

namespace kiemphieu::codes {

/// Exactly as the RFC has it. Three characters for two bytes, two for a last one.
std::string to_base45(ByteView bytes);
/// nullopt: a character outside the alphabet, an impossible length, a group beyond 65,535
/// or a last one beyond 255.
std::optional<Bytes> from_base45(std::string_view text);

/// A group "c d e" of three never has more than 32 in its third place, one of two never more
/// than 5 in its second, so the rest of the alphabet is free there and says where a blank was:
/// "_de" → "edX", "c_e" → "ceY", "__e" → "e0Z", and "_d" → "dX" (docs/formats/codes.md).
/// `text` must come from to_base45().
std::string without_blanks(std::string text);
/// Undoes it. nullopt: a spelling that without_blanks() never gives.
std::optional<std::string> with_blanks(std::string text);

}  // namespace kiemphieu::codes

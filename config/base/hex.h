#pragma once
/// Bytes as hexadecimal and base64 text.

#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu {

std::string to_hex(ByteView bytes);                   ///< lower case
Result<Bytes> from_hex(std::string_view text);        ///< either case; kBadHex
std::string to_base64(ByteView bytes);                ///< RFC 4648, padded
Result<Bytes> from_base64(std::string_view text);     ///< strict, padded; kBadHex

}  // namespace kiemphieu

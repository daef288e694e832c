#pragma once
/// A SHA-256 value. Computing one is in config/crypto.

#include <array>
#include <compare>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Digest&) const = default;
  ByteView view() const { return bytes; }
  std::string hex() const;                          ///< 64 lower-case digits
  std::string short_hex() const;                    ///< the first 12, for people
  static Result<Digest> from_hex(std::string_view text);    ///< kBadHex
  static Result<Digest> from_bytes(ByteView bytes);          ///< kBadHex unless 32 bytes
};

}  // namespace kiemphieu

#include "config/base/digest.h"

#include <algorithm>

#include "config/base/hex.h"

namespace kiemphieu {

std::string Digest::hex() const { return to_hex(bytes); }
std::string Digest::short_hex() const { return hex().substr(0, 12); }

Result<Digest> Digest::from_hex(std::string_view text) {
  KP_TRY(const Bytes raw, kiemphieu::from_hex(text));
  return from_bytes(raw);
}

Result<Digest> Digest::from_bytes(ByteView raw) {
  Digest digest;
  if (raw.size() != digest.bytes.size()) return fail(ErrorCode::kBadHex, "a digest has 32 bytes");
  std::ranges::copy(raw, digest.bytes.begin());
  return digest;
}

}  // namespace kiemphieu

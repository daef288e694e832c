#pragma once
/// The hash chain over the exact stored bytes. Byte for byte: docs/formats/journal.md.

#include <cstdint>
#include <string_view>

#include "config/base/digest.h"

namespace kiemphieu::journal {

/// The digest of one record: SHA-256 over "kiemphieu-journal-1", the previous
/// record's digest (zeros before the first), the sequence (8 bytes, big endian)
/// and kind and body, each behind its length (4 bytes, big endian).
Digest chain_digest(const Digest& previous, std::uint64_t sequence, std::string_view kind, ByteView body);

}  // namespace kiemphieu::journal

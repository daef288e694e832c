#pragma once
/// Several signed records on their way, compressed: the same bytes over the network, in a
/// bundle on a stick and in QR codes (docs/formats/wire.md). A parcel is no unit of its
/// own: the receiver looks at each record in it, and takes those before the first refused one.
/// Pure: no clock, no file, no network.

#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::wire {

/// The largest parcel there can be: a full batch that does not compress at all.
inline constexpr std::size_t kMaxParcelBytes = (1U << 20U) + (8U << 10U);

/// Its content type over HTTP.
inline constexpr std::string_view kParcelType = "application/vnd.kiemphieu.parcel";

/// `envelopes`: 1 to kMaxBatchRecords, together at most kMaxBatchBytes with their lengths.
Bytes encode_parcel(const std::vector<Bytes>& envelopes);

/// The batch inside (sync/wire/envelope.h: decode_batch). The size that the parcel states
/// is held against the limit before anything is unpacked, and nothing beyond it is written.
/// Error: kWireInvalid.
Result<Bytes> open_parcel(ByteView parcel);

/// Whether the bytes begin as a parcel does; a bare batch never does, for its first
/// four bytes are a length below 2^24.
bool is_parcel(ByteView bytes);

}  // namespace kiemphieu::wire

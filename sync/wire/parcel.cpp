#include "sync/wire/parcel.h"

#include <zstd.h>

#include <memory>
#include <string>

#include "config/base/check.h"
#include "config/base/text.h"
#include "sync/wire/envelope.h"

namespace kiemphieu::wire {
namespace {

constexpr std::string_view kMagic = "KPP1";
constexpr std::size_t kHeaderBytes = 8;
/// Higher levels gain nothing on so little text, and cost a station's processor.
constexpr int kLevel = 6;

Error broken(std::string what) { return fail(ErrorCode::kWireInvalid, "parcel: " + std::move(what)); }

}  // namespace

bool is_parcel(ByteView bytes) { return as_text(bytes).starts_with(kMagic); }

Bytes encode_parcel(const std::vector<Bytes>& envelopes) {
  KP_CHECK(!envelopes.empty() && envelopes.size() <= kMaxBatchRecords);
  const Bytes batch = encode_batch(envelopes);
  KP_CHECK(batch.size() <= kMaxBatchBytes);
  Bytes parcel(kHeaderBytes + ZSTD_compressBound(batch.size()));
  std::copy(kMagic.begin(), kMagic.end(), parcel.begin());
  for (std::size_t i = 0; i < 4; ++i) parcel[4 + i] = static_cast<std::uint8_t>(batch.size() >> (8 * (3 - i)));
  const std::size_t packed = ZSTD_compress(parcel.data() + kHeaderBytes, parcel.size() - kHeaderBytes, batch.data(), batch.size(), kLevel);
  KP_CHECK(ZSTD_isError(packed) == 0);
  parcel.resize(kHeaderBytes + packed);
  return parcel;
}

Result<Bytes> open_parcel(ByteView parcel) {
  if (!is_parcel(parcel)) return broken("not a parcel of version 1");
  if (parcel.size() < kHeaderBytes || parcel.size() > kMaxParcelBytes) return broken("of impossible size");
  std::size_t size = 0;
  for (std::size_t i = 4; i < kHeaderBytes; ++i) size = size << 8U | parcel[i];
  if (size == 0 || size > kMaxBatchBytes) return broken("states " + std::to_string(size) + " bytes");
  Bytes batch(size);
  const ByteView packed = parcel.subspan(kHeaderBytes);
  // A frame of its own and nothing behind it: equal records do not travel in different ways.
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size()) return broken("not one whole frame");
  const std::size_t got = ZSTD_decompress(batch.data(), batch.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0) return broken(ZSTD_getErrorName(got));
  if (got != size) return broken("holds " + std::to_string(got) + " bytes, states " + std::to_string(size));
  return batch;
}

}  // namespace kiemphieu::wire

#include "tally/journal/chain.h"

#include "config/crypto/sha256.h"

namespace kiemphieu::journal {
namespace {

constexpr std::string_view kDomain = "kiemphieu-journal-1";

template <std::size_t N>
std::array<std::uint8_t, N> big_endian(std::uint64_t value) {
  std::array<std::uint8_t, N> bytes{};
  for (std::size_t i = N; i-- > 0; value >>= 8U) bytes[i] = static_cast<std::uint8_t>(value & 0xFFU);
  return bytes;
}

}  // namespace

Digest chain_digest(const Digest& previous, std::uint64_t sequence, std::string_view kind, ByteView body) {
  KP_CHECK(kind.size() <= UINT32_MAX && body.size() <= UINT32_MAX);
  crypto::Sha256 hash;
  hash.update(as_bytes(kDomain)).update(previous.view()).update(big_endian<8>(sequence));
  hash.update(big_endian<4>(kind.size())).update(as_bytes(kind));
  hash.update(big_endian<4>(body.size())).update(body);
  return hash.finish();
}

}  // namespace kiemphieu::journal

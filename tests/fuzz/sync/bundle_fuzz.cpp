// Any bytes as a bundle, with its digest as it is and made right: no crash, and what is taken
// counts what it says.
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "config/crypto/sha256.h"
#include "sync/bundle/bundle.h"

namespace {

using namespace kiemphieu;

void look(ByteView file) {
  const auto opened = bundle::open(file);
  if (!opened) return;
  std::uint64_t next = opened->head.first;
  KP_CHECK(bundle::each_record(*opened, [&](const wire::Envelope& envelope) -> Result<void> {
    KP_CHECK(envelope.sequence == next++ && envelope.station == opened->head.station);
    return {};
  }));
  KP_CHECK(next == opened->head.last + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  look({data, size});
  Bytes sealed(data, data + size);
  const Digest digest = crypto::sha256(sealed);
  sealed.insert(sealed.end(), digest.bytes.begin(), digest.bytes.end());
  look(sealed);
  return 0;
}

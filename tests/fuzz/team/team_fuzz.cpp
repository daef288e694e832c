// decode() of a team's list: never crashes; what it takes has people and hashes that can be
// tried at a bounded cost, and comes back from its own bytes.
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "config/crypto/pin_hash.h"
#include "firmware-host/team/team_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const auto list = team::decode(as_text(ByteView{data, size}));
  if (!list) return 0;
  for (const auto& [number, entry] : *list) {
    KP_CHECK(number >= 1 && number <= team::kMaxNumber);
    KP_CHECK(crypto::is_pin_hash(entry.pin_hash));
  }
  KP_CHECK(team::decode(team::encode(*list)).value() == *list);
  return 0;
}

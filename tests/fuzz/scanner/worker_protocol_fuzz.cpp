// Frames from a scanner process that has lost its mind: each is refused, or
// encodes to the very bytes it came from.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "scanner/worker/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  using namespace kiemphieu::worker;
  const ByteView bytes{data, size};
  if (size < kHeaderBytes) return 0;
  const auto header = decode_header(bytes.first(kHeaderBytes));
  // Without a right header the rest is still tried as a payload, by its first byte.
  const std::uint16_t type = header ? header->type : data[0];
  const ByteView payload = bytes.subspan(kHeaderBytes);
  if (payload.size() > kMaxPayloadBytes) return 0;
  const auto message = decode(type, payload);
  if (!message) return 0;
  const Bytes again = encode(*message);
  KP_CHECK(std::equal(again.begin() + kHeaderBytes, again.end(), payload.begin(), payload.end()) ||
           std::holds_alternative<SensorValues>(*message));  // an absent counter's number is not kept
  if (const auto* sheet = std::get_if<SheetHeader>(&*message)) {
    const auto bytes_wanted = picture_bytes(*sheet);
    if (bytes_wanted) KP_CHECK(*bytes_wanted > 0 && *bytes_wanted <= 225'000'000);
  }
  if (const auto* failed = std::get_if<Failed>(&*message)) (void)to_error(*failed);
  return 0;
}

// The payload of a batch header's QR code comes from paper: anything may stand there.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/base/check.h"
#include "tally/reading/batch_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  if (const auto header = kiemphieu::reading::parse_batch_header(payload)) {
    // What is accepted says exactly what was printed.
    KP_CHECK("KPH1/" + header->election_digest_hex + "/" + header->station + "/" + header->contest + "/" +
                 std::to_string(header->batch) ==
             payload);
  }
  return 0;
}

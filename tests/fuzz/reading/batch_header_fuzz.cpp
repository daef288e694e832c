// The payload of a QR code on a batch header or tally sheet comes from paper: anything may stand there.
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
  if (const auto sheet = kiemphieu::reading::parse_tally_sheet(payload))
    KP_CHECK("KPT1/" + sheet->election_digest_hex + "/" + sheet->station + "/" + sheet->contest == payload);
  return 0;
}

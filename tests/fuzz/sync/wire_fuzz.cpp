// Any bytes as a batch, an envelope or a body: no crash, and what is taken has
// exactly one spelling.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "config/base/check.h"
#include "sync/wire/body.h"
#include "sync/wire/envelope.h"
#include "sync/wire/parcel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const ByteView bytes{data, size};
  if (const auto batch = wire::decode_batch(bytes)) {
    for (const ByteView record : *batch) (void)wire::decode(record);
  }
  if (const auto batch = wire::open_parcel(bytes)) KP_CHECK(!batch->empty() && batch->size() <= wire::kMaxBatchBytes);
  if (const auto envelope = wire::decode(bytes)) KP_CHECK(std::ranges::equal(wire::encode(*envelope), bytes));
  if (const auto status = wire::decode_status(as_text(bytes)))
    KP_CHECK(wire::encode(*status) == as_text(bytes));
  if (const auto total = wire::decode_batch_total(as_text(bytes))) {
    KP_CHECK(wire::encode(*total) == as_text(bytes));
    KP_CHECK(wire::impossible(*total) || total->collected == total->valid + total->invalid);
  }
  if (const auto total = wire::decode_tally_total(as_text(bytes))) {
    KP_CHECK(wire::encode(*total) == as_text(bytes));
    KP_CHECK(wire::impossible(*total) || (total->sums.collected <= total->voted && total->voted <= total->voters));
  }
  for (const auto kind : {wire::BatchWithdrawn::kKind, wire::Turnout::kKind, wire::ContestResult::kKind, wire::TakeOver::kKind})
    if (const auto body = wire::decode_body(kind, as_text(bytes)))
      KP_CHECK(std::visit([](const auto& decoded) { return wire::encode(decoded); }, *body) == as_text(bytes));
  return 0;
}

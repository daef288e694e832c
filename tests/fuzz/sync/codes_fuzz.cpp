// Any text as codes: no crash, and every part that is taken is spelt as we spell it.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "sync/codes/base45.h"
#include "sync/codes/parts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const std::string_view text = as_text(ByteView{data, size});
  if (const auto bytes = codes::from_base45(text)) KP_CHECK(codes::to_base45(*bytes) == text);
  if (const auto rfc = codes::with_blanks(std::string{text}); rfc && codes::from_base45(*rfc))
    KP_CHECK(codes::without_blanks(*rfc) == text);
  const auto parts = codes::find_parts(text);
  for (const codes::Part& part : parts)
    KP_CHECK(part.number >= 1 && part.number <= part.of && part.bytes.size() <= codes::kMaxPartBytes + 1);
  for (const codes::Gathered& gathered : codes::join(parts)) KP_CHECK(!gathered.bytes || gathered.missing.empty());
  // The same bytes as a parcel: whatever it is, it comes back.
  if (size == 0 || size > codes::kMaxParts * codes::kMaxPartBytes) return 0;
  const auto cut = codes::cut({data, size}, codes::kMaxParts);
  KP_CHECK(cut.has_value());
  std::string all;
  for (const std::string& part : *cut) all += part + "\n";
  const auto joined = codes::join(codes::find_parts(all));
  KP_CHECK(joined.size() == 1 && joined[0].bytes && std::ranges::equal(*joined[0].bytes, ByteView{data, size}));
  return 0;
}

// Codes that are read back must be the codes that were written, and the sort
// key of a name takes any bytes.
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "config/base/digest.h"
#include "config/base/hex.h"
#include "config/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const Bytes bytes(data, data + size);
  KP_CHECK(*from_hex(to_hex(bytes)) == bytes);
  KP_CHECK(*from_base64(to_base64(bytes)) == bytes);
  const std::string_view text = as_text(bytes);
  const auto decoded = from_base64(text);
  if (decoded) KP_CHECK(decoded->size() <= text.size());
  const auto digest = Digest::from_hex(text);
  if (digest) KP_CHECK(digest->hex().size() == 64);
  if (is_clean_utf8(text)) KP_CHECK(text.find('\n') == std::string_view::npos);
  KP_CHECK(vietnamese_sort_key(text) == vietnamese_sort_key(text));
  return 0;
}

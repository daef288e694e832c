// Whatever parse() takes has one canonical form: parsing that again gives the
// same bytes. Whatever it refuses, it refuses with a reason in clean text.
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "config/base/text.h"
#include "config/json/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const auto document = json::parse(as_text({data, size}), {.max_bytes = 4096, .max_depth = 8, .max_values = 200});
  if (!document) {
    KP_CHECK(!document.error().evidence.empty());
    return 0;
  }
  const std::string text = document->dump();
  if (text.find_first_of(".eE") != std::string::npos) return 0;  // may hold a float, which has no canonical form
  const std::string once = json::canonical(*document);
  const auto again = json::parse(once, {.max_bytes = 64 * 4096});
  KP_CHECK(again.has_value());
  KP_CHECK(json::canonical(*again) == once);
  const auto reader = json::ObjectReader::open(*document, "");
  if (!reader) return 0;
  for (const auto& [key, value] : document->items()) {
    const auto found = reader->text(key, 16);
    if (found) KP_CHECK(found->size() <= 16 && is_clean_utf8(*found));
    else KP_CHECK(is_clean_utf8(found.error().evidence, "\t\n\r") || !is_clean_utf8(key));
  }
  return 0;
}

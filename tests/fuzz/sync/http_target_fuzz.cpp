// Any bytes as a request target: no crash, and no way out of the root.
#include <cstddef>
#include <cstdint>

#include "config/base/bytes.h"
#include "config/base/check.h"
#include "sync/http/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  const auto target = http::parse_target(as_text(ByteView{data, size}));
  if (!target) return 0;
  KP_CHECK(target->path.starts_with('/'));
  KP_CHECK(target->path.find("/../") == std::string::npos && !target->path.ends_with("/.."));
  KP_CHECK(target->path.find('\0') == std::string::npos);
  return 0;
}

// The simulated scanner's script and settings: refused with a reason that names
// the line, or taken with values inside their limits.
#include <cstddef>
#include <cstdint>

#include "config/base/bytes.h"
#include "config/base/check.h"
#include "scanner/simulator/script.h"
#include "scanner/simulator/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kiemphieu;
  using namespace kiemphieu::simulator;
  const std::string_view text = as_text({data, size});
  const auto script = parse_script(text);
  if (!script) KP_CHECK(!script.error().evidence.empty());
  else
    for (const Fault& fault : script->faults) {
      KP_CHECK(fault.times > 0);
      KP_CHECK(fault.text.find('\n') == std::string::npos);
    }
  const auto settings = parse_settings(text, "/conf");
  if (!settings) KP_CHECK(!settings.error().evidence.empty());
  else KP_CHECK(!settings->pages.empty() && !settings->modes.empty() && settings->dpi >= 50);
  return 0;
}

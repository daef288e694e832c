#include <cstdio>

#include "firmware-host/cli/commands.h"
#include "firmware-host/mirror/medium.h"
#include "firmware-host/station/parts.h"

namespace kiemphieu::cli {

int run_mirror_prepare(const MirrorOptions& options) {
  const auto settings = settings::load_station(options.config);
  if (!settings) return refuse(settings.error());
  const auto definition = station::load_definition(*settings);
  if (!definition) return refuse(definition.error());
  const auto code = mirror::Medium::prepare(options.root, settings->station, (*definition)->election.digest);
  if (!code) return refuse(code.error());
  std::printf("%s\n", code->c_str());
  std::fputs("Chép mã này ra giấy, bỏ vào phong bì niêm phong giao Tổ trưởng giữ; mã không lưu ở đâu khác.\n"
             "Write this code on paper, in a sealed envelope that the head keeps; it is stored nowhere else.\n",
             stderr);
  return kDone;
}

}  // namespace kiemphieu::cli

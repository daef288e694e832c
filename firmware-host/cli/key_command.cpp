#include <cstdio>

#include "config/crypto/signing.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/station/parts.h"

namespace kiemphieu::cli {
namespace {

/// The settings decide, and what stands on the command line before them.
Result<KeyOptions> resolve(KeyOptions options) {
  if (options.config.empty()) {
    if (options.data.empty()) return fail(ErrorCode::kUsage, "the data folder DIR, or --config");
    return options;
  }
  KP_TRY(settings::StationSettings settings, settings::load_station(options.config));
  if (options.data.empty()) options.data = std::move(settings.data);
  options.key = std::move(settings.key);
  return options;
}

}  // namespace

int run_key(const KeyOptions& given) {
  const auto options = resolve(given);
  if (!options) return refuse(options.error());
  if (const auto made = storage::create_folders_durably(options->data); !made) return refuse(made.error());
  const auto key = station::make_key(options->key, options->data);
  if (!key) return refuse(key.error());
  std::puts(key->public_key().hex().c_str());
  return kDone;
}

}  // namespace kiemphieu::cli

#include <cstdio>

#include "config/crypto/signing.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "firmware-host/station/parts.h"

namespace kiemphieu::cli {

int run_key(const std::filesystem::path& data) {
  if (const auto made = storage::create_folders_durably(data); !made) return refuse(made.error());
  const auto key = crypto::SigningKey::load_or_create(station::key_file(data));
  if (!key) return refuse(key.error());
  std::puts(key->public_key().hex().c_str());
  return kDone;
}

}  // namespace kiemphieu::cli

#pragma once
/// The station's key in a PKCS#11 token: a smart card, a USB HSM. The private
/// half is made in the token and never leaves it; the token signs (docs/keys.md).
/// One such key for each module and process: the key has the module to itself.

#include <filesystem>
#include <string>

#include "config/base/result.h"
#include "config/crypto/signing.h"

namespace kiemphieu::crypto {

struct TokenPlace {
  std::filesystem::path module;    ///< the token maker's library, "/usr/lib/softhsm/libsofthsm2.so"
  std::string token_label;
  std::string key_label;
  std::filesystem::path pin_file;  ///< one line; only its owner may read it
};

/// The key that is there. Logs in only while no wrong PIN was tried before: a
/// daemon that is restarted for ever must not lock a card. Tries one signature.
/// Errors: kFileNotFound (PIN file), kKeyUnusable (module, PIN file's mode, no
/// such key, a key that could leave the token), kKeyTokenGone, kKeyPinRefused.
Result<SigningKey> open_token_key(const TokenPlace& place);

/// The same for the technician: makes the key when there is none of this name,
/// and tries the PIN although a wrong one was tried, unless it is the last try.
Result<SigningKey> make_token_key(const TokenPlace& place);

}  // namespace kiemphieu::crypto

#pragma once
/// What is kept of a PIN: Argon2id (RFC 9106) by libsodium, as its one-line text
/// with salt and costs. A PIN of six digits is one of a million, so the file that
/// holds the hash is the secret; the cost only makes trying slow.

#include <string>
#include <string_view>

#include "config/base/result.h"

namespace kiemphieu::crypto {

/// 32 MiB and 3 passes: 65 ms on the machine it was chosen on (EPYC, one core), so under a
/// second on a PC ten times slower, whose page answers meanwhile in turn.
inline constexpr std::size_t kPinMemoryBytes = 32U << 20U;
inline constexpr unsigned kPinPasses = 3;

/// "$argon2id$v=19$m=32768,t=3,p=1$…$…", with a salt of its own each time.
/// Error: kInternal when the memory is not to be had.
Result<std::string> hash_pin(std::string_view pin);

/// Whether `hash` is of this kind and costs no more than a station can give: what
/// a file from outside says is looked at before it is run.
bool is_pin_hash(std::string_view hash);

/// Whether `pin` is the one; false for whatever is_pin_hash refuses. Takes as long as hash_pin.
bool verify_pin(std::string_view hash, std::string_view pin);

}  // namespace kiemphieu::crypto

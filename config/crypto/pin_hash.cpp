#include "config/crypto/pin_hash.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "config/base/check.h"

namespace kiemphieu::crypto {
namespace {

constexpr std::string_view kPrefix = "$argon2id$v=19$m=";
constexpr unsigned kMaxMemoryKiB = 256U << 10U;
constexpr unsigned kMaxPasses = 10;

void ensure_sodium() {
  static const int ready = sodium_init();
  KP_CHECK(ready >= 0);
}

/// The number at the start of `text`, which is cut off with `after`; 0 when there is none.
unsigned take_number(std::string_view& text, std::string_view after) {
  unsigned number = 0;
  const auto [rest, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  if (wrong != std::errc{} || !text.starts_with(after)) return 0;
  text.remove_prefix(after.size());
  return number;
}

bool is_base64(std::string_view text, std::size_t length) {
  return text.size() == length && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
         });
}

}  // namespace

Result<std::string> hash_pin(std::string_view pin) {
  ensure_sodium();
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str_alg(text.data(), pin.data(), pin.size(), kPinPasses, kPinMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorCode::kInternal, "no memory for the hash of a PIN");
  return std::string{text.data()};
}

bool is_pin_hash(std::string_view hash) {
  if (hash.size() >= crypto_pwhash_STRBYTES || !hash.starts_with(kPrefix)) return false;
  hash.remove_prefix(kPrefix.size());
  const unsigned memory_KiB = take_number(hash, ",t=");
  const unsigned passes = take_number(hash, ",p=1$");
  if (memory_KiB < 8 || memory_KiB > kMaxMemoryKiB || passes < 1 || passes > kMaxPasses) return false;
  const auto salt = hash.substr(0, hash.find('$'));
  return is_base64(salt, 22) && hash.size() > salt.size() && is_base64(hash.substr(salt.size() + 1), 43);
}

bool verify_pin(std::string_view hash, std::string_view pin) {
  ensure_sodium();
  if (!is_pin_hash(hash)) return false;
  const std::string text{hash};  // libsodium wants the zero at the end
  return crypto_pwhash_str_verify(text.c_str(), pin.data(), pin.size()) == 0;
}

}  // namespace kiemphieu::crypto

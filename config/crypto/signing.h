#pragma once
/// Ed25519 signatures (RFC 8032) by libsodium, and random bytes.

#include <array>
#include <compare>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::crypto {

struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const PublicKey&) const = default;
  std::string hex() const;
  static Result<PublicKey> from_hex(std::string_view text);  ///< kKeyUnusable
};

struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  auto operator<=>(const Signature&) const = default;
  static Result<Signature> from_bytes(ByteView bytes);  ///< kSignatureInvalid unless 64 bytes
};

/// The private half. Wiped from memory when destroyed; never logged or copied.
/// sign() may be called from several threads.
class SigningKey {
 public:
  static SigningKey generate();
  /// The same key for the same 32-byte seed; for tests and worked examples.
  static SigningKey from_seed(const std::array<std::uint8_t, 32>& seed);
  /// Reads a key file written by save(). Refuses a file that others than its
  /// owner can read. Errors: kFileNotFound, kKeyUnusable.
  static Result<SigningKey> load(const std::filesystem::path& path);
  /// load(), or generate() and save() when there is no file yet.
  static Result<SigningKey> load_or_create(const std::filesystem::path& path);

  ~SigningKey();
  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&& other) noexcept;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  /// Durable on return, mode 0600; refuses to overwrite. Errors: kKeyUnusable, kStorageIo, kDiskFull.
  Result<void> save(const std::filesystem::path& path) const;
  const PublicKey& public_key() const { return public_; }
  Signature sign(ByteView message) const;

 private:
  SigningKey() = default;
  PublicKey public_;
  std::array<std::uint8_t, 64> secret_{};
};

bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// From the operating system's generator.
Bytes random_bytes(std::size_t count);

}  // namespace kiemphieu::crypto

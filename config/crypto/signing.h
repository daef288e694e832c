#pragma once
/// Ed25519 signatures (RFC 8032), and random bytes. A private half lives in a
/// file, where libsodium signs, or in a token, which signs itself (token_key.h).

#include <array>
#include <compare>
#include <filesystem>
#include <memory>
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

/// Where a private half lives and how it signs. Called from any thread.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual Result<Signature> sign(ByteView message) = 0;
  virtual Result<void> save(const std::filesystem::path& path) const = 0;  ///< as SigningKey::save()
};

/// The private half, or the way to it. Wiped from memory when destroyed; never
/// logged or copied. sign() may be called from several threads.
class SigningKey {
 public:
  /// `signer` signs for `public_key`.
  SigningKey(const PublicKey& public_key, std::unique_ptr<Signer> signer);
  static SigningKey generate();
  /// The same key for the same 32-byte seed; for tests and worked examples.
  static SigningKey from_seed(const std::array<std::uint8_t, 32>& seed);
  /// Reads a key file written by save(). Refuses a file that others than its
  /// owner can read. Errors: kFileNotFound, kKeyUnusable.
  static Result<SigningKey> load(const std::filesystem::path& path);
  /// load(), or generate() and save() when there is no file yet.
  static Result<SigningKey> load_or_create(const std::filesystem::path& path);

  /// Durable on return, mode 0600; refuses to overwrite. Errors: kKeyUnusable
  /// (also for a key in a token, which it never leaves), kStorageIo, kDiskFull.
  Result<void> save(const std::filesystem::path& path) const;
  const PublicKey& public_key() const { return public_; }
  /// A key in a file always signs. One in a token: kKeyTokenGone, kKeyPinRefused;
  /// the next call tries again by itself.
  Result<Signature> sign(ByteView message) const;

 private:
  PublicKey public_;
  std::unique_ptr<Signer> signer_;
};

bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// From the operating system's generator.
Bytes random_bytes(std::size_t count);

}  // namespace kiemphieu::crypto

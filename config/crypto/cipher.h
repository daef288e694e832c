#pragma once
/// Encryption at rest by libsodium: one secret key for many blobs (secretstream,
/// XChaCha20-Poly1305), and boxes that only the holder of a code can open.

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::crypto {

/// 32 secret bytes; wiped from memory when destroyed. Copies are made on purpose
/// only, by copy().
class SecretKey {
 public:
  static SecretKey generate();
  static Result<SecretKey> from_bytes(ByteView bytes);  ///< kKeyUnusable unless 32 bytes
  /// Reads a key file. Refuses one that others than its owner can read.
  /// Errors: kFileNotFound, kKeyUnusable.
  static Result<SecretKey> load(const std::filesystem::path& path);
  /// load(), or generate() and save durably with mode 0600 when there is no file yet.
  static Result<SecretKey> load_or_create(const std::filesystem::path& path);

  ~SecretKey();
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;

  SecretKey copy() const;
  /// Durable on return, mode 0600; refuses to overwrite. Errors: kKeyUnusable, kStorageIo, kDiskFull.
  Result<void> save(const std::filesystem::path& path) const;
  ByteView view() const { return bytes_; }

 private:
  SecretKey() = default;
  std::array<std::uint8_t, 32> bytes_{};
};

/// Overwrites a key file, makes that durable and takes the file away. A disk that
/// moves its blocks may keep a copy; no file means done. Errors: kStorageIo.
Result<void> destroy_key_file(const std::filesystem::path& path);

/// Nobody without `key` learns more of `plain` than its length. Opens again only
/// with the same `bound_to`, so that one blob cannot be put in another's place.
/// Bytes: docs/formats/journal.md, "Images".
Bytes encrypt(const SecretKey& key, ByteView plain, ByteView bound_to);
/// Error: kStorageCorrupt when a bit of it, the key or `bound_to` is another.
Result<Bytes> decrypt(const SecretKey& key, ByteView sealed, ByteView bound_to);

/// The public half of a code on paper: whoever has it can put something into a
/// box that only the code opens.
struct BoxLock {
  std::array<std::uint8_t, 32> public_key{};
  std::array<std::uint8_t, 16> salt{};
};

/// A new code of 100 random bits, "A1B2-C3D4-…": five groups of four letters and
/// digits that cannot be taken for each other (no I, L, O, U).
std::string new_code();
/// argon2id over the code, upper and lower case, hyphens and spaces alike.
BoxLock lock_of(std::string_view code, const std::array<std::uint8_t, 16>& salt);
Bytes put_in_box(const BoxLock& lock, ByteView plain);
/// Error: kCodeWrong.
Result<Bytes> open_box(const BoxLock& lock, std::string_view code, ByteView box);

}  // namespace kiemphieu::crypto

#pragma once
/// The second medium (a stick, a second disk) and what lies on it:
///   kiemphieu-mirror/STATION/mirror.json   whose it is, and the lock of its code
///                           images.box     the key of the pictures, locked
///                           journal.db     records and outbox, as in the station
///                           images/        encrypted, as in the station
///                           papers.db, election.json
/// Without the code it says no more than the station's folder without its keys.
/// Format: docs/formats/mirror.md.

#include <filesystem>
#include <string>

#include "config/base/digest.h"
#include "config/crypto/cipher.h"

namespace kiemphieu::mirror {

class Medium {
 public:
  /// Makes the station's folder on the medium and returns the take-over code, which is
  /// kept nowhere. Durable on return. Errors: kMirrorMissing (no such folder),
  /// kMirrorOther (it holds a mirror already), kStorageIo, kDiskFull.
  static Result<std::string> prepare(const std::filesystem::path& root, const std::string& station, const Digest& election);
  /// Errors: kMirrorMissing (pulled out, or never prepared), kMirrorOther (of
  /// another station or election).
  static Result<Medium> find(const std::filesystem::path& root, const std::string& station, const Digest& election);

  const std::filesystem::path& folder() const { return folder_; }
  bool has_image_key() const;
  /// Durable on return. Errors: kStorageIo, kDiskFull.
  Result<void> lock_image_key(const crypto::SecretKey& key) const;
  /// Errors: kCodeWrong, kKeyUnusable when there is no key on it.
  Result<crypto::SecretKey> image_key(std::string_view code) const;
  /// The pictures were destroyed at the station: here too. May be done again.
  Result<void> destroy_images() const;

 private:
  Medium(std::filesystem::path folder, const crypto::BoxLock& lock) : folder_(std::move(folder)), lock_(lock) {}
  std::filesystem::path folder_;
  crypto::BoxLock lock_;
};

}  // namespace kiemphieu::mirror

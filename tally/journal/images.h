#pragma once
/// Sheet images beside the journal, encrypted: images/HH/HASH.kpe, HASH the SHA-256
/// of the picture in hexadecimal, HH its first two digits. Neither files nor
/// folders tell when they were written. Bytes: docs/formats/journal.md, "Images".

#include <filesystem>
#include <functional>
#include <optional>

#include "config/base/bytes.h"
#include "config/base/digest.h"
#include "config/crypto/cipher.h"

namespace kiemphieu::journal {

std::filesystem::path image_key_file(const std::filesystem::path& journal_folder);
/// Where the encrypted picture lies below a journal folder.
std::filesystem::path image_file(const std::filesystem::path& journal_folder, const Digest& digest);

/// Some encrypted picture lies below the folder.
bool has_pictures(const std::filesystem::path& journal_folder);

/// Threads: const calls from any; the rest from one.
class ImageStore {
 public:
  /// To look: uses the folder's key when there is one. Never creates anything.
  static ImageStore to_read(std::filesystem::path journal_folder);
  /// To write: makes the key when there are no encrypted pictures yet. Errors:
  /// kKeyUnusable (also when pictures are there and their key is not), kStorageIo, kDiskFull.
  static Result<ImageStore> to_write(std::filesystem::path journal_folder);

  /// Durable on return. Errors: kDiskFull, kStorageIo.
  Result<Digest> store(ByteView jpeg) const;
  /// Errors: kFileNotFound, kFileUnreadable, kKeyUnusable when the key is not there,
  /// kStorageCorrupt when it is not what its name says.
  Result<Bytes> load(const Digest& digest) const;
  /// Whether a file of that name is there; what is in it, load() says.
  bool has(const Digest& digest) const;
  /// Where pictures are looked for that are not here yet (a mirror).
  void also_look_in(std::filesystem::path journal_folder) { other_ = std::move(journal_folder); }
  /// Takes away the unfinished files of a crash.
  void remove_unfinished() const;
  /// The key first, then every picture: nobody can open one that is left
  /// anywhere. Durable on return; may be done again. Errors: kStorageIo.
  static Result<void> destroy_all(const std::filesystem::path& journal_folder);

 private:
  ImageStore(std::filesystem::path folder, std::optional<crypto::SecretKey> key)
      : folder_(std::move(folder)), key_(std::move(key)) {}
  Result<Bytes> load_from(const std::filesystem::path& folder, const Digest& digest) const;

  std::filesystem::path folder_, other_;
  std::optional<crypto::SecretKey> key_;
};

}  // namespace kiemphieu::journal

#pragma once
/// Sheet images beside the journal: images/HH/HASH.jpg, HASH the SHA-256 of the
/// file in hexadecimal, HH its first two digits.

#include <filesystem>

#include "config/base/bytes.h"
#include "config/base/digest.h"

namespace kiemphieu::journal {

class ImageStore {
 public:
  explicit ImageStore(std::filesystem::path journal_folder) : folder_(std::move(journal_folder)) {}

  /// Durable on return. Errors: kDiskFull, kStorageIo.
  Result<Digest> store(ByteView jpeg) const;
  /// Errors: kFileNotFound, kFileUnreadable, kStorageCorrupt when it is not what its name says.
  Result<Bytes> load(const Digest& digest) const;
  /// Takes away the unfinished files of a crash. No image is ever removed.
  void remove_unfinished() const;

 private:
  std::filesystem::path path_of(const Digest& digest) const;
  std::filesystem::path folder_;
};

}  // namespace kiemphieu::journal

#pragma once
/// One writer at a time: an exclusive lock on a journal folder.

#include <filesystem>

#include "config/base/result.h"

namespace kiemphieu::journal {

/// Held until destroyed; the kernel frees it when the process dies.
class FolderLock {
 public:
  /// Errors: kStorageBusy when another has it, kStorageIo.
  static Result<FolderLock> take(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace kiemphieu::journal

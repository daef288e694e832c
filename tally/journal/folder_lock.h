#pragma once
/// One writer at a time: an exclusive lock on a journal folder.

#include <filesystem>

#include "config/base/result.h"
#include "config/base/unique_fd.h"

namespace kiemphieu::journal {

/// Held until destroyed; the kernel frees it when the process dies.
class FolderLock {
 public:
  /// Errors: kStorageBusy when another has it, kStorageIo.
  static Result<FolderLock> take(const std::filesystem::path& folder);
 private:
  explicit FolderLock(UniqueFd file) : file_(std::move(file)) {}
  UniqueFd file_;
};

}  // namespace kiemphieu::journal

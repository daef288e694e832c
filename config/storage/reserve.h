#pragma once
/// Room on the disk that is ours before we need it: a file that holds blocks and
/// gives them back as the work goes on.

#include <cstdint>
#include <filesystem>

#include "config/base/result.h"

namespace kiemphieu::storage {

/// Grows or shrinks the file at `path` until it holds `bytes` blocks' worth of room,
/// made when it is not there; 0 removes it. Allocated on return, not merely promised.
/// A file system that cannot allocate ahead is looked at for free space instead.
/// Errors: kSpaceShort (evidence: how much is wanted and free), kStorageIo.
Result<void> reserve(const std::filesystem::path& path, std::uint64_t bytes);

}  // namespace kiemphieu::storage

#pragma once
/// Files that survive a power cut.

#include <filesystem>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::storage {

/// The whole file, or kFileNotFound, kFileUnreadable, kFileTooLarge (> max_bytes).
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// The same for a secret. Refuses a file that others than its owner may read, or that
/// is none: kKeyUnusable, with the remedy.
Result<Bytes> read_private_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Writes a temporary file beside `path`, fsyncs it, renames it over `path` and
/// fsyncs the folder: afterwards `path` holds either the old bytes or the new
/// ones, and on success the new ones are durable. Errors: kDiskFull, kStorageIo.
Result<void> write_file_durably(const std::filesystem::path& path, ByteView bytes, unsigned mode = 0640);

/// The same, and neither the file nor its folder tells when: both say 1970.
/// What only the file system knows (the time of the last change of the inode)
/// cannot be set by any program.
Result<void> write_file_without_time(const std::filesystem::path& path, ByteView bytes, unsigned mode = 0640);

/// Renames within one file system; durable on return. Errors: kStorageIo.
Result<void> move_file_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Gone for good on return; ok when it was not there. Errors: kStorageIo.
Result<void> remove_file_durably(const std::filesystem::path& path);

/// Creates the folder and its parents and makes their names durable.
Result<void> create_folders_durably(const std::filesystem::path& folder);

/// Bytes free for an ordinary user on the file system of `path`.
Result<std::uint64_t> free_bytes(const std::filesystem::path& path);

}  // namespace kiemphieu::storage

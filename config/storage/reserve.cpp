#include "config/storage/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "config/base/unique_fd.h"
#include "config/storage/files.h"

namespace kiemphieu::storage {
namespace {

Error short_of(const std::filesystem::path& path, std::uint64_t bytes) {
  const auto free = free_bytes(path.has_parent_path() ? path.parent_path() : ".");
  return fail(ErrorCode::kSpaceShort, "wanted " + std::to_string(bytes >> 20U) + " MB, free " +
                                          (free ? std::to_string(*free >> 20U) : std::string{"?"}) + " MB");
}

Result<void> allocate(int fd, const std::filesystem::path& path, std::uint64_t have, std::uint64_t bytes) {
  const auto more = static_cast<off_t>(bytes - have);
  if (::fallocate(fd, 0, static_cast<off_t>(have), more) == 0) return {};
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
    // What it took before it failed goes back.
    static_cast<void>(::ftruncate(fd, static_cast<off_t>(have)));
    return short_of(path, bytes - have);
  }
  if (errno != EOPNOTSUPP && errno != ENOSYS)
    return fail(ErrorCode::kStorageIo, path.string() + ": reserve: " + std::strerror(errno));
  KP_TRY(const std::uint64_t free, free_bytes(path.parent_path()));
  return free < bytes ? Result<void>{short_of(path, bytes)} : Result<void>{};
}

}  // namespace

Result<void> reserve(const std::filesystem::path& path, std::uint64_t bytes) {
  if (bytes == 0) {
    ::unlink(path.c_str());
    return {};
  }
  const UniqueFd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640)};
  struct stat status {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) {
    if (errno == ENOSPC) return short_of(path, bytes);
    return fail(ErrorCode::kStorageIo, path.string() + ": " + std::strerror(errno));
  }
  const auto have = static_cast<std::uint64_t>(status.st_size);
  if (have < bytes) return allocate(file.get(), path, have, bytes);
  if (have > bytes && ::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0)
    return fail(ErrorCode::kStorageIo, path.string() + ": " + std::strerror(errno));
  return {};
}

}  // namespace kiemphieu::storage

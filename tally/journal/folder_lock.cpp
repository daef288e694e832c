#include "tally/journal/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kiemphieu::journal {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "journal.lock";
  FolderLock lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640)};
  if (lock.fd_ < 0) return fail(ErrorCode::kStorageIo, path.string() + ": " + std::strerror(errno));
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
    return fail(errno == EWOULDBLOCK ? ErrorCode::kStorageBusy : ErrorCode::kStorageIo,
                path.string() + ": " + std::strerror(errno));
  return lock;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}
FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

}  // namespace kiemphieu::journal

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
  UniqueFd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640)};
  if (!file.is_open()) return fail(ErrorCode::kStorageIo, path.string() + ": " + std::strerror(errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(errno == EWOULDBLOCK ? ErrorCode::kStorageBusy : ErrorCode::kStorageIo,
                path.string() + ": " + std::strerror(errno));
  return FolderLock{std::move(file)};
}

}  // namespace kiemphieu::journal

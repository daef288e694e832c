#include "config/storage/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "config/base/unique_fd.h"
#include "config/storage/disk_gate.h"

namespace kiemphieu::storage {
namespace {

Error io_error(const std::filesystem::path& path, std::string_view doing) {
  const int number = errno;
  const bool full = number == ENOSPC || number == EDQUOT;
  return fail(full ? ErrorCode::kDiskFull : ErrorCode::kStorageIo,
              path.string() + ": " + std::string{doing} + ": " + std::strerror(number));
}

/// False, and errno set, when whoever stands at the disk says so (disk_gate.h).
bool may(DiskStep step) {
  DiskGate* gate = at_disk();
  if (gate == nullptr) return true;
  const int refused = gate->pass(step);
  errno = refused;
  return refused == 0;
}

/// As write(2); a gate may let through a part and fail then.
ssize_t write_some(int fd, ByteView bytes, std::int64_t offset, const std::filesystem::path& path) {
  DiskGate* gate = at_disk();
  if (gate == nullptr) return ::write(fd, bytes.data(), bytes.size());
  DiskStep step{DiskStepKind::kWrite, path.c_str(), nullptr, offset, bytes};
  const int refused = gate->pass(step);
  if (refused == 0) return ::write(fd, bytes.data(), bytes.size());
  if (step.bytes.size() < bytes.size() && ::write(fd, step.bytes.data(), step.bytes.size()) < 0) return -1;
  errno = refused;
  return -1;
}

Result<void> write_all(int fd, ByteView bytes, const std::filesystem::path& path) {
  for (std::int64_t offset = 0; !bytes.empty();) {
    const ssize_t n = write_some(fd, bytes, offset, path);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return io_error(path, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += n;
  }
  return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const UniqueFd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd.get() < 0) return io_error(folder, "open folder");
  if (!may({DiskStepKind::kSyncFolder, folder.c_str()}) || ::fsync(fd.get()) != 0) return io_error(folder, "fsync folder");
  return {};
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
}

/// Unique beside `path` among this machine's processes and threads.
std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.string() + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

constexpr timespec kNoTime[2] = {{0, 0}, {0, 0}};  // last read, last written

enum class Time : std::uint8_t { kKept, kNone };

Result<void> write_and_sync(const std::filesystem::path& path, ByteView bytes, unsigned mode, Time time) {
  if (!may({DiskStepKind::kCreate, path.c_str()})) return io_error(path, "create");
  const UniqueFd fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
  if (fd.get() < 0) return io_error(path, "create");
  KP_TRY_VOID(write_all(fd.get(), bytes, path));
  if (time == Time::kNone && ::futimens(fd.get(), kNoTime) != 0) return io_error(path, "set its time");
  if (!may({DiskStepKind::kSync, path.c_str()}) || ::fsync(fd.get()) != 0) return io_error(path, "fsync");
  return {};
}

Result<void> write_beside_and_rename(const std::filesystem::path& path, ByteView bytes, unsigned mode, Time time) {
  const std::filesystem::path temporary = temporary_beside(path);
  auto written = write_and_sync(temporary, bytes, mode, time);
  const bool moved = written && may({DiskStepKind::kRename, temporary.c_str(), path.c_str()}) &&
                     ::rename(temporary.c_str(), path.c_str()) == 0;
  if (written && !moved) written = io_error(path, "rename");
  if (!written) {
    if (may({DiskStepKind::kRemove, temporary.c_str()})) ::unlink(temporary.c_str());
    return written;
  }
  const std::filesystem::path folder = folder_of(path);
  if (time == Time::kNone && ::utimensat(AT_FDCWD, folder.c_str(), kNoTime, 0) != 0) return io_error(folder, "set its time");
  return sync_folder(folder);
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (fd.get() < 0)
    return fail(errno == ENOENT ? ErrorCode::kFileNotFound : ErrorCode::kFileUnreadable,
                path.string() + ": " + std::strerror(errno));
  constexpr std::size_t kChunk = 256U * 1024U;
  const auto too_large = [&] {
    return fail(ErrorCode::kFileTooLarge, path.string() + ": more than " + std::to_string(max_bytes) + " bytes");
  };
  Bytes bytes;
  struct stat about {};
  if (::fstat(fd.get(), &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
    const auto size = static_cast<std::size_t>(about.st_size);
    if (size > max_bytes) return too_large();
    bytes.reserve(size + kChunk);  // growing step by step would hold a large file twice
  }
  for (;;) {
    const std::size_t have = bytes.size();
    bytes.resize(have + kChunk);
    const ssize_t n = ::read(fd.get(), bytes.data() + have, kChunk);
    bytes.resize(have + (n > 0 ? static_cast<std::size_t>(n) : 0));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::kFileUnreadable, path.string() + ": " + std::strerror(errno));
    if (n == 0) return bytes;
    if (bytes.size() > max_bytes) return too_large();
  }
}

Result<Bytes> read_private_file(const std::filesystem::path& path, std::size_t max_bytes) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return fail(errno == ENOENT ? ErrorCode::kFileNotFound : ErrorCode::kFileUnreadable, path.string() + ": " + std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kKeyUnusable, path.string() + ": not a file");
  if ((status.st_mode & 077U) != 0)
    return fail(ErrorCode::kKeyUnusable, path.string() + ": others may read it; run chmod 600");
  return read_file(path, max_bytes);
}

Result<void> write_file_durably(const std::filesystem::path& path, ByteView bytes, unsigned mode) {
  return write_beside_and_rename(path, bytes, mode, Time::kKept);
}

Result<void> write_file_without_time(const std::filesystem::path& path, ByteView bytes, unsigned mode) {
  return write_beside_and_rename(path, bytes, mode, Time::kNone);
}

Result<void> move_file_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  const bool moved = may({DiskStepKind::kRename, from.c_str(), to.c_str()}) && ::rename(from.c_str(), to.c_str()) == 0;
  if (!moved) return io_error(from, "rename");
  KP_TRY_VOID(sync_folder(folder_of(to)));
  return sync_folder(folder_of(from));
}

Result<void> remove_file_durably(const std::filesystem::path& path) {
  const bool gone = may({DiskStepKind::kRemove, path.c_str()}) && (::unlink(path.c_str()) == 0 || errno == ENOENT);
  if (!gone) return io_error(path, "remove");
  return sync_folder(folder_of(path));
}

Result<void> create_folders_durably(const std::filesystem::path& folder) {
  struct stat status {};
  if (folder.empty() || ::stat(folder.c_str(), &status) == 0) return {};
  const auto parent = folder_of(folder);
  KP_TRY_VOID(create_folders_durably(parent));
  const bool made = may({DiskStepKind::kMakeFolder, folder.c_str()}) && (::mkdir(folder.c_str(), 0750) == 0 || errno == EEXIST);
  if (!made) return io_error(folder, "mkdir");
  return sync_folder(parent);
}

Result<std::uint64_t> free_bytes(const std::filesystem::path& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return io_error(path, "statvfs");
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace kiemphieu::storage

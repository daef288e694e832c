#include "scanner/folder/line_log.h"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "config/base/check.h"

namespace kiemphieu::folder {
namespace {

/// A sheet takes about 60 bytes; this is a million of them.
constexpr std::size_t kMaxLogBytes = 64U << 20U;

Error io_error(const std::filesystem::path& path, const char* step) {
  const ErrorCode code = errno == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kStorageIo;
  return fail(code, path.string() + ": " + step + ": " + std::strerror(errno));
}

Result<std::string> read_all(int fd, const std::filesystem::path& path) {
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, "read");
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > kMaxLogBytes)
      return fail(ErrorCode::kFileTooLarge, path.string());
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

Result<void> sync_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const UniqueFd folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return io_error(parent, "fsync");
  return {};
}

}  // namespace

Result<LineLog> LineLog::open(const std::filesystem::path& path, Durability durability) {
  LineLog log;
  log.path_ = path;
  log.durability_ = durability;
  log.fd_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (!log.fd_.is_open()) return io_error(path, "open");
  if (::flock(log.fd_.get(), LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? fail(ErrorCode::kScannerBusy, path.string() + " is held by another program")
                                : io_error(path, "lock");
  KP_TRY(const std::string text, read_all(log.fd_.get(), path));
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    log.lines_.push_back(text.substr(begin, end - begin));
  if (begin < text.size() && ::ftruncate(log.fd_.get(), static_cast<off_t>(begin)) != 0)
    return io_error(path, "drop torn line");
  if (durability == Durability::kPowerCut) KP_TRY_VOID(sync_folder_of(path));
  return log;
}

Result<void> LineLog::append(std::string_view line) {
  KP_CHECK(line.find('\n') == std::string_view::npos);
  const std::string text = std::string{line} + '\n';
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t put = ::write(fd_.get(), text.data() + written, text.size() - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return io_error(path_, "write");
    written += static_cast<std::size_t>(put);
  }
  if (durability_ == Durability::kPowerCut && ::fdatasync(fd_.get()) != 0)
    return io_error(path_, "fdatasync");
  return {};
}

}  // namespace kiemphieu::folder

#include "tally/journal/head_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "config/crypto/sha256.h"
#include "tally/journal/journal.h"

namespace kiemphieu::journal {
namespace {

/// 8 bytes sequence (big endian), 32 bytes digest, 8 bytes of the SHA-256 over both.
constexpr std::size_t kSaid = 40, kNote = 48;
using Note = std::array<std::uint8_t, kNote>;

void seal(Note& note) {
  const Digest check = crypto::sha256(ByteView{note}.first(kSaid));
  std::copy_n(check.bytes.begin(), kNote - kSaid, note.begin() + kSaid);
}

std::optional<JournalHead> read_from(int fd) {
  Note note{};
  if (::pread(fd, note.data(), note.size(), 0) != static_cast<ssize_t>(note.size())) return std::nullopt;
  Note sealed = note;
  seal(sealed);
  if (sealed != note) return std::nullopt;
  JournalHead head;
  for (std::size_t i = 0; i < 8; ++i) head.sequence = head.sequence << 8U | note[i];
  std::copy_n(note.begin() + 8, head.digest.bytes.size(), head.digest.bytes.begin());
  return head;
}

}  // namespace

std::optional<JournalHead> read_note(const std::filesystem::path& folder) {
  const UniqueFd file{::open((folder / "journal.head").c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.is_open()) return std::nullopt;
  return read_from(file.get());
}

Result<HeadNote> HeadNote::open(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "journal.head";
  UniqueFd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640)};
  if (!file.is_open())
    return fail(errno == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kStorageIo, path.string() + ": " + std::strerror(errno));
  return HeadNote{std::move(file)};
}

std::optional<JournalHead> HeadNote::read() const { return read_from(file_.get()); }

void HeadNote::write(const JournalHead& head) const {
  Note note{};
  for (std::size_t i = 0; i < 8; ++i) note[i] = static_cast<std::uint8_t>(head.sequence >> (8 * (7 - i)) & 0xFFU);
  std::ranges::copy(head.digest.bytes, note.begin() + 8);
  seal(note);
  static_cast<void>(::pwrite(file_.get(), note.data(), note.size(), 0) == static_cast<ssize_t>(note.size()));
}

}  // namespace kiemphieu::journal

#include "tests/crash/fault_disk.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "config/base/check.h"

namespace kiemphieu::crash {
namespace {

using storage::DiskStep;
using storage::DiskStepKind;

constexpr std::int64_t kPage = 4096;
constexpr std::uint64_t kFullFor = 5;  // steps

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

std::int64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

Bytes read_at(const std::string& path, std::int64_t offset, std::int64_t count) {
  Bytes bytes(static_cast<std::size_t>(std::max<std::int64_t>(0, count)));
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const ssize_t n = fd < 0 ? 0 : ::pread(fd, bytes.data(), bytes.size(), offset);
  if (fd >= 0) ::close(fd);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(0, n)));
  return bytes;
}

void write_at(const std::string& path, std::int64_t offset, ByteView bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;  // its name is lost already
  KP_CHECK(::pwrite(fd, bytes.data(), bytes.size(), offset) == static_cast<ssize_t>(bytes.size()));
  ::close(fd);
}

std::string folder_of(const std::string& path) { return std::filesystem::path{path}.parent_path().string(); }

}  // namespace

std::string_view to_text(Fault fault) {
  constexpr std::array<std::string_view, kFaultCount> kNames{"none",     "killed",    "torn write",
                                                             "power, all lost", "power, some lost", "I/O error",
                                                             "disk full", "short write", "read-only"};
  return kNames.at(static_cast<std::size_t>(fault));
}

bool kills(Fault fault) {
  return fault == Fault::kKilled || fault == Fault::kTornWrite || fault == Fault::kPowerAll || fault == Fault::kPowerSome;
}

int FaultDisk::pass(DiskStep& step) {
  ++steps_;
  if (steps_ >= at_)
    if (const int failed = fail_now(step); failed != 0) return failed;
  if (fault_ == Fault::kPowerAll || fault_ == Fault::kPowerSome) remember(step);
  return 0;
}

/// The step has come, or is past. 0: nothing happens to this one.
int FaultDisk::fail_now(DiskStep& step) {
  const bool now = steps_ == at_;
  switch (fault_) {
    case Fault::kNone:
      return 0;
    case Fault::kKilled:
      die();
    case Fault::kTornWrite:
      if (step.kind == DiskStepKind::kWrite) write_at(step.path, step.offset, step.bytes.first(step.bytes.size() / 2));
      die();
    case Fault::kPowerAll:
    case Fault::kPowerSome:
      cut_power();
    case Fault::kIoError:
      return now ? EIO : 0;
    case Fault::kDiskFull:
      return steps_ < at_ + kFullFor && step.kind != DiskStepKind::kRemove ? ENOSPC : 0;
    case Fault::kShortWrite:
      if (!now) return 0;
      step.bytes = step.bytes.first(step.bytes.size() / 2);
      return ENOSPC;
    case Fault::kReadOnly:
      return EROFS;
  }
  return 0;
}

void FaultDisk::remember(const DiskStep& step) {
  const std::string path = step.path;
  switch (step.kind) {
    case DiskStepKind::kWrite:
      return remember_pages(path, step.offset, step.offset + static_cast<std::int64_t>(step.bytes.size()));
    case DiskStepKind::kTruncate:
      return remember_pages(path, step.offset, size_of(path));
    case DiskStepKind::kSync:
      unsynced_.erase(path);
      return;
    case DiskStepKind::kSyncFolder:
      return folder_is_durable(path);
    case DiskStepKind::kRename:
      names_.push_back({step.kind, path, step.target, keep_a_name(step.target)});
      if (auto moved = unsynced_.extract(path); !moved.empty()) {
        moved.key() = step.target;
        unsynced_.erase(step.target);
        unsynced_.insert(std::move(moved));
      }
      return;
    case DiskStepKind::kRemove:
      names_.push_back({step.kind, path, "", keep_a_name(path)});
      return;
    case DiskStepKind::kCreate:
    case DiskStepKind::kMakeFolder:
      names_.push_back({step.kind, path, "", ""});
      return;
  }
}

void FaultDisk::remember_pages(const std::string& path, std::int64_t from, std::int64_t to) {
  const auto [it, first] = unsynced_.try_emplace(path);
  if (first) it->second.durable_bytes = size_of(path);
  Shadow& shadow = it->second;
  for (std::int64_t page = from / kPage; page * kPage < to; ++page)
    if (!shadow.pages.contains(page))
      shadow.pages[page] = read_at(path, page * kPage, std::min(kPage, shadow.durable_bytes - page * kPage));
}

/// A second name, so that what is removed or replaced can come back; "" when there is nothing.
std::string FaultDisk::keep_a_name(const std::string& path) {
  const std::string backup = path + ".kept-" + std::to_string(++backups_);
  return ::link(path.c_str(), backup.c_str()) == 0 ? backup : "";
}

void FaultDisk::folder_is_durable(const std::string& folder) {
  std::erase_if(names_, [&](const NameChange& change) {
    const bool here = folder_of(change.path) == folder || (!change.target.empty() && folder_of(change.target) == folder);
    if (here && !change.backup.empty()) ::unlink(change.backup.c_str());
    return here;
  });
}

bool FaultDisk::survives() { return fault_ == Fault::kPowerSome && random_() % 2 == 0; }

void FaultDisk::cut_power() {
  for (const auto& [path, shadow] : unsynced_) lose_pages(path, shadow);
  for (auto change = names_.rbegin(); change != names_.rend(); ++change) {
    if (!survives()) lose_name(*change);
    if (!change->backup.empty()) ::unlink(change->backup.c_str());
  }
  die();
}

void FaultDisk::lose_pages(const std::string& path, const Shadow& shadow) {
  std::int64_t end = shadow.durable_bytes;
  const std::int64_t now = size_of(path);
  for (const auto& [page, old] : shadow.pages) {
    if (survives()) {
      end = std::max(end, std::min(now, (page + 1) * kPage));
      continue;
    }
    const Bytes nothing(static_cast<std::size_t>(kPage), 0);
    write_at(path, page * kPage, old.empty() ? ByteView{nothing} : ByteView{old});
  }
  ::truncate(path.c_str(), end) == 0 ? void() : void();
}

void FaultDisk::lose_name(const NameChange& change) {
  switch (change.kind) {
    case DiskStepKind::kCreate:
      ::unlink(change.path.c_str());
      return;
    case DiskStepKind::kMakeFolder:
      ::rmdir(change.path.c_str());
      return;
    case DiskStepKind::kRename:
      (void)::rename(change.target.c_str(), change.path.c_str());
      if (!change.backup.empty()) (void)::rename(change.backup.c_str(), change.target.c_str());
      return;
    case DiskStepKind::kRemove:
      if (!change.backup.empty()) (void)::rename(change.backup.c_str(), change.path.c_str());
      return;
    default:
      return;
  }
}

}  // namespace kiemphieu::crash

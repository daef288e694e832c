// A SQLite VFS over the default one whose every change of the disk passes the
// gate first. https://www.sqlite.org/vfs.html
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <string>

#include "config/base/check.h"
#include "tests/crash/fault_disk.h"

namespace kiemphieu::crash {
namespace {

using storage::DiskStep;
using storage::DiskStepKind;

sqlite3_vfs* below = nullptr;
sqlite3_vfs shim{};
sqlite3_io_methods methods{};

/// What SQLite holds for an open file; the file of the VFS below lies right behind it.
struct ShimFile {
  sqlite3_file base;
  const char* path;      ///< SQLite keeps it while the file is open; null: a temporary file
  bool names_its_folder; ///< its first sync makes its name durable, as the VFS below does for logs
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<ShimFile*>(file) + 1); }

int pass(DiskStep& step) {
  storage::DiskGate* gate = storage::at_disk();
  return gate == nullptr || step.path == nullptr ? 0 : gate->pass(step);
}

int code_for(int refused, int otherwise) { return refused == ENOSPC ? SQLITE_FULL : otherwise; }

int x_write(sqlite3_file* file, const void* data, int count, sqlite3_int64 offset) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  DiskStep step{DiskStepKind::kWrite, reinterpret_cast<ShimFile*>(file)->path, nullptr, offset,
                {bytes, static_cast<std::size_t>(count)}};
  const int refused = pass(step);
  if (refused == 0) return real(file)->pMethods->xWrite(real(file), data, count, offset);
  if (step.bytes.size() < static_cast<std::size_t>(count))
    real(file)->pMethods->xWrite(real(file), data, static_cast<int>(step.bytes.size()), offset);
  return code_for(refused, SQLITE_IOERR_WRITE);
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  DiskStep step{DiskStepKind::kTruncate, reinterpret_cast<ShimFile*>(file)->path, nullptr, size};
  if (const int refused = pass(step); refused != 0) return code_for(refused, SQLITE_IOERR_TRUNCATE);
  return real(file)->pMethods->xTruncate(real(file), size);
}

int x_sync(sqlite3_file* file, int flags) {
  auto* ours = reinterpret_cast<ShimFile*>(file);
  DiskStep step{DiskStepKind::kSync, ours->path};
  if (const int refused = pass(step); refused != 0) return code_for(refused, SQLITE_IOERR_FSYNC);
  const int done = real(file)->pMethods->xSync(real(file), flags);
  if (done == SQLITE_OK && ours->names_its_folder && ours->path != nullptr) {
    ours->names_its_folder = false;
    const std::string folder = std::filesystem::path{ours->path}.parent_path().string();
    DiskStep named{DiskStepKind::kSyncFolder, folder.c_str()};
    if (const int refused = pass(named); refused != 0) return code_for(refused, SQLITE_IOERR_DIR_FSYNC);
  }
  return done;
}

int x_close(sqlite3_file* file) {
  return real(file)->pMethods != nullptr ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}
int x_read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); }
int x_size(sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); }
int x_lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
int x_unlock(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
int x_reserved(sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
int x_control(sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
int x_sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
int x_traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
int x_shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
int x_shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
void x_shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
int x_shm_unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

int x_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* ours = new (file) ShimFile{};
  ours->path = name;
  struct stat status {};
  const bool made = name != nullptr && (flags & SQLITE_OPEN_CREATE) != 0 && ::stat(name, &status) != 0;
  ours->names_its_folder = made && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  real(file)->pMethods = nullptr;
  DiskStep step{DiskStepKind::kCreate, name};
  if (made && pass(step) != 0) return SQLITE_CANTOPEN;
  const int result = below->xOpen(below, name, real(file), flags, out_flags);
  if (real(file)->pMethods != nullptr) ours->base.pMethods = &methods;
  return result;
}

int x_delete(sqlite3_vfs*, const char* name, int sync_folder) {
  DiskStep step{DiskStepKind::kRemove, name};
  if (const int refused = pass(step); refused != 0) return code_for(refused, SQLITE_IOERR_DELETE);
  const int done = below->xDelete(below, name, sync_folder);
  if (done != SQLITE_OK || sync_folder == 0) return done;
  const std::string folder = std::filesystem::path{name}.parent_path().string();
  DiskStep named{DiskStepKind::kSyncFolder, folder.c_str()};
  return code_for(pass(named), done);
}

int x_access(sqlite3_vfs*, const char* name, int flags, int* out) { return below->xAccess(below, name, flags, out); }
int x_full(sqlite3_vfs*, const char* name, int n, char* out) { return below->xFullPathname(below, name, n, out); }

}  // namespace

void put_sqlite_at_the_gate() {
  if (below != nullptr) return;
  below = sqlite3_vfs_find(nullptr);
  KP_CHECK(below != nullptr);
  methods = {3, x_close, x_read, x_write, x_truncate, x_sync, x_size, x_lock, x_unlock, x_reserved, x_control, x_sector,
             x_traits, x_shm_map, x_shm_lock, x_shm_barrier, x_shm_unmap, nullptr, nullptr};
  methods.iVersion = 2;  // no memory-mapped pages: they would pass no gate
  shim = *below;
  shim.szOsFile = static_cast<int>(sizeof(ShimFile)) + below->szOsFile;
  shim.zName = "kiemphieu-faults";
  shim.pNext = nullptr;
  shim.xOpen = x_open, shim.xDelete = x_delete, shim.xAccess = x_access, shim.xFullPathname = x_full;
  KP_CHECK(sqlite3_vfs_register(&shim, 1) == SQLITE_OK);
}

}  // namespace kiemphieu::crash

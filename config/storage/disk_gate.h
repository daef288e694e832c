#pragma once
/// The seam at which tests fail or stop every change of the disk. In the product
/// nobody stands there and a step costs one load of a pointer.
///
/// files.h passes each of its system calls through it; a VFS of the tests does
/// the same for SQLite, so that both are one sequence of steps.

#include <cstdint>

#include "config/base/bytes.h"

namespace kiemphieu::storage {

enum class DiskStepKind : std::uint8_t {
  kCreate,      ///< a file under a new name
  kWrite,       ///< `bytes` at `offset`
  kTruncate,    ///< to `offset` bytes
  kSync,        ///< the file's content becomes durable
  kRename,      ///< to `target`
  kRemove,
  kMakeFolder,
  kSyncFolder,  ///< the names in the folder become durable
};

struct DiskStep {
  DiskStepKind kind;
  const char* path;
  const char* target = nullptr;
  std::int64_t offset = 0;
  ByteView bytes{};
};

class DiskGate {
 public:
  virtual ~DiskGate() = default;
  /// Before the step is made. 0: make it. Else the errno it fails with; of a write
  /// the first `step.bytes` may be left to be written before it fails.
  virtual int pass(DiskStep& step) = 0;
};

/// Puts a gate-keeper there, or nobody. For the whole process, before its threads start.
void stand_at_disk(DiskGate* gate);
DiskGate* at_disk();

}  // namespace kiemphieu::storage

#include "config/storage/disk_gate.h"

namespace kiemphieu::storage {
namespace {

DiskGate* the_gate = nullptr;

}  // namespace

void stand_at_disk(DiskGate* gate) { the_gate = gate; }
DiskGate* at_disk() { return the_gate; }

}  // namespace kiemphieu::storage

#pragma once
/// Internal to scanner/worker.

namespace kiemphieu::worker {

/// The descriptor the scanner process finds its socket on.
inline constexpr int kWorkerSocket = 3;

}  // namespace kiemphieu::worker

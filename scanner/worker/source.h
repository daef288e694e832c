#pragma once
/// Where the station gets its sheets from. SANE drivers crash and hang, so they
/// run in a process of their own that may be killed and started again; the
/// station's own process never loads one.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "scanner/feed/sheet_source.h"

namespace kiemphieu::worker {

/// First argument that makes the station's program the scanner process.
inline constexpr const char* kWorkerArgument = "--scanner-worker";

struct SourceSettings {
  /// SANE device name; "" = the first SANE device; "folder:/path" = image files
  /// in a folder, or one multipage TIFF, each fed once and remembered;
  /// "deck:/path" = the same files, from the first one again at every start()
  /// and with nothing written (a test deck).
  std::string device;
  std::filesystem::path sane_config_dir;  ///< SANE_CONFIG_DIR for the process; empty = as it is
  int resolution_dpi = 200;
  bool colour = true;
  double page_width_mm = 148.0, page_height_mm = 210.0;
  /// A process silent for longer is killed: kScannerHung.
  std::chrono::milliseconds sheet_timeout{30'000};
  /// A program whose main() hands over to worker_main(); empty = this program.
  std::filesystem::path worker_executable;
};

/// Starts no process and touches no device yet: start() and sensors() do.
/// Errors: kScannerOption (resolution or page that no sheet of ours has).
///
/// A SANE source adds two faults to the seam's: kScannerHung and
/// kScannerCrashed. The process is dead then; start() begins a new one, and
/// until then sensors() repeats the fault.
Result<std::unique_ptr<feed::SheetSource>> open_source(const SourceSettings& settings);

/// The scanner process: `if (is_worker(argc, argv)) return worker_main(argc, argv);`
/// at the top of main(), before any thread. It serves the socket it was started
/// with until the station closes it. Returns the exit status.
bool is_worker(int argc, char** argv);
int worker_main(int argc, char** argv);

}  // namespace kiemphieu::worker

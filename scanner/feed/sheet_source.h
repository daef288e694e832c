#pragma once
/// The seam between paper and everything after it: whatever gives sheets one
/// at a time. Real ones: a SANE device in a process of its own, a folder of
/// image files. Scripted ones stand here in unit tests only.

#include <cstdint>
#include <optional>
#include <string>

#include "config/base/result.h"
#include "config/imaging/image.h"

namespace kiemphieu::feed {

/// One side of one sheet as it came from the scanner.
struct SheetImage {
  imaging::Image image;
  std::uint64_t ordinal = 0;  ///< 1, 2, 3 … since the source was opened
  std::string origin;         ///< file name or device, for messages
};

/// What the device can sense; nullopt = it has no such sensor.
struct Sensors {
  std::optional<bool> page_loaded;
  std::optional<bool> cover_open;
  std::optional<bool> scan_button;          ///< pressed since the last look
  std::optional<bool> double_feed;          ///< since the last look
  std::optional<std::uint64_t> sheets_fed;  ///< the device's own counter, when it has one
};

/// Not thread-safe: one thread drives a source.
class SheetSource {
 public:
  virtual ~SheetSource() = default;

  /// "kiemphieusim:0 (Kiểm Phiếu, simulated feeder)", for the page and the log.
  virtual std::string description() const = 0;

  /// Prepares a run over the stack in the feeder. Errors: kScannerMissing,
  /// kScannerBusy, kScannerOption, kScannerCoverOpen, kScannerNoDocuments, kScannerIo.
  virtual Result<void> start() = 0;

  /// The next sheet. kScannerNoDocuments is the normal end of the stack; any
  /// other error is a fault. After an error the run is over: the source has
  /// drained the device to a terminal status, and start() begins a new run.
  virtual Result<SheetImage> next() = 0;

  /// Asks the feeder to stop taking new sheets when it can; sheets already
  /// under way still come out of next(). Never cancels with paper moving.
  virtual void request_stop() = 0;

  virtual Result<Sensors> sensors() = 0;
};

}  // namespace kiemphieu::feed

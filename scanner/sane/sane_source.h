#pragma once
/// Any SANE document scanner, by its device name, as a SheetSource. A driver
/// may hang or crash: the station runs this inside a process of its own
/// (scanner/worker). libsane is global: one SaneSource at a time in a process.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/feed/sheet_source.h"

namespace kiemphieu::sane {

struct ScanSettings {
  std::string device;            ///< SANE device name; empty = the first one found
  int resolution_dpi = 200;      ///< 200 to 300; the scanner's nearest is taken
  bool colour = true;            ///< gray when the scanner has no colour
  double page_width_mm = 148.0;  ///< the scan area; A5, the ballots of Mẫu 13 to 15
  double page_height_mm = 210.0;
};

/// Errors beyond those of the seam: kScannerDisconnected (it was there before),
/// kScannerAccessDenied, kScannerJam, kScannerDoubleFeed, kScannerStoppedEarly
/// ("no documents" was contradicted), kImageTooLarge.
class SaneSource final : public feed::SheetSource {
 public:
  /// Opens nothing yet: start() and sensors() do, and again after a fault.
  explicit SaneSource(ScanSettings settings);
  ~SaneSource() override;

  std::string description() const override;
  Result<void> start() override;
  Result<feed::SheetImage> next() override;
  void request_stop() override;
  Result<feed::Sensors> sensors() override;

 private:
  struct Running;

  Result<void> open();
  void close();
  Result<imaging::Image> read_frame();
  Error end_run(Error why);
  Result<void> begin_sheet();
  Error device_says(int status, std::string_view call);
  Error tell_apart(Error why);
  std::uint64_t drain();

  ScanSettings settings_;
  std::unique_ptr<Running> running_;  ///< the open device; null = closed
  std::string title_;
  bool was_open_ = false;
  bool stopped_ = false;
  std::uint64_t ordinal_ = 0;
};

}  // namespace kiemphieu::sane

#pragma once
/// Image files as a scanner: a folder that a network scanner drops pages into,
/// a folder copied from elsewhere, or one multipage TIFF.
///
/// A file counts as fed just before its picture is handed on, durably, like
/// paper that leaves the hopper: after a crash no sheet comes a second time,
/// and the batch that was open is reconciled by the operator.

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "scanner/feed/sheet_source.h"
#include "scanner/folder/stack.h"

namespace kiemphieu::folder {

enum class Memory : std::uint8_t {
  kKept,    ///< `.kiemphieu-fed` in the folder (or beside the file) remembers what was fed
  kPerRun,  ///< nothing is written; start() begins at the first page again (a test deck)
};

/// A program that writes slower than this between two bytes is taken for done.
inline constexpr std::chrono::milliseconds kSettleTime{2'000};

class FolderSource final : public feed::SheetSource {
 public:
  FolderSource(std::filesystem::path pages, Memory memory, std::chrono::milliseconds settle = kSettleTime)
      : pages_(std::move(pages)), memory_(memory), settle_(settle) {}

  std::string description() const override;
  /// kFileNotFound, kScannerBusy (another program feeds from it), kStorageIo.
  Result<void> start() override;
  /// An unreadable file is fed and reported (kImageUnreadable …); it does not
  /// block the files behind it.
  Result<feed::SheetImage> next() override;
  /// Takes effect at once: nothing is under way between two files.
  void request_stop() override { stopped_ = true; }
  Result<feed::Sensors> sensors() override;

 private:
  Result<Stack*> stack();

  std::filesystem::path pages_;
  Memory memory_;
  std::chrono::milliseconds settle_;
  std::optional<Stack> stack_;
  bool stopped_ = false;
  std::uint64_t ordinal_ = 0;
};

}  // namespace kiemphieu::folder

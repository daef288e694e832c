#pragma once
/// A small text file that only grows, one line at a time: what has left a stack
/// of image files. One process at a time may hold it.
///
/// A line that a power cut tore is dropped at the next opening.
/// Not thread-safe. Errors: kScannerBusy (another process holds it),
/// kStorageIo, kDiskFull, kFileTooLarge.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"
#include "config/base/unique_fd.h"

namespace kiemphieu::folder {

enum class Durability : std::uint8_t {
  kProcess,   ///< survives the death of this process
  kPowerCut,  ///< on the disk when append() returns
};

class LineLog {
 public:
  /// Creates the file if need be; its folder must exist.
  static Result<LineLog> open(const std::filesystem::path& path, Durability durability);

  /// The lines found at opening, without line ends.
  const std::vector<std::string>& lines() const { return lines_; }

  /// `line` holds no line end.
  Result<void> append(std::string_view line);

 private:
  std::filesystem::path path_;
  UniqueFd fd_;
  Durability durability_ = Durability::kProcess;
  std::vector<std::string> lines_;
};

}  // namespace kiemphieu::folder

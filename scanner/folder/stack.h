#pragma once
/// Image files taken as a stack of paper: a folder of them sorted by name (byte
/// order), or one file; every page of a TIFF is a sheet.
///
/// New files are new sheets. What has left the stack is remembered by name,
/// size and time of change, so a new file under an old name is a new sheet, and
/// `touch FILE` puts a sheet back. Names that begin with a dot and files that
/// are not JPEG, PNG, PNM or TIFF by their ending are not paper.
///
/// Not thread-safe. Errors: kFileNotFound (no such folder), those of LineLog
/// and of the image decoders.

#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"
#include "config/imaging/image.h"
#include "scanner/folder/line_log.h"

namespace kiemphieu::folder {

struct StackSettings {
  std::filesystem::path pages;  ///< a folder, or one image file
  std::filesystem::path log;    ///< what has left the stack; empty = forgotten when the Stack goes
  Durability durability = Durability::kProcess;
  /// A file changed less than this ago may still be being written: not paper yet.
  std::chrono::milliseconds settle{0};
};

struct Sheet {
  std::filesystem::path file;
  int page = 0;               ///< from 0
  std::string key;            ///< what the log remembers
  std::string label() const;  ///< "scan.tif page 3", for messages
};

class Stack {
 public:
  static Result<Stack> open(StackSettings settings);

  /// The next sheet, which stays where it is; nullopt = empty.
  Result<std::optional<Sheet>> top();
  /// The sheet below the top one.
  Result<std::optional<Sheet>> second();
  Result<imaging::Image> picture(const Sheet& sheet);
  /// The sheet leaves the stack; as durable as the settings say on return.
  Result<void> take(const Sheet& sheet);
  /// Sheets that ever left, over all openings of the same log.
  std::uint64_t taken() const { return taken_.size(); }

 private:
  struct File {
    std::filesystem::path path;
    std::string key;
  };

  Result<void> look();
  Result<std::vector<Sheet>> sheets_of(const File& file);
  Result<void> fill(std::size_t wanted);
  Result<const Bytes*> bytes_of(const std::filesystem::path& file);

  StackSettings settings_;
  std::optional<LineLog> log_;
  std::set<std::string> taken_;
  std::deque<File> files_;    ///< not yet looked into
  std::deque<Sheet> sheets_;  ///< the next few, top first
  std::map<std::string, int> pages_of_tiff_;
  std::filesystem::file_time_type looked_at_{};
  std::filesystem::path cached_file_;  ///< a multipage TIFF is read once, not once a page
  Bytes cached_bytes_;
};

}  // namespace kiemphieu::folder

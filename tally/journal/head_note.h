#pragma once
/// journal.head: how far the journal had come, noted after each commit without
/// waiting for the disk. A journal that is shorter than its note, or says something
/// else there, has lost records that were durable: a truncated log, a disk that
/// lied, a folder that was set back. Chain and signatures cannot see that.

#include <filesystem>
#include <optional>

#include "config/base/digest.h"
#include "config/base/result.h"
#include "config/base/unique_fd.h"

namespace kiemphieu::journal {

struct JournalHead;

/// The note of a folder that is only looked at; nullopt: there is none, or it says nothing.
std::optional<JournalHead> read_note(const std::filesystem::path& folder);

class HeadNote {
 public:
  /// Opens or creates the note in `folder`. Errors: kStorageIo, kDiskFull.
  static Result<HeadNote> open(const std::filesystem::path& folder);

  /// What was noted last; nullopt: nothing, or the note is damaged and says nothing.
  std::optional<JournalHead> read() const;
  /// Never durable before the records it speaks of: call it after the commit. A
  /// note that cannot be written stays the older one, which is true as well.
  void write(const JournalHead& head) const;

 private:
  explicit HeadNote(UniqueFd file) : file_(std::move(file)) {}
  UniqueFd file_;
};

}  // namespace kiemphieu::journal

#pragma once
/// Room on the disk for the rest of the count, taken before the first sheet: no other
/// program can fill the disk under a running count.

#include <cstdint>
#include <filesystem>

#include "config/base/result.h"

namespace kiemphieu::station {

class Room {
 public:
  /// `sheets`: how many the station may have to record in all.
  Room(std::filesystem::path data, std::uint64_t sheets, int resolution_dpi, bool colour);

  /// Before paper moves: room for what is still to come. Errors: kSpaceShort, kStorageIo.
  Result<void> before_feed(std::uint64_t recorded);
  /// Before a picture of `bytes` is stored: gives back what it and its records take.
  void sheet_comes(std::uint64_t bytes);
  std::uint64_t reserved_bytes() const { return reserved_; }

 private:
  std::filesystem::path file_;
  std::uint64_t sheets_, bytes_per_sheet_, reserved_ = 0;
};

}  // namespace kiemphieu::station

#pragma once
/// What goes wrong with the simulated scanner, and when. docs/scanner.md
/// describes the language. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"

namespace kiemphieu::simulator {

enum class FaultKind : std::uint8_t {
  kJam,
  kCoverOpen,
  kDoubleFeed,
  kIoError,
  kBusy,
  kNoDocuments,
  kShortPage,
  kDisconnect,
  kAccessDenied,
  kHang,
  kCrash,
  kPressButton,
};

struct Fault {
  FaultKind kind = FaultKind::kJam;
  std::uint64_t after = 0;  ///< once this many sheets have left the hopper
  std::uint64_t times = 1;
  bool lost = false;      ///< the sheet concerned does not go back into the hopper
  bool mid_page = false;  ///< strikes in the middle of the picture, not before it
  bool stays = false;     ///< lasts until the line is taken out of the script
  std::string text;       ///< the line with single spaces; the state file remembers it
};

struct Script {
  std::uint64_t ms_per_sheet = 0;
  std::vector<Fault> faults;  ///< in the order of the lines
};

inline constexpr std::size_t kMaxScriptBytes = 64 * 1024;

/// kSettingsInvalid: the line's number and what is wrong with it.
Result<Script> parse_script(std::string_view text);

}  // namespace kiemphieu::simulator

#include "scanner/simulator/script.h"

#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "scanner/simulator/words.h"

namespace kiemphieu::simulator {
namespace {

struct Named {
  std::string_view word;
  FaultKind kind;
  std::uint64_t times;  ///< when the line does not say
};

constexpr auto kFaults = std::to_array<Named>({
    {"jam", FaultKind::kJam, 1},
    {"cover-open", FaultKind::kCoverOpen, 1},
    {"double-feed", FaultKind::kDoubleFeed, 1},
    {"io-error", FaultKind::kIoError, 1},
    {"busy", FaultKind::kBusy, 1},
    {"no-docs", FaultKind::kNoDocuments, 1},
    {"short-page", FaultKind::kShortPage, 1},
    // Once for the sheet, once for the driver that looks whether the device is still there.
    {"disconnect", FaultKind::kDisconnect, 2},
    {"access-denied", FaultKind::kAccessDenied, 1},
    {"hang", FaultKind::kHang, 1},
    {"crash", FaultKind::kCrash, 1},
    {"press-button", FaultKind::kPressButton, 1},
});

const Named* find_fault(std::string_view word) {
  for (const Named& row : kFaults)
    if (row.word == word) return &row;
  return nullptr;
}

std::string joined(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Error bad_line(const Line& line, std::string_view what) {
  return fail(ErrorCode::kSettingsInvalid,
              fmt::format("script line {}: {}: {}", line.number, what, joined(line.words)));
}

Result<Fault> parse_fault(const Line& line) {
  std::span<const std::string> words = line.words;
  Fault fault;
  fault.text = joined(words);
  if (words[0] == "after" || words[0] == "at") {
    const auto number = words.size() > 2 ? to_number(words[1]) : std::nullopt;
    if (!number || (words[0] == "at" && *number == 0))
      return bad_line(line, "expected a sheet number and a fault");
    fault.after = words[0] == "at" ? *number - 1 : *number;
    words = words.subspan(2);
  }
  const Named* named = find_fault(words[0]);
  if (named == nullptr) return bad_line(line, "unknown fault");
  fault.kind = named->kind;
  fault.times = named->times;
  for (const std::string& word : words.subspan(1)) {
    const auto times = to_number(word);
    if (times && *times > 0)
      fault.times = *times;
    else if (word == "lost")
      fault.lost = true;
    else if (word == "mid-page")
      fault.mid_page = true;
    else if (word == "stays")
      fault.stays = true;
    else
      return bad_line(line, "expected a number of times, lost, mid-page or stays");
  }
  return fault;
}

}  // namespace

Result<Script> parse_script(std::string_view text) {
  if (text.size() > kMaxScriptBytes) return fail(ErrorCode::kFileTooLarge, "script");
  Script script;
  for (const Line& line : split_lines(text)) {
    if (line.words[0] == "ms-per-sheet") {
      const auto ms = line.words.size() == 2 ? to_number(line.words[1]) : std::nullopt;
      if (!ms) return bad_line(line, "expected milliseconds");
      script.ms_per_sheet = *ms;
      continue;
    }
    KP_TRY(auto fault, parse_fault(line));
    script.faults.push_back(std::move(fault));
  }
  return script;
}

}  // namespace kiemphieu::simulator

#pragma once
/// The technician's check before election day: every part a count depends on,
/// each with a verdict, what was found and what to do. Nothing it does touches
/// the station's journal.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "config/station/settings.h"

namespace kiemphieu::selftest {

enum class Verdict : std::uint8_t { kPass, kWarn, kFail, kSkipped };
std::string_view to_text(Verdict verdict);  ///< "pass", "warn", "fail", "skipped"

struct Check {
  std::string id;        ///< "disk_space"
  std::string title_vi;  ///< "Dung lượng ổ đĩa"
  Verdict verdict = Verdict::kFail;
  std::string found_vi;  ///< what was measured
  std::string do_vi;     ///< what to do; empty when passed
  std::string found_en;
  std::string error;     ///< error id, empty when none
};

struct Report {
  std::string station;
  std::vector<Check> checks;
  bool passed() const;  ///< no check failed
};

struct Options {
  settings::StationSettings settings;
  /// Folder with test-deck.json (kiemphieu forms --test-deck). Empty: the deck is skipped.
  std::filesystem::path deck;
};

/// Runs every check in order; `progress` hears each as it ends. Takes seconds,
/// or as long as the deck takes to feed.
Report run(const Options& options, const std::function<void(const Check&)>& progress = {});

std::string to_json(const Report& report);
/// A whole page in plain Vietnamese, to look at or print.
std::string to_page(const Report& report);

}  // namespace kiemphieu::selftest

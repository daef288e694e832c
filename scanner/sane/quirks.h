#pragma once
/// What is known of drivers and devices, as two tables with a reason at every row.

#include <span>
#include <string_view>

namespace kiemphieu::sane {

struct Quirks {
  /// Each sane_start() takes one sheet and nothing moves in between: a stop may
  /// leave the rest in the feeder. Without it the whole stack is drained.
  bool feeds_on_demand = false;
  /// The driver pulls the whole feeder ahead of us and answers a start with how
  /// the job ended, at times before it gave out every sheet, and a double feed
  /// may look like the normal end. Every end is asked about a second time.
  bool prefetches = false;
  /// The device has no glass and therefore no `source` option.
  bool sheet_fed_only = false;
};

struct QuirkRow {
  std::string_view device;  ///< shell pattern of the SANE device name
  Quirks quirks;
  std::string_view reason;
};

/// An option that is set on every device that offers it.
struct FixedOption {
  std::string_view name;
  std::string_view value;  ///< yes/no, a number, or one of the option's words
  std::string_view reason;
};

std::span<const QuirkRow> quirk_rows();
std::span<const FixedOption> fixed_options();

/// All rows whose pattern fits, joined.
Quirks quirks_of(std::string_view device);

}  // namespace kiemphieu::sane

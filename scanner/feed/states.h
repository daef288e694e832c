#pragma once
/// The feed's state machine as a table. docs/scanner.md draws the same table
/// and a test compares the two.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kiemphieu::feed {

enum class State : std::uint8_t {
  kIdle,         ///< no run under way
  kStarting,     ///< the source prepares a run
  kFeeding,      ///< sheets come and are kept one by one
  kStopping,     ///< a stop was asked: what is under way still comes and is kept
  kDraining,     ///< a sheet could not be kept: what is under way comes out and is not counted
  kReconciling,  ///< sensors and the device's counter are compared with what came
};

enum class Event : std::uint8_t {
  kRun,           ///< the caller begins a run
  kStarted,       ///< the source is ready
  kSheetKept,     ///< a sheet came and the caller made it durable
  kKeepFailed,    ///< a sheet came and the caller could not make it durable
  kSheetDrained,  ///< a sheet came out that is not counted
  kStopAsked,     ///< somebody called request_stop()
  kEndOfStack,    ///< the source says the feeder is empty
  kFault,         ///< any other error of the source
  kPaperLeft,     ///< the feeder "ended" with paper still on its sensor
  kSettled,       ///< the account is made up; the report is complete
};

struct Transition {
  State from;
  Event event;
  State to;
};

std::span<const Transition> transitions();
/// nullopt: the table has no such row, which is our own bug.
std::optional<State> next_state(State from, Event event);
std::string_view name(State state);  ///< "feeding"
std::string_view name(Event event);  ///< "sheet_kept"

}  // namespace kiemphieu::feed

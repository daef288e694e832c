#include "scanner/feed/states.h"

#include <array>

#include "config/base/check.h"

namespace kiemphieu::feed {
namespace {

constexpr auto kTransitions = std::to_array<Transition>({
    {State::kIdle, Event::kRun, State::kStarting},
    {State::kStarting, Event::kStarted, State::kFeeding},
    {State::kStarting, Event::kEndOfStack, State::kReconciling},
    {State::kStarting, Event::kFault, State::kReconciling},
    {State::kFeeding, Event::kSheetKept, State::kFeeding},
    {State::kFeeding, Event::kKeepFailed, State::kDraining},
    {State::kFeeding, Event::kStopAsked, State::kStopping},
    {State::kFeeding, Event::kEndOfStack, State::kReconciling},
    {State::kFeeding, Event::kFault, State::kReconciling},
    {State::kStopping, Event::kSheetKept, State::kStopping},
    {State::kStopping, Event::kKeepFailed, State::kDraining},
    {State::kStopping, Event::kEndOfStack, State::kReconciling},
    {State::kStopping, Event::kFault, State::kReconciling},
    {State::kDraining, Event::kSheetDrained, State::kDraining},
    {State::kDraining, Event::kEndOfStack, State::kReconciling},
    {State::kDraining, Event::kFault, State::kReconciling},
    {State::kReconciling, Event::kPaperLeft, State::kStarting},
    {State::kReconciling, Event::kSettled, State::kIdle},
});

}  // namespace

std::span<const Transition> transitions() { return kTransitions; }

std::optional<State> next_state(State from, Event event) {
  for (const Transition& row : kTransitions)
    if (row.from == from && row.event == event) return row.to;
  return std::nullopt;
}

std::string_view name(State state) {
  switch (state) {
    case State::kIdle:
      return "idle";
    case State::kStarting:
      return "starting";
    case State::kFeeding:
      return "feeding";
    case State::kStopping:
      return "stopping";
    case State::kDraining:
      return "draining";
    case State::kReconciling:
      return "reconciling";
  }
  check_failed("known state", __FILE__, __LINE__);
}

std::string_view name(Event event) {
  switch (event) {
    case Event::kRun:
      return "run";
    case Event::kStarted:
      return "started";
    case Event::kSheetKept:
      return "sheet_kept";
    case Event::kKeepFailed:
      return "keep_failed";
    case Event::kSheetDrained:
      return "sheet_drained";
    case Event::kStopAsked:
      return "stop_asked";
    case Event::kEndOfStack:
      return "end_of_stack";
    case Event::kFault:
      return "fault";
    case Event::kPaperLeft:
      return "paper_left";
    case Event::kSettled:
      return "settled";
  }
  check_failed("known event", __FILE__, __LINE__);
}

}  // namespace kiemphieu::feed

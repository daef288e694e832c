#pragma once
/// The station's day as a table: docs/lifecycle.md draws it and a test compares
/// the two. Every change is written to the journal before its work begins, so a
/// restart goes on in the state it stopped in.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kiemphieu::station {

enum class LifecycleState : std::uint8_t {
  kIdle,      ///< before the doors open
  kVoting,    ///< voters are voting; nothing is scanned
  kCounting,  ///< piles are scanned and decided
  kPaused,    ///< counting rests: a fault, a power cut, or the team asked for it
  kClosing,   ///< all piles settled; the team compares totals and signs
  kSealed,    ///< done; only a reopening with who and why leads out
};

enum class LifecycleEvent : std::uint8_t {
  kOpenVoting, kStartCounting, kPause, kResume, kClose, kReopen, kSeal, kUnseal,
};

struct Transition {
  LifecycleState from;
  LifecycleEvent event;
  LifecycleState to;
};

std::span<const Transition> lifecycle_table();
/// nullopt: the event is not allowed in this state.
std::optional<LifecycleState> next_state(LifecycleState from, LifecycleEvent event);

std::string_view to_text(LifecycleState state);  ///< "counting"
std::string_view to_text(LifecycleEvent event);  ///< "start_counting"
std::optional<LifecycleState> lifecycle_state_from(std::string_view text);
std::optional<LifecycleEvent> lifecycle_event_from(std::string_view text);

}  // namespace kiemphieu::station

#include "firmware-host/station/lifecycle.h"

#include <array>
#include <cstddef>

namespace kiemphieu::station {
namespace {

using S = LifecycleState;
using E = LifecycleEvent;

constexpr auto kTable = std::to_array<Transition>({
    // from          event              to
    {S::kIdle,       E::kOpenVoting,    S::kVoting},
    {S::kIdle,       E::kStartCounting, S::kCounting},  // the machine arrived after the doors closed
    {S::kVoting,     E::kStartCounting, S::kCounting},
    {S::kCounting,   E::kPause,         S::kPaused},
    {S::kPaused,     E::kResume,        S::kCounting},
    {S::kCounting,   E::kClose,         S::kClosing},
    {S::kClosing,    E::kReopen,        S::kCounting},  // a pile was found under the table
    {S::kClosing,    E::kSeal,          S::kSealed},
    {S::kSealed,     E::kUnseal,        S::kClosing},   // the minutes are signed: never without who and why
});

constexpr std::array<std::string_view, 6> kStates = {"idle", "voting", "counting", "paused", "closing", "sealed"};
constexpr std::array<std::string_view, 8> kEvents = {"open_voting", "start_counting", "pause", "resume",
                                                     "close",       "reopen",         "seal",  "unseal"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::span<const Transition> lifecycle_table() { return kTable; }

std::optional<LifecycleState> next_state(LifecycleState from, LifecycleEvent event) {
  for (const Transition& row : kTable)
    if (row.from == from && row.event == event) return row.to;
  return std::nullopt;
}

std::string_view to_text(LifecycleState state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_text(LifecycleEvent event) { return kEvents[static_cast<std::size_t>(event)]; }
std::optional<LifecycleState> lifecycle_state_from(std::string_view text) { return find<LifecycleState>(kStates, text); }
std::optional<LifecycleEvent> lifecycle_event_from(std::string_view text) { return find<LifecycleEvent>(kEvents, text); }

}  // namespace kiemphieu::station

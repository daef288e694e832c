#pragma once
/// A daemon's side of systemd, and how it waits for its end. Without systemd
/// the notifications do nothing. The only folder that includes libsystemd.

#include <functional>

namespace kiemphieu::service {

/// Blocks SIGTERM and SIGINT for this thread and those it starts later: call it
/// first in main(), so that only wait_for_stop() sees them. Ignores SIGPIPE.
void hold_signals();

void notify_ready();

/// Returns on SIGTERM or SIGINT, after telling systemd that the program stops.
/// Meanwhile feeds the watchdog as long as `alive` says that the program works:
/// a program that is stuck is restarted.
void wait_for_stop(const std::function<bool()>& alive);

/// Makes wait_for_stop() return, as SIGTERM from outside does. From any thread.
void ask_to_stop();

}  // namespace kiemphieu::service

#include "config/service/notify.h"

#include <signal.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "config/base/check.h"

namespace kiemphieu::service {
namespace {

constexpr std::uint64_t kLookUs = 1'000'000;  // without a watchdog: only to be woken by signals

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void hold_signals() {
  const sigset_t signals = stop_signals();
  KP_CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  KP_CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
}

void notify_ready() { sd_notify(0, "READY=1"); }

void wait_for_stop(const std::function<bool()>& alive) {
  std::uint64_t watchdog_us = 0;
  const bool watched = sd_watchdog_enabled(0, &watchdog_us) > 0;
  // A quarter of the period: one late round does not end the program.
  const std::uint64_t every_us = watched ? std::max<std::uint64_t>(watchdog_us / 4, 1'000) : kLookUs;
  const timespec every{.tv_sec = static_cast<time_t>(every_us / 1'000'000),
                       .tv_nsec = static_cast<long>(every_us % 1'000'000 * 1'000)};
  const sigset_t signals = stop_signals();
  for (;;) {
    const int caught = sigtimedwait(&signals, nullptr, &every);
    if (caught > 0) break;
    KP_CHECK(errno == EAGAIN || errno == EINTR);
    if (watched && alive()) sd_notify(0, "WATCHDOG=1");
  }
  sd_notify(0, "STOPPING=1");
}

void ask_to_stop() { KP_CHECK(::kill(::getpid(), SIGTERM) == 0); }

}  // namespace kiemphieu::service

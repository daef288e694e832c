#include "firmware-host/station/power.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "config/base/log.h"
#include "firmware-host/power/nut_ups.h"

namespace kiemphieu::station {

power::Limits power_limits(const settings::PowerSettings& settings) {
  return {settings.shutdown_below_percent, settings.shutdown_below_s, std::chrono::milliseconds{settings.flicker_ms},
          std::chrono::seconds{settings.unknown_after_s}};
}

Result<void> refuse_low_battery(const settings::PowerSettings& settings) {
  if (settings.ups.empty()) return {};
  KP_TRY(const auto ups, power::open_nut_ups(settings.ups));
  const auto reading = ups->read();
  if (!reading || power::event_of(*reading, power_limits(settings)) != power::PowerEvent::kLow) return {};
  return fail(ErrorCode::kPowerLow, settings.ups + ": " + reading->status);
}

Result<std::unique_ptr<power::PowerGuard>> watch_power(const settings::PowerSettings& settings, Station& station,
                                                       std::function<void()> shut_down) {
  if (settings.ups.empty()) return std::unique_ptr<power::PowerGuard>{};
  KP_TRY(auto ups, power::open_nut_ups(settings.ups));
  power::PowerHands hands;
  hands.show = [&station](const power::PowerView& view) { station.show_power(view); };
  hands.pause = [&station] { station.pause_for_power(); };
  hands.resume = [&station] { return station.resume_after_power(); };
  hands.shut_down = [&station, shut_down = std::move(shut_down)] {
    station.stop_for_power();
    shut_down();
  };
  return std::make_unique<power::PowerGuard>(std::move(ups), power_limits(settings),
                                             std::chrono::milliseconds{settings.poll_ms}, std::move(hands));
}

void run_shutdown_command(const std::vector<std::string>& command) {
  if (command.empty()) return;
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);  // ours holds SIGTERM back
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int wrong = ::posix_spawnp(&child, arguments.front(), nullptr, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (wrong != 0) return log_event(LogLevel::kError, "shutdown_command_not_started", {{"program", command.front()}});
  log_event(LogLevel::kWarn, "shutdown_command", {{"program", command.front()}});
  // systemd ends what a program leaves behind, so a short command gets time to be heard.
  for (int i = 0; i < 50 && ::waitpid(child, nullptr, WNOHANG) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
}

}  // namespace kiemphieu::station

#pragma once
/// The station's parts put together from its settings: election, templates,
/// key, ledger, scanner, web page, pusher. Start-up after a crash is this same
/// path.

#include <memory>

#include "config/base/result.h"
#include "config/station/settings.h"

namespace kiemphieu::station {

class Daemon {
 public:
  /// Starts everything; on return the page answers. Errors of every part.
  static Result<std::unique_ptr<Daemon>> start(const settings::StationSettings& settings);
  virtual ~Daemon() = default;
  /// Feeds the watchdog until a signal can be read from `signal_fd`, then stops
  /// within five seconds: sheets under way are recorded first.
  virtual void run_until(int signal_fd) = 0;
};

/// What start() needs, without starting it: settings, election, station, templates, certificates.
Result<void> check(const settings::StationSettings& settings);

}  // namespace kiemphieu::station

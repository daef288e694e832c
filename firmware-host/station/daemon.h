#pragma once
/// The station's parts put together from its settings: election, templates,
/// key, ledger, scanner, web page, pusher. Start-up after a crash is this same
/// path.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "config/base/result.h"
#include "config/station/settings.h"

namespace kiemphieu::station {

/// A spare machine goes on with the count of the mirror at `root` (docs/takeover.md).
struct TakeOverRequest {
  std::filesystem::path root;
  std::string code;
};

class Daemon {
 public:
  /// Starts everything; on return the page answers. Errors of every part, and
  /// kPowerLow. When the battery runs low it asks for the program's end by
  /// service::ask_to_stop(), and its destructor runs the settings' command.
  static Result<std::unique_ptr<Daemon>> start(const settings::StationSettings& settings,
                                               const std::optional<TakeOverRequest>& take_over = {});
  virtual ~Daemon() = default;
  /// Takes the ledger's lock for a moment: false would mean a stuck station, but
  /// a stuck one never answers, and the supervisor restarts it.
  virtual bool alive() = 0;
  /// Ends within five seconds; sheets under way are recorded first. Idempotent.
  virtual void stop() = 0;
};

/// What start() needs, without starting it: settings, election, station, templates, certificates.
Result<void> check(const settings::StationSettings& settings);

}  // namespace kiemphieu::station

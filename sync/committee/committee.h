#pragma once
/// The committee's program as an object: a listener for the stations (mutual
/// TLS 1.3), one for the live page and, when asked for, one for machines that enrol,
/// each with its own thread and its own connection to what it stores.

#include <memory>

#include "config/election/election.h"
#include "config/station/settings.h"
#include "sync/http/server.h"

namespace kiemphieu::committee {

class Committee {
 public:
  /// Errors: kElectionUnreadable, kElectionInvalid, kSettingsInvalid (a station
  /// that the election has not, or is enrolled with another key), kAuthorityUnusable,
  /// kCertificateUnusable, kCertificateExpired, kListenFailed, storage codes. Logs one
  /// line with the addresses.
  static Result<std::unique_ptr<Committee>> start(const settings::CommitteeSettings& settings);
  virtual ~Committee() = default;  ///< stops the listeners

  virtual std::uint16_t receive_port() const = 0;
  virtual std::uint16_t board_port() const = 0;
  virtual std::uint16_t enrol_port() const = 0;  ///< 0: no enrolment
  /// The listeners answer; for the watchdog.
  virtual bool alive() = 0;
};

/// start() without listening or creating anything: `--check-config`.
Result<void> check(const settings::CommitteeSettings& settings);

}  // namespace kiemphieu::committee

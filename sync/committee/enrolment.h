#pragma once
/// The committee's side of enrolment: who may speak for which station, and the answers
/// to enrol and renew. One thread uses an Enrolment; each listener has its own, over the
/// same register.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "config/station/settings.h"
#include "sync/committee/store.h"
#include "sync/enrol/office.h"
#include "sync/http/server.h"

namespace kiemphieu::committee {

/// Whose records the receiver takes.
struct StationKeys {
  std::map<std::string, crypto::PublicKey> stations;
  std::set<crypto::PublicKey> spares;
};

class Enrolment {
 public:
  /// `listed`: the keys of committee.toml; they are noted in the register, so that they
  /// can be revoked. `election` and `clock` must outlive it. Errors: kAuthorityUnusable,
  /// kSettingsInvalid (a station listed with another key than its enrolled machine has,
  /// or an authority that [tls] ca does not have), storage codes.
  static Result<std::unique_ptr<Enrolment>> open(const settings::CommitteeSettings& settings, const election::Election& election,
                                                 StationKeys listed, const Clock& clock);

  /// GET authority and POST enrol. A wrong code is answered late.
  http::Response enrol(const http::Request& request);
  /// POST renew, of a client that may_speak() lets through.
  http::Response renew(const http::Request& request);

  /// Whether the machine behind this connection may speak for the station its
  /// certificate names: asked for every request, so that a revocation also ends what
  /// an open connection may do. Errors: kMachineRevoked, kStationNotAuthorised, storage codes.
  Result<void> may_speak(const http::Request& request);

  /// keys() has changed since it was asked for last. Error: storage codes.
  Result<bool> keys_changed();
  /// Of a station whose machines are all revoked the last one's key stays: what it signed
  /// before is still known by it, and first_of_revoked() finds the rest.
  Result<StationKeys> keys();
  /// Stations that have, had or wait for a machine enrolled here.
  Result<std::vector<std::string>> stations();
  /// How many records of a batch come before the first new one that a revoked machine
  /// signed; nothing when there is none. What it sent before the revocation may be repeated.
  Result<std::optional<std::size_t>> first_of_revoked(Store& store, const std::string& sender, ByteView batch);

 private:
  Enrolment(enrol::Office office, StationKeys listed) : office_(std::move(office)), listed_(std::move(listed)) {}
  Result<void> note_listed(const Clock& clock);
  bool is_of_revoked(const wire::Envelope& envelope) const;
  enrol::Office office_;
  StationKeys listed_;
  std::vector<enrol::Machine> revoked_;  ///< as of keys()
  std::int64_t generation_ = -1;
};

}  // namespace kiemphieu::committee

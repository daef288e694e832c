#include "sync/committee/enrolment.h"

#include <algorithm>

#include "config/base/log.h"
#include "config/crypto/certificate.h"

namespace kiemphieu::committee {
namespace {

using http::Request;
using http::Response;

/// What a guess costs the guesser, beside the limits on how often.
constexpr std::chrono::milliseconds kWrongCodeDelay{2'000};

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kEnrolTooMany:
      return 429;
    case ErrorCode::kElectionMismatch:
    case ErrorCode::kStationEnrolled:
    case ErrorCode::kEnrolCodeUsed:
    case ErrorCode::kEnrolCodeExpired:
      return 409;
    case ErrorCode::kEnrolCodeRefused:
    case ErrorCode::kMachineRevoked:
    case ErrorCode::kStationNotAuthorised:
      return 403;
    case ErrorCode::kStorageIo:
    case ErrorCode::kDiskFull:
    case ErrorCode::kStorageCorrupt:
    case ErrorCode::kStorageBusy:
    case ErrorCode::kCertificateExpired:
      return 503;
    default:
      return 400;
  }
}

Response refusal(const Error& error) {
  Response response = http::error_response(status_of(error.code), error);
  if (error.code == ErrorCode::kEnrolCodeRefused) response.delay = kWrongCodeDelay;
  if (error.code == ErrorCode::kEnrolTooMany)
    response.headers["Retry-After"] = std::to_string(enrol::kLongestWait.count());
  return response;
}

Response grant_response(const Result<enrol::Grant>& grant) {
  if (!grant) return refusal(grant.error());
  return {.status = 200, .body = enrol::encode(*grant)};
}

}  // namespace

Result<std::unique_ptr<Enrolment>> Enrolment::open(const settings::CommitteeSettings& settings, const election::Election& election,
                                                   StationKeys listed, const Clock& clock) {
  const std::filesystem::path& folder = settings.enrol.authority;
  KP_TRY(crypto::Authority authority, crypto::Authority::load(folder));
  KP_TRY(const bool known, crypto::file_has_certificate(settings.tls.ca, authority.fingerprint()));
  if (!known)
    return fail(ErrorCode::kSettingsInvalid, "tls.ca: " + settings.tls.ca.string() + " has not " +
                                                 crypto::authority_certificate(folder).string() + " in it");
  KP_TRY(enrol::Book book, enrol::Book::open(enrol::book_file(folder)));
  enrol::Office office{std::move(authority), std::move(book), election, clock, {settings.enrol.certificate_days}};
  std::unique_ptr<Enrolment> enrolment{new Enrolment{std::move(office), std::move(listed)}};
  KP_TRY_VOID(enrolment->note_listed(clock));
  return enrolment;
}

Result<void> Enrolment::note_listed(const Clock& clock) {
  enrol::Book& book = office_.book();
  KP_TRY(storage::Transaction transaction, book.begin());
  for (const auto& [station, key] : listed_.stations) {
    KP_TRY(const auto machines, book.machines_of(station));
    const auto noted = std::ranges::find(machines, key, &enrol::Machine::public_key);
    if (noted != machines.end() && !noted->active())
      log_event(LogLevel::kWarn, "listed_machine_is_revoked", {{"station", station}, {"key", key.hex()}});
    const auto enrolled = std::ranges::find_if(machines, [&](const enrol::Machine& machine) {
      return machine.active() && !machine.listed && !machine.spare && machine.public_key != key;
    });
    if (enrolled != machines.end())
      return fail(ErrorCode::kSettingsInvalid, "stations: " + station + " is enrolled with key " + enrolled->public_key.hex() +
                                                   "; take its line away, or revoke that machine");
    if (noted != machines.end()) continue;
    enrol::Machine machine;
    machine.station = station;
    machine.listed = true;
    machine.public_key = key;
    machine.since_unix_s = clock.wall_unix_s();
    KP_TRY_VOID(book.add_machine(machine));
    KP_TRY_VOID(book.write_audit(enrol::Act::kListed, station, "committee.toml", "key " + key.hex(), machine.since_unix_s));
  }
  return transaction.commit();
}

Response Enrolment::enrol(const Request& request) {
  if (request.path == "/healthz" && request.method == "GET") return {.status = 200, .content_type = "text/plain", .body = "ok\n"};
  if (request.path == enrol::kAuthorityPath && request.method == "GET")
    return {.status = 200, .content_type = "application/x-pem-file", .body = office_.authority().certificate_pem()};
  if (request.path != enrol::kEnrolPath) return http::error_response(404, fail(ErrorCode::kHttpNotFound));
  if (request.method != "POST") return http::error_response(405, fail(ErrorCode::kHttpBadRequest));
  const auto asked = enrol::decode_enrol(request.body);
  if (!asked) return refusal(asked.error());
  return grant_response(office_.enrol(*asked, request.peer_address));
}

Response Enrolment::renew(const Request& request) {
  if (request.method != "POST") return http::error_response(405, fail(ErrorCode::kHttpBadRequest));
  const auto asked = enrol::decode_renew(request.body);
  if (!asked) return refusal(asked.error());
  return grant_response(office_.renew(*request.client_name, *request.client_certificate, *asked, request.peer_address));
}

Result<void> Enrolment::may_speak(const Request& request) {
  if (!request.client_name || !request.client_certificate) return fail(ErrorCode::kStationNotAuthorised);
  const std::string& station = *request.client_name;
  KP_TRY(const auto certificate, office_.book().certificate(*request.client_certificate));
  KP_TRY(const auto machines, office_.book().machines_of(station));
  if (certificate) {
    const auto machine = std::ranges::find(machines, certificate->machine, &enrol::Machine::number);
    if (machine == machines.end()) return fail(ErrorCode::kStationNotAuthorised, station);
    if (!machine->active()) return fail(ErrorCode::kMachineRevoked, station + ": " + machine->reason);
    return {};
  }
  // Made by hand, outside the register: nothing tells whose it was once such a machine is lost.
  const bool lost = std::ranges::any_of(machines, [](const auto& machine) { return machine.listed && !machine.active(); });
  if (lost) return fail(ErrorCode::kMachineRevoked, station + ": its certificate was made by hand");
  if (!listed_.stations.contains(station)) return fail(ErrorCode::kStationNotAuthorised, station);
  return {};
}

Result<bool> Enrolment::keys_changed() {
  KP_TRY(const std::int64_t now, office_.book().generation());
  return now != generation_;
}

Result<StationKeys> Enrolment::keys() {
  KP_TRY(generation_, office_.book().generation());
  KP_TRY(const auto machines, office_.book().machines());
  StationKeys keys = listed_;
  revoked_.clear();
  std::map<std::string, bool> settled;  // an active machine was found
  for (const enrol::Machine& machine : machines) {
    if (machine.spare && machine.active()) keys.spares.insert(machine.public_key);
    if (!machine.active()) {
      revoked_.push_back(machine);
      keys.spares.erase(machine.public_key);
    }
    const auto listed = listed_.stations.find(machine.station);
    const bool is_listed = listed != listed_.stations.end() && listed->second == machine.public_key;
    if (machine.spare || (machine.listed && !is_listed)) continue;
    if (settled[machine.station]) continue;
    keys.stations[machine.station] = machine.public_key;
    settled[machine.station] = machine.active();
  }
  return keys;
}

Result<std::vector<std::string>> Enrolment::stations() {
  KP_TRY(const auto machines, office_.book().machines());
  KP_TRY(const auto codes, office_.book().open_codes(0));
  std::set<std::string> names;
  for (const auto& machine : machines) names.insert(machine.station);
  for (const auto& code : codes) names.insert(code.station);
  return std::vector<std::string>{names.begin(), names.end()};
}

bool Enrolment::is_of_revoked(const wire::Envelope& envelope) const {
  const Bytes bytes = wire::signed_bytes(envelope);
  return std::ranges::any_of(revoked_, [&](const enrol::Machine& machine) {
    return (machine.spare || machine.station == envelope.station) && crypto::verify(machine.public_key, bytes, envelope.signature);
  });
}

Result<std::optional<std::size_t>> Enrolment::first_of_revoked(Store& store, const std::string& sender, ByteView batch) {
  if (revoked_.empty()) return std::optional<std::size_t>{};
  const auto records = wire::decode_batch(batch);
  if (!records) return std::optional<std::size_t>{};  // the receiver says why
  for (std::size_t i = 0; i < records->size(); ++i) {
    const auto envelope = wire::decode((*records)[i]);
    if (!envelope || envelope->station != sender || !is_of_revoked(*envelope)) continue;
    KP_TRY(const auto known, store.records(sender, envelope->sequence, envelope->sequence));
    if (known.empty() || !std::ranges::equal(known.front().envelope, (*records)[i])) return std::optional{i};
  }
  return std::optional<std::size_t>{};
}

}  // namespace kiemphieu::committee

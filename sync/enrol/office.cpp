#include "sync/enrol/office.h"

#include <algorithm>

#include "config/base/log.h"
#include "config/crypto/certificate_request.h"
#include "config/crypto/pin_hash.h"

namespace kiemphieu::enrol {
namespace {

constexpr std::int64_t kDay_s = 86'400;
/// Comparing one costs as much as checking a PIN; older slips of paper are not looked at.
constexpr int kCodesLookedAt = 3;
/// A machine that asks for ever is broken.
constexpr std::int64_t kMaxCertificatesADay = 24;

}  // namespace

Result<Code> make_code(Book& book, const Digest& authority, const std::string& station, bool spare, int days,
                       const std::string& who, std::int64_t now_unix_s) {
  if (!crypto::is_station_name(station)) return fail(ErrorCode::kRequestRefused, "\"" + station + "\" is no station's id");
  const Code code = Code::make(authority);
  CodeRow row{.station = station, .spare = spare, .hash = {}, .made_unix_s = now_unix_s, .expires_unix_s = now_unix_s + days * kDay_s};
  KP_TRY(row.hash, crypto::hash_pin(code.letters()));
  KP_TRY(storage::Transaction transaction, book.begin());
  KP_TRY_VOID(book.add_code(row));
  const std::string what = std::string{spare ? "for a spare machine, " : ""} + "valid for " + std::to_string(days) + " days";
  KP_TRY_VOID(book.write_audit(Act::kCodeMade, station, who, what, now_unix_s));
  KP_TRY_VOID(transaction.commit());
  return code;
}

Office::Office(crypto::Authority authority, Book book, const election::Election& election, const Clock& clock, OfficeOptions options)
    : authority_(std::move(authority)),
      book_(std::move(book)),
      election_(&election),
      clock_(&clock),
      options_(options),
      limiter_(clock) {}

Result<Grant> Office::enrol(const EnrolRequest& request, const std::string& peer) {
  const auto wait = limiter_.wait(peer);
  if (wait.count() > 0) return fail(ErrorCode::kEnrolTooMany, peer + ": wait " + std::to_string(wait.count()) + " s");
  if (request.election != election_->digest) {
    limiter_.failed(peer);
    return refuse(fail(ErrorCode::kElectionMismatch, request.station + " works by " + request.election.short_hex() + ", here is " +
                                                         election_->digest.short_hex()),
                  request.station, peer);
  }
  auto code = find_code(request, peer);
  if (!code) return std::move(code).error();
  auto grant = admit(request, *code, peer);
  if (!grant) return refuse(std::move(grant).error(), request.station, peer);
  limiter_.succeeded(peer);
  return grant;
}

/// A wrong code and a station that has none are told alike.
Result<CodeRow> Office::find_code(const EnrolRequest& request, const std::string& peer) {
  KP_TRY(const auto rows, book_.codes(request.station, kCodesLookedAt));
  const std::string letters = request.code.letters();
  for (const CodeRow& row : rows)
    if (crypto::verify_pin(row.hash, letters)) return row;
  limiter_.failed(peer);
  return refuse(fail(ErrorCode::kEnrolCodeRefused, request.station), request.station, peer);
}

Result<Grant> Office::admit(const EnrolRequest& request, const CodeRow& code, const std::string& peer) {
  const std::int64_t now = clock_->wall_unix_s();
  if (election_->find_station(request.station) == nullptr)
    return fail(ErrorCode::kEnrolCodeRefused, "the election has no station " + request.station);
  if (!crypto::verify(request.public_key, proof_bytes(request), request.signature))
    return fail(ErrorCode::kSignatureInvalid, "the machine does not have the key it names");
  KP_TRY(storage::Transaction transaction, book_.begin());
  KP_TRY(const auto machines, book_.machines_of(request.station));
  const auto same = std::ranges::find(machines, request.public_key, &Machine::public_key);
  if (code.used_by) {
    KP_TRY(const auto before, book_.certificate_of_code(code.number));
    KP_TRY(const Digest key, crypto::key_of_request(request.request_pem));
    const bool repeated = same != machines.end() && same->active() && same->number == *code.used_by && before &&
                          before->key == key;
    if (!repeated) return fail(ErrorCode::kEnrolCodeUsed, request.station);
    return Grant{before->pem, authority_.certificate_pem()};
  }
  if (code.withdrawn) return fail(ErrorCode::kEnrolCodeUsed, request.station + ": withdrawn");
  if (now >= code.expires_unix_s) return fail(ErrorCode::kEnrolCodeExpired, "on " + rfc3339_utc(code.expires_unix_s));
  if (same != machines.end() && !same->active()) return fail(ErrorCode::kMachineRevoked, "this key, for ever: " + same->reason);
  const auto other = std::ranges::find_if(machines, [&](const Machine& machine) {
    return machine.active() && !machine.spare && !code.spare && machine.public_key != request.public_key;
  });
  if (other != machines.end()) return fail(ErrorCode::kStationEnrolled, "key " + other->public_key.hex());
  Machine machine;
  machine.station = request.station;
  machine.spare = code.spare;
  machine.public_key = request.public_key;
  machine.since_unix_s = now;
  KP_TRY(const std::int64_t number, book_.add_machine(machine));
  KP_TRY_VOID(book_.mark_used(code.number, number));
  KP_TRY(Grant grant, issue(number, request.station, request.request_pem, code.number));
  KP_TRY_VOID(book_.write_audit(Act::kEnrolled, request.station, peer,
                                std::string{code.spare ? "spare machine, " : ""} + "key " + request.public_key.hex(), now));
  KP_TRY_VOID(transaction.commit());
  log_event(LogLevel::kInfo, "machine_enrolled", {{"station", request.station}, {"key", request.public_key.hex()}, {"peer", peer}});
  return grant;
}

Result<Grant> Office::issue(std::int64_t machine, const std::string& station, const std::string& request_pem,
                            std::optional<std::int64_t> code) {
  const std::int64_t now = clock_->wall_unix_s();
  KP_TRY(const crypto::Issued issued, authority_.issue_station(request_pem, station, options_.certificate_days, now));
  KP_TRY(const Digest key, crypto::key_of_request(request_pem));
  KP_TRY_VOID(book_.add_certificate({issued.fingerprint, machine, code, key, issued.pem, now, issued.not_after_unix_s}));
  return Grant{issued.pem, authority_.certificate_pem()};
}

Result<Grant> Office::renew(const std::string& station, const Digest& certificate, const RenewRequest& request,
                            const std::string& peer) {
  const std::int64_t now = clock_->wall_unix_s();
  KP_TRY(storage::Transaction transaction, book_.begin());
  KP_TRY(const auto present, book_.certificate(certificate));
  KP_TRY(const auto machines, book_.machines_of(station));
  // A certificate that was made by hand belongs to the machine that was listed by hand.
  const auto machine = std::ranges::find_if(machines, [&](const Machine& row) {
    return present ? row.number == present->machine : row.listed && row.active();
  });
  const auto renewed = [&]() -> Result<Grant> {
    if (machine == machines.end()) return fail(ErrorCode::kStationNotAuthorised, station);
    if (!machine->active()) return fail(ErrorCode::kMachineRevoked, machine->reason);
    KP_TRY(const std::int64_t today, book_.certificates_since(machine->number, now - kDay_s));
    if (today >= kMaxCertificatesADay)
      return fail(ErrorCode::kEnrolTooMany, station + ": " + std::to_string(today) + " certificates in a day");
    KP_TRY(Grant grant, issue(machine->number, station, request.request_pem, std::nullopt));
    KP_TRY_VOID(book_.write_audit(Act::kRenewed, station, peer, "key " + machine->public_key.hex(), now));
    return grant;
  };
  auto grant = renewed();
  if (!grant) {
    KP_TRY_VOID(book_.write_audit(Act::kRefused, station, peer, "renewal: " + grant.error().log_line(), now));
  }
  KP_TRY_VOID(transaction.commit());
  return grant;
}

Error Office::refuse(Error why, const std::string& station, const std::string& peer) {
  const auto written = book_.write_audit(Act::kRefused, station, peer, why.log_line(), clock_->wall_unix_s());
  if (!written) log_error("audit_not_written", written.error());
  log_event(LogLevel::kWarn, "enrolment_refused", {{"peer", peer}, {"why", why.log_line()}});
  return why;
}

}  // namespace kiemphieu::enrol

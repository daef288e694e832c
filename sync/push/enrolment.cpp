#include "sync/push/enrolment.h"

#include "config/base/clock.h"
#include "config/crypto/certificate_request.h"
#include "config/storage/files.h"
#include "sync/enrol/message.h"
#include "sync/push/verdict.h"

namespace kiemphieu::push {
namespace {

const std::atomic<bool> kNever{false};

/// Takes the file away again, whatever happens.
struct Temporary {
  std::filesystem::path path;
  ~Temporary() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
};

/// From whoever answers: believed for its fingerprint, and for nothing else.
Result<std::string> fetch_authority(const EnrolOptions& options) {
  HttpsClient stranger{{.url = options.url, .ca = {}, .certificate = {}, .key = {}}, kNever};
  KP_TRY(const Reply reply, stranger.get(std::string{enrol::kAuthorityPath}));
  if (reply.status != 200) return refusal(reply).with_context(options.url + std::string{enrol::kAuthorityPath});
  // Alone: another authority behind it in the same text must not be trusted with it.
  auto pem = crypto::first_certificate(reply.body);
  if (!pem) return fail(ErrorCode::kCommitteeFalse, options.url + ": no certificate in the answer");
  KP_TRY(const Digest fingerprint, crypto::fingerprint_of_pem(*pem));
  if (!options.code.is_of(fingerprint))
    return fail(ErrorCode::kCommitteeFalse, options.url + ": its authority is " + fingerprint.short_hex() + "…, not the code's");
  return *std::move(pem);
}

Result<enrol::Grant> grant_in(const Result<Reply>& reply) {
  if (!reply) return Error{reply.error()};
  if (reply->status != 200) return refusal(*reply);
  auto grant = enrol::decode_grant(reply->body);
  if (!grant) return fail(ErrorCode::kCommitteeUnreachable, "answer without sense: " + grant.error().log_line());
  return grant;
}

}  // namespace

Result<Enrolled> enrol(const EnrolOptions& options, const crypto::SigningKey& key) {
  KP_TRY_VOID(check_url(options.url));
  if (!crypto::is_station_name(options.station)) return fail(ErrorCode::kUnknownStation, options.station);
  KP_TRY_VOID(storage::create_folders_durably(options.tls));
  const Enrolled files{options.tls / "ca.pem", options.tls / (options.station + ".pem"), options.tls / (options.station + ".key"), {}};
  KP_TRY(const std::string ca, fetch_authority(options));
  const Temporary trusted{options.tls / (options.station + ".ca.new")};
  KP_TRY_VOID(storage::write_file_durably(trusted.path, as_bytes(ca), 0644));
  enrol::EnrolRequest request;
  request.code = options.code;
  request.station = options.station;
  request.election = options.election;
  KP_TRY(request.request_pem, crypto::make_request(files.key, options.station));
  KP_TRY_VOID(enrol::sign(request, key));
  HttpsClient committee{{.url = options.url, .ca = trusted.path, .certificate = {}, .key = {}}, kNever};
  auto reply = committee.post(std::string{enrol::kEnrolPath}, as_bytes(enrol::encode(request)), enrol::kJson);
  // Somebody passed the committee's ca.pem on and cannot speak as its server.
  if (!reply && reply.error().code == ErrorCode::kTlsRefused) return fail(ErrorCode::kCommitteeFalse, reply.error().evidence);
  KP_TRY(const enrol::Grant grant, grant_in(reply));
  KP_TRY(const std::string certificate, crypto::first_certificate(grant.certificate_pem));
  KP_TRY_VOID(crypto::check_issued(certificate, ca, files.key, options.station, SystemClock{}.wall_unix_s()));
  KP_TRY_VOID(storage::write_file_durably(files.ca, as_bytes(ca), 0644));
  KP_TRY_VOID(storage::write_file_durably(files.certificate, as_bytes(certificate), 0644));
  Enrolled enrolled = files;
  KP_TRY(enrolled.about, crypto::read_certificate(certificate));
  return enrolled;
}

bool renewal_due(const crypto::Certificate& certificate, std::int64_t now_unix_s) {
  const std::int64_t whole = certificate.not_after_unix_s - certificate.not_before_unix_s;
  return (certificate.not_after_unix_s - now_unix_s) * 3 < whole;
}

Result<crypto::Certificate> renew(const Endpoint& endpoint, const std::atomic<bool>& stop) {
  KP_TRY(const crypto::Certificate present, crypto::load_certificate(endpoint.certificate));
  KP_TRY(const std::string request, crypto::make_request(endpoint.key, present.common_name));
  HttpsClient client{endpoint, stop};
  const auto reply = client.post(std::string{enrol::kRenewPath}, as_bytes(enrol::encode(enrol::RenewRequest{request})), enrol::kJson);
  KP_TRY(const enrol::Grant grant, grant_in(reply));
  KP_TRY(const std::string certificate, crypto::first_certificate(grant.certificate_pem));
  KP_TRY(const Bytes ca, storage::read_file(endpoint.ca, 1U << 20U));
  KP_TRY_VOID(crypto::check_issued(certificate, as_text(ca), endpoint.key, present.common_name, SystemClock{}.wall_unix_s()));
  KP_TRY(const crypto::Certificate next, crypto::read_certificate(certificate));
  KP_TRY_VOID(storage::write_file_durably(endpoint.certificate, as_bytes(certificate), 0644));
  return next;
}

std::filesystem::path renewal_note(const std::filesystem::path& certificate) { return certificate.string() + ".renewal-failed"; }

}  // namespace kiemphieu::push

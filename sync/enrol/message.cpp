#include "sync/enrol/message.h"

#include "config/base/hex.h"
#include "config/crypto/certificate_request.h"
#include "config/crypto/sha256.h"
#include "config/json/json.h"

namespace kiemphieu::enrol {
namespace {

constexpr std::size_t kMaxCertificateBytes = 16U << 10U;
constexpr json::Limits kLimits{.max_bytes = 64U << 10U, .max_depth = 2, .max_values = 20};

/// Lines are part of PEM and of nothing else that ObjectReader::text() takes.
Result<std::string> pem_field(const json::ObjectReader& object, std::string_view key, std::size_t max_bytes) {
  const auto found = object.raw().find(key);
  if (found == object.raw().end() || !found->is_string()) return object.wrong(key, "a PEM text");
  std::string text = found->get<std::string>();
  if (text.empty() || text.size() > max_bytes) return object.wrong(key, "a PEM text of at most " + std::to_string(max_bytes) + " bytes");
  return text;
}

}  // namespace

Bytes proof_bytes(const EnrolRequest& request) {
  const std::string text = "kiemphieu-enrol-1\n" + crypto::sha256(as_bytes(request.code.letters())).hex() + "\n" + request.station +
                           "\n" + crypto::sha256(as_bytes(request.request_pem)).hex() + "\n" + request.election.hex() + "\n";
  return {text.begin(), text.end()};
}

Result<void> sign(EnrolRequest& request, const crypto::SigningKey& key) {
  request.public_key = key.public_key();
  KP_TRY(request.signature, key.sign(proof_bytes(request)));
  return {};
}

std::string encode(const EnrolRequest& request) {
  return json::canonical({{"code", request.code.letters()},
                          {"station", request.station},
                          {"request", request.request_pem},
                          {"public_key", request.public_key.hex()},
                          {"election", request.election.hex()},
                          {"signature", to_hex(request.signature.bytes)}});
}

Result<EnrolRequest> decode_enrol(std::string_view body) {
  KP_TRY(const json::Json document, json::parse(body, kLimits));
  KP_TRY(const json::ObjectReader object, json::ObjectReader::open(document, ""));
  KP_TRY_VOID(object.only({"code", "station", "request", "public_key", "election", "signature"}));
  EnrolRequest request;
  KP_TRY(const std::string code, object.text("code"));
  KP_TRY(request.code, Code::parse(code));
  KP_TRY(request.station, object.text("station"));
  if (!crypto::is_station_name(request.station)) return object.wrong("station", "1 to 64 of A-Z a-z 0-9 . _ -");
  KP_TRY(request.request_pem, pem_field(object, "request", crypto::kMaxRequestBytes));
  KP_TRY(const std::string key, object.text("public_key"));
  KP_TRY(request.public_key, crypto::PublicKey::from_hex(key));
  KP_TRY(const std::string election, object.text("election"));
  KP_TRY(request.election, Digest::from_hex(election));
  KP_TRY(const std::string signature, object.text("signature"));
  KP_TRY(const Bytes raw, from_hex(signature));
  KP_TRY(request.signature, crypto::Signature::from_bytes(raw));
  return request;
}

std::string encode(const RenewRequest& request) { return json::canonical({{"request", request.request_pem}}); }

Result<RenewRequest> decode_renew(std::string_view body) {
  KP_TRY(const json::Json document, json::parse(body, kLimits));
  KP_TRY(const json::ObjectReader object, json::ObjectReader::open(document, ""));
  KP_TRY_VOID(object.only({"request"}));
  RenewRequest request;
  KP_TRY(request.request_pem, pem_field(object, "request", crypto::kMaxRequestBytes));
  return request;
}

std::string encode(const Grant& grant) {
  return json::canonical({{"certificate", grant.certificate_pem}, {"ca", grant.ca_pem}});
}

Result<Grant> decode_grant(std::string_view body) {
  KP_TRY(const json::Json document, json::parse(body, kLimits));
  KP_TRY(const json::ObjectReader object, json::ObjectReader::open(document, ""));
  Grant grant;
  KP_TRY(grant.certificate_pem, pem_field(object, "certificate", kMaxCertificateBytes));
  KP_TRY(grant.ca_pem, pem_field(object, "ca", kMaxCertificateBytes));
  return grant;
}

}  // namespace kiemphieu::enrol

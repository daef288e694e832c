#pragma once
/// What a machine and the committee say to each other about certificates, as JSON
/// (docs/formats/committee-openapi.yaml). Pure.

#include <string>
#include <string_view>

#include "config/base/digest.h"
#include "config/base/result.h"
#include "config/crypto/signing.h"
#include "sync/enrol/code.h"

namespace kiemphieu::enrol {

inline constexpr std::string_view kAuthorityPath = "/api/v1/authority";  ///< GET: ca.pem, before anything is trusted
inline constexpr std::string_view kEnrolPath = "/api/v1/enrol";
inline constexpr std::string_view kRenewPath = "/api/v1/renew";
inline constexpr std::string_view kJson = "application/json";
inline constexpr std::size_t kMaxBodyBytes = 16U << 10U;

struct EnrolRequest {
  Code code;
  std::string station;
  std::string request_pem;        ///< certificate request; its CN is the station's id
  crypto::PublicKey public_key;   ///< signs the station's records
  Digest election;                ///< of the definition the machine works by
  crypto::Signature signature;    ///< by that key over proof_bytes()
};

/// "kiemphieu-enrol-1", the code's hash, station, the request's hash, election: a line
/// each. Whoever signs this has the private half and means this machine and this code.
Bytes proof_bytes(const EnrolRequest& request);
/// Error: as SigningKey::sign().
Result<void> sign(EnrolRequest& request, const crypto::SigningKey& key);

std::string encode(const EnrolRequest& request);
/// Form and limits only. Errors: kJsonInvalid, kJsonLimit, kFieldInvalid,
/// kEnrolCodeMistyped, kKeyUnusable, kBadHex, kSignatureInvalid.
Result<EnrolRequest> decode_enrol(std::string_view body);

struct RenewRequest {
  std::string request_pem;
};
std::string encode(const RenewRequest& request);
Result<RenewRequest> decode_renew(std::string_view body);

/// The committee's answer to either.
struct Grant {
  std::string certificate_pem;
  std::string ca_pem;
};
std::string encode(const Grant& grant);
Result<Grant> decode_grant(std::string_view body);

}  // namespace kiemphieu::enrol

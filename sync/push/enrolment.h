#pragma once
/// A machine gets its certificate, and the next one before it runs out. The private
/// halves stay where they are: what travels is public, and the code.

#include <atomic>
#include <filesystem>
#include <string>

#include "config/base/digest.h"
#include "config/base/result.h"
#include "config/crypto/certificate.h"
#include "config/crypto/signing.h"
#include "sync/enrol/code.h"
#include "sync/push/client.h"

namespace kiemphieu::push {

struct EnrolOptions {
  std::string url;             ///< the committee's [enrol] listener, "https://host:port"
  std::string station;
  enrol::Code code;
  Digest election;
  std::filesystem::path tls;   ///< folder for ca.pem, ID.pem, ID.key; made when it is not there
};

struct Enrolled {
  std::filesystem::path ca, certificate, key;
  crypto::Certificate about;
};

/// First contact: fetches the committee's ca.pem from whoever answers and goes on only
/// when the code says that it is the right one; the code itself is sent over TLS that
/// this ca.pem verifies. `key` signs the station's records. On success the three files
/// are durable, each written whole; else ca.pem and ID.pem are as before. May be
/// repeated with the same code when the answer was lost. Errors: kCommitteeFalse,
/// kCommitteeUnreachable, kSettingsInvalid (the URL), kKeyUnusable, kCertificateUnusable,
/// kCertificateExpired (this machine's clock), the committee's refusals (sync/enrol/office.h),
/// storage codes, as SigningKey::sign().
Result<Enrolled> enrol(const EnrolOptions& options, const crypto::SigningKey& key);

/// Less than a third of the validity is left.
bool renewal_due(const crypto::Certificate& certificate, std::int64_t now_unix_s);

/// One renewal over mutual TLS; the key stays, the certificate is replaced whole.
/// Errors: as HttpsClient, the committee's refusals, kCertificateUnusable, storage codes.
Result<crypto::Certificate> renew(const Endpoint& endpoint, const std::atomic<bool>& stop);

/// Beside the certificate: why the last renewal failed, one line; not there when it did not.
std::filesystem::path renewal_note(const std::filesystem::path& certificate);

}  // namespace kiemphieu::push

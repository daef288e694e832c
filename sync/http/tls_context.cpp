#include "sync/http/tls_context.h"

#include <openssl/ssl.h>

#include "config/base/clock.h"
#include "config/crypto/certificate.h"

namespace kiemphieu::http {

Result<asio::ssl::context> make_tls_context(const Tls& tls) {
  KP_TRY_VOID(crypto::check_tls_files(tls.ca, tls.certificate, tls.key, SystemClock{}.wall_unix_s()));
  try {
    asio::ssl::context context{asio::ssl::context::tls_server};
    SSL_CTX* raw = context.native_handle();
    if (SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION) != 1)
      return fail(ErrorCode::kCertificateUnusable, "TLS 1.3 is not available");
    // Without resumption every connection shows and verifies its certificate.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(raw, 0);
    context.use_certificate_chain_file(tls.certificate.string());
    context.use_private_key_file(tls.key.string(), asio::ssl::context::pem);
    if (tls.require_client) {
      context.load_verify_file(tls.ca.string());
      context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    }
    return context;
  } catch (const std::exception& e) {
    return fail(ErrorCode::kCertificateUnusable, e.what());
  }
}

namespace {

const X509* verified_peer(SSL* connection) {
  return SSL_get_verify_result(connection) == X509_V_OK ? SSL_get0_peer_certificate(connection) : nullptr;
}

}  // namespace

std::optional<Digest> peer_fingerprint(SSL* connection) {
  const X509* certificate = verified_peer(connection);
  if (certificate == nullptr) return std::nullopt;
  return crypto::fingerprint(*certificate);
}

std::optional<std::string> peer_common_name(SSL* connection) {
  const X509* certificate = verified_peer(connection);
  if (certificate == nullptr) return std::nullopt;
  std::string name = crypto::subject_common_name(*certificate);
  if (name.empty()) return std::nullopt;
  return name;
}

}  // namespace kiemphieu::http

#pragma once
/// TLS 1.3 only, with the client's certificate verified when asked for.

#include <optional>
#include <string>

#include "sync/http/asio.h"
#include "sync/http/server.h"

namespace kiemphieu::http {

/// Errors: kCertificateUnusable, kCertificateExpired.
Result<asio::ssl::context> make_tls_context(const Tls& tls);

/// Subject CN of the peer's certificate, which the handshake has verified.
/// Nothing when there is none, more than one, or one with a control character.
std::optional<std::string> peer_common_name(SSL* connection);

/// crypto::fingerprint() of the same certificate.
std::optional<Digest> peer_fingerprint(SSL* connection);

}  // namespace kiemphieu::http

#pragma once
/// A machine's request for a certificate (PKCS#10): made where the private half
/// stays, looked at by whoever signs, and the answer looked at before it is kept.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/base/digest.h"
#include "config/base/result.h"

namespace kiemphieu::crypto {

inline constexpr std::size_t kMaxRequestBytes = 8U << 10U;  ///< of a request as PEM

/// A PEM request for a certificate that names `common_name`, signed by the TLS key of
/// `key_file`: P-256, made there when there is none (mode 0600, durable on return,
/// never overwritten). Errors: kKeyUnusable (also when others may read the file), storage codes.
Result<std::string> make_request(const std::filesystem::path& key_file, const std::string& common_name);

/// Whether an authority may sign this for `common_name`: well formed, signed by its own
/// key, that name alone, a strong key (P-256, P-384 or Ed25519), and no wish to be an
/// authority. Error: kRequestRefused, with the reason.
Result<void> check_request(std::string_view pem, const std::string& common_name);

/// SHA-256 of the public key (SubjectPublicKeyInfo) that a request is for: two requests of
/// one machine differ, this does not. Error: kRequestRefused.
Result<Digest> key_of_request(std::string_view pem);

/// Whether what an authority answered is what was asked for: it belongs to the key,
/// names `common_name`, is a client's, verifies up to `ca_pem` and is valid now.
/// Errors: kCertificateUnusable, kCertificateExpired.
Result<void> check_issued(std::string_view certificate_pem, std::string_view ca_pem, const std::filesystem::path& key_file,
                          const std::string& common_name, std::int64_t now_unix_s);

/// 1 to 64 of [A-Za-z0-9._-]: what a station's id in a certificate may look like.
bool is_station_name(std::string_view name);

}  // namespace kiemphieu::crypto

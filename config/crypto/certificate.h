#pragma once
/// X.509 certificates in PEM files, looked at before TLS uses them, so that an
/// expired or missing file has a name of its own instead of a failed handshake.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/base/digest.h"
#include "config/base/result.h"

struct x509_st;  // OpenSSL's X509

namespace kiemphieu::crypto {

struct Certificate {
  std::string common_name;  ///< as subject_common_name() says
  std::int64_t not_before_unix_s = 0;
  std::int64_t not_after_unix_s = 0;
};

/// Subject CN; empty when there is none, more than one, or one that is not clean UTF-8.
std::string subject_common_name(const x509_st& certificate);

/// SHA-256 of the certificate's DER bytes: the name by which one certificate is told from any other.
Digest fingerprint(const x509_st& certificate);
/// The same of the first certificate in a PEM text. Error: kCertificateUnusable.
Result<Digest> fingerprint_of_pem(std::string_view pem);
/// That certificate alone, without whatever else the text holds. Error: kCertificateUnusable.
Result<std::string> first_certificate(std::string_view pem);
/// Whether one of the file's certificates has this fingerprint. Error: kCertificateUnusable.
Result<bool> file_has_certificate(const std::filesystem::path& path, const Digest& wanted);

/// The first certificate of a PEM text, or of a file. Error: kCertificateUnusable.
Result<Certificate> read_certificate(std::string_view pem);
Result<Certificate> load_certificate(const std::filesystem::path& path);

/// Error: kCertificateExpired (also when it is not valid yet).
Result<void> check_validity(const Certificate& certificate, std::int64_t now_unix_s);

/// What one side of mutual TLS needs: all three files readable, the key
/// belonging to the certificate, both certificates valid at `now_unix_s`.
/// Returns the own certificate. Errors: kCertificateUnusable, kCertificateExpired.
Result<Certificate> check_tls_files(const std::filesystem::path& ca, const std::filesystem::path& certificate,
                                    const std::filesystem::path& key, std::int64_t now_unix_s);

}  // namespace kiemphieu::crypto

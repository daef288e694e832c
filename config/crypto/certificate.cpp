#include "config/crypto/certificate.h"

#include <openssl/asn1.h>

#include <ctime>

#include "config/base/clock.h"
#include "config/base/text.h"
#include "config/crypto/sha256.h"
#include "config/crypto/x509.h"
#include "config/storage/files.h"

namespace kiemphieu::crypto {
namespace {

constexpr std::size_t kPemLimit = 1U << 20U;  // a bundle of some hundred certificates

Error unusable(const std::filesystem::path& path, std::string_view why) {
  return fail(ErrorCode::kCertificateUnusable, path.string() + ": " + std::string{why});
}

Result<Bytes> read_pem(const std::filesystem::path& path) {
  auto bytes = storage::read_file(path, kPemLimit);
  if (!bytes) return unusable(path, bytes.error().log_line());
  return bytes;
}

Result<X509Ptr> parse_certificate(const std::filesystem::path& path) {
  KP_TRY(const Bytes pem, read_pem(path));
  X509Ptr certificate = certificate_from_pem(as_text(pem));
  if (!certificate) return unusable(path, "no PEM certificate in it");
  return certificate;
}

Result<std::int64_t> unix_seconds(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return fail(ErrorCode::kCertificateUnusable, "its dates cannot be read");
  return std::int64_t{timegm(&parts)};
}

Result<void> check_key(const std::filesystem::path& key_path, const X509* certificate) {
  KP_TRY(const Bytes pem, read_pem(key_path));
  const KeyPtr key = private_key_from_pem(pem);
  if (!key) return unusable(key_path, "no PEM private key without a passphrase in it");
  if (X509_check_private_key(certificate, key.get()) != 1)
    return unusable(key_path, "this key does not belong to the certificate");
  return {};
}

}  // namespace

std::string subject_common_name(const x509_st& certificate) {
  X509_NAME* subject = X509_get_subject_name(&certificate);
  const int first = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (first < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, first) >= 0) return {};
  unsigned char* utf8 = nullptr;
  const int length =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, first)));
  if (length < 0) return {};
  std::string name(utf8, utf8 + length);
  OPENSSL_free(utf8);
  return is_clean_utf8(name) ? name : std::string{};
}

Digest fingerprint(const x509_st& certificate) {
  unsigned char* der = nullptr;
  const int length = i2d_X509(&certificate, &der);
  KP_CHECK(length > 0);
  const Digest digest = sha256({der, static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  return digest;
}

Result<Digest> fingerprint_of_pem(std::string_view pem) {
  const X509Ptr certificate = certificate_from_pem(pem);
  if (!certificate) return fail(ErrorCode::kCertificateUnusable, "no PEM certificate: " + openssl_words());
  return fingerprint(*certificate);
}

Result<std::string> first_certificate(std::string_view pem) {
  const X509Ptr certificate = certificate_from_pem(pem);
  if (!certificate) return fail(ErrorCode::kCertificateUnusable, "no PEM certificate: " + openssl_words());
  const BioPtr text = new_memory();
  KP_CHECK(PEM_write_bio_X509(text.get(), certificate.get()) == 1);
  return text_of(text.get());
}

Result<bool> file_has_certificate(const std::filesystem::path& path, const Digest& wanted) {
  KP_TRY(const Bytes pem, read_pem(path));
  const BioPtr source = reader_of(pem);
  bool any = false;
  for (;;) {
    const X509Ptr next{PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)};
    if (next && fingerprint(*next) == wanted) return true;
    if (!next) break;
    any = true;
  }
  ERR_clear_error();  // the end of the file is an error to OpenSSL
  if (!any) return unusable(path, "no PEM certificate in it");
  return false;
}

Result<Certificate> read_certificate(std::string_view pem) {
  const X509Ptr parsed = certificate_from_pem(pem);
  if (!parsed) return fail(ErrorCode::kCertificateUnusable, "no PEM certificate in it");
  Certificate certificate;
  certificate.common_name = subject_common_name(*parsed);
  KP_TRY(certificate.not_before_unix_s, unix_seconds(X509_get0_notBefore(parsed.get())));
  KP_TRY(certificate.not_after_unix_s, unix_seconds(X509_get0_notAfter(parsed.get())));
  return certificate;
}

Result<Certificate> load_certificate(const std::filesystem::path& path) {
  KP_TRY(const Bytes pem, read_pem(path));
  auto certificate = read_certificate(as_text(pem));
  if (!certificate) return unusable(path, certificate.error().evidence);
  return certificate;
}

Result<void> check_validity(const Certificate& certificate, std::int64_t now_unix_s) {
  if (now_unix_s < certificate.not_before_unix_s)
    return fail(ErrorCode::kCertificateExpired,
                certificate.common_name + ": valid from " + rfc3339_utc(certificate.not_before_unix_s));
  if (now_unix_s > certificate.not_after_unix_s)
    return fail(ErrorCode::kCertificateExpired,
                certificate.common_name + ": valid until " + rfc3339_utc(certificate.not_after_unix_s));
  return {};
}

Result<Certificate> check_tls_files(const std::filesystem::path& ca, const std::filesystem::path& certificate,
                                    const std::filesystem::path& key, std::int64_t now_unix_s) {
  KP_TRY(const Certificate authority, load_certificate(ca));
  KP_TRY(Certificate own, load_certificate(certificate));
  KP_TRY(const X509Ptr parsed, parse_certificate(certificate));
  KP_TRY_VOID(check_key(key, parsed.get()));
  KP_TRY_VOID(check_validity(authority, now_unix_s));
  KP_TRY_VOID(check_validity(own, now_unix_s));
  return own;
}

}  // namespace kiemphieu::crypto

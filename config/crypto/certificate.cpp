#include "config/crypto/certificate.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "config/base/clock.h"
#include "config/base/text.h"
#include "config/storage/files.h"

namespace kiemphieu::crypto {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

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
  const BioPtr source{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  X509Ptr certificate{PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)};
  if (!certificate) return unusable(path, "no PEM certificate in it");
  return certificate;
}

Result<std::int64_t> unix_seconds(const ASN1_TIME* time, const std::filesystem::path& path) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return unusable(path, "its dates cannot be read");
  return std::int64_t{timegm(&parts)};
}

Result<void> check_key(const std::filesystem::path& key_path, const X509* certificate) {
  KP_TRY(const Bytes pem, read_pem(key_path));
  const BioPtr source{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  // An empty passphrase instead of a prompt on the terminal: a daemon cannot answer one.
  char no_passphrase[] = "";
  const KeyPtr key{PEM_read_bio_PrivateKey(source.get(), nullptr, nullptr, no_passphrase)};
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

Result<Certificate> load_certificate(const std::filesystem::path& path) {
  KP_TRY(const X509Ptr parsed, parse_certificate(path));
  Certificate certificate;
  certificate.common_name = subject_common_name(*parsed);
  KP_TRY(certificate.not_before_unix_s, unix_seconds(X509_get0_notBefore(parsed.get()), path));
  KP_TRY(certificate.not_after_unix_s, unix_seconds(X509_get0_notAfter(parsed.get()), path));
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

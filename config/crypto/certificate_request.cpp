#include "config/crypto/certificate_request.h"

#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "config/base/clock.h"
#include "config/base/text.h"
#include "config/crypto/certificate.h"
#include "config/crypto/sha256.h"
#include "config/crypto/x509.h"
#include "config/storage/files.h"

namespace kiemphieu::crypto {
namespace {

constexpr std::size_t kMaxKeyBytes = 16U << 10U;

Error refused(std::string why) { return fail(ErrorCode::kRequestRefused, std::move(why)); }

Result<KeyPtr> load_key(const std::filesystem::path& path) {
  KP_TRY(const Bytes pem, storage::read_private_file(path, kMaxKeyBytes));
  KeyPtr key = private_key_from_pem(pem);
  if (!key) return fail(ErrorCode::kKeyUnusable, path.string() + ": no PEM private key: " + openssl_words());
  return key;
}

Result<KeyPtr> load_or_create_key(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return load_key(path);
  KeyPtr key{EVP_EC_gen("P-256")};
  KP_CHECK(key != nullptr);
  const BioPtr text = new_memory();
  KP_CHECK(PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::string pem = text_of(text.get());
  auto written = storage::write_file_durably(path, as_bytes(pem), 0600);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (!written) return std::move(written).error();
  return key;
}

bool is_strong(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return true;
  char group[64];
  std::size_t length = 0;
  if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, group, sizeof group, &length) != 1) return false;
  const std::string_view name{group, length};
  return name == "prime256v1" || name == "P-256" || name == "secp384r1" || name == "P-384";
}

/// The one common name of a request; empty as in subject_common_name().
std::string name_of(X509_REQ* request) {
  const X509Ptr stand_in{X509_new()};
  KP_CHECK(stand_in && X509_set_subject_name(stand_in.get(), X509_REQ_get_subject_name(request)) == 1);
  return subject_common_name(*stand_in);
}

bool wants_to_be_authority(X509_REQ* request) {
  STACK_OF(X509_EXTENSION)* wishes = X509_REQ_get_extensions(request);
  if (wishes == nullptr) return false;
  int critical = 0;
  auto* constraints = static_cast<BASIC_CONSTRAINTS*>(X509V3_get_d2i(wishes, NID_basic_constraints, &critical, nullptr));
  // Unreadable or given twice (critical < -1) counts as a wish: there is no honest reason for it.
  const bool wants = critical < -1 || (constraints != nullptr && constraints->ca != 0) ||
                     (constraints == nullptr && X509v3_get_ext_by_NID(wishes, NID_basic_constraints, -1) >= 0);
  BASIC_CONSTRAINTS_free(constraints);
  sk_X509_EXTENSION_pop_free(wishes, X509_EXTENSION_free);
  return wants;
}

Result<void> verify_chain(X509* certificate, X509* authority) {
  using StorePtr = std::unique_ptr<X509_STORE, OpensslDeleter<X509_STORE_free>>;
  using ContextPtr = std::unique_ptr<X509_STORE_CTX, OpensslDeleter<X509_STORE_CTX_free>>;
  const StorePtr store{X509_STORE_new()};
  const ContextPtr context{X509_STORE_CTX_new()};
  KP_CHECK(store && context && X509_STORE_add_cert(store.get(), authority) == 1);
  KP_CHECK(X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1);
  KP_CHECK(X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT) == 1);
  // The dates are judged apart, so that a wrong clock has a name of its own.
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(context.get()) == 1) return {};
  return fail(ErrorCode::kCertificateUnusable, X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
}

}  // namespace

bool is_station_name(std::string_view name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

Result<std::string> make_request(const std::filesystem::path& key_file, const std::string& common_name) {
  KP_TRY(const KeyPtr key, load_or_create_key(key_file));
  const RequestPtr request{X509_REQ_new()};
  KP_CHECK(request && X509_REQ_set_version(request.get(), 0) == 1);
  const auto* name = reinterpret_cast<const unsigned char*>(common_name.data());
  X509_NAME* subject = X509_REQ_get_subject_name(request.get());
  if (X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, name, static_cast<int>(common_name.size()), -1, 0) != 1)
    return refused("the name \"" + common_name + "\": " + openssl_words());
  const EVP_MD* hash = EVP_PKEY_is_a(key.get(), "ED25519") == 1 ? nullptr : EVP_sha256();
  if (X509_REQ_set_pubkey(request.get(), key.get()) != 1 || X509_REQ_sign(request.get(), key.get(), hash) <= 0)
    return fail(ErrorCode::kKeyUnusable, key_file.string() + ": " + openssl_words());
  const BioPtr text = new_memory();
  KP_CHECK(PEM_write_bio_X509_REQ(text.get(), request.get()) == 1);
  return text_of(text.get());
}

Result<void> check_request(std::string_view pem, const std::string& common_name) {
  if (pem.size() > kMaxRequestBytes) return refused("more than " + std::to_string(kMaxRequestBytes) + " bytes");
  const RequestPtr request{PEM_read_bio_X509_REQ(reader_of(as_bytes(pem)).get(), nullptr, nullptr, nullptr)};
  if (!request) return refused("no PEM certificate request: " + openssl_words());
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr) return refused("its key cannot be read: " + openssl_words());
  if (!is_strong(key)) return refused("its key is none of P-256, P-384, Ed25519");
  if (X509_REQ_verify(request.get(), key) != 1) return refused("it is not signed by its own key: " + openssl_words());
  if (X509_NAME_entry_count(X509_REQ_get_subject_name(request.get())) != 1 || name_of(request.get()) != common_name)
    return refused("it names \"" + name_of(request.get()) + "\", not \"" + common_name + "\" alone");
  if (wants_to_be_authority(request.get())) return refused("it asks to be an authority (CA:TRUE)");
  return {};
}

Result<Digest> key_of_request(std::string_view pem) {
  const RequestPtr request{PEM_read_bio_X509_REQ(reader_of(as_bytes(pem)).get(), nullptr, nullptr, nullptr)};
  EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  if (key == nullptr) return refused("its key cannot be read: " + openssl_words());
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key, &der);
  KP_CHECK(length > 0);
  const Digest digest = sha256({der, static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  return digest;
}

Result<void> check_issued(std::string_view certificate_pem, std::string_view ca_pem, const std::filesystem::path& key_file,
                          const std::string& common_name, std::int64_t now_unix_s) {
  const X509Ptr certificate = certificate_from_pem(certificate_pem);
  const X509Ptr authority = certificate_from_pem(ca_pem);
  if (!certificate || !authority) return fail(ErrorCode::kCertificateUnusable, "no PEM certificate: " + openssl_words());
  KP_TRY(const KeyPtr key, load_key(key_file));
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return fail(ErrorCode::kCertificateUnusable, "it belongs to another key than " + key_file.string());
  if (subject_common_name(*certificate) != common_name)
    return fail(ErrorCode::kCertificateUnusable, "it names \"" + subject_common_name(*certificate) + "\"");
  KP_TRY_VOID(verify_chain(certificate.get(), authority.get()));
  KP_TRY(const Certificate read, read_certificate(certificate_pem));
  return check_validity(read, now_unix_s);
}

}  // namespace kiemphieu::crypto

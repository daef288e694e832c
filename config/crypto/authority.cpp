#include "config/crypto/authority.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "config/base/text.h"
#include "config/crypto/certificate.h"
#include "config/crypto/certificate_request.h"
#include "config/crypto/signing.h"
#include "config/crypto/x509.h"
#include "config/storage/files.h"

namespace kiemphieu::crypto {
namespace {

constexpr std::int64_t kDay_s = 86'400;
constexpr std::size_t kMaxPemBytes = 64U << 10U;
constexpr int kMaxDays = 3'650;
constexpr std::size_t kMaxHosts = 20;

Error unusable(std::string why) { return fail(ErrorCode::kAuthorityUnusable, std::move(why)); }

void set_time(ASN1_TIME* time, std::int64_t unix_s) { KP_CHECK(ASN1_TIME_set(time, static_cast<time_t>(unix_s)) != nullptr); }

/// 127 random bits, so that no two certificates ever share a number.
void set_serial(X509* certificate) {
  Bytes raw = random_bytes(16);
  raw[0] = static_cast<std::uint8_t>((raw[0] & 0x7FU) | 0x40U);
  BIGNUM* number = BN_bin2bn(raw.data(), static_cast<int>(raw.size()), nullptr);
  KP_CHECK(number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
  BN_free(number);
}

Result<void> set_name(X509* certificate, const std::string& name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(name.data());
  X509_NAME* subject = X509_get_subject_name(certificate);
  const bool fits = !name.empty() && is_clean_utf8(name) &&
                    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, bytes, static_cast<int>(name.size()), -1, 0) == 1;
  if (!fits) return unusable("the name \"" + name + "\": 1 to 64 characters; " + openssl_words());
  return {};
}

struct Extension {
  int nid;
  std::string value;
};

/// Values are ours or were checked: nothing from outside reaches OpenSSL's little language.
void add_extensions(X509* certificate, X509* issuer, const std::vector<Extension>& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& [nid, value] : extensions) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    KP_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
  }
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 || ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

bool is_host_name(const std::string& host) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
  return !host.empty() && host.size() <= 64 && host.find_first_not_of(kAllowed) == std::string::npos;
}

Result<std::string> alternative_names(const std::vector<std::string>& hosts) {
  if (hosts.empty() || hosts.size() > kMaxHosts) return fail(ErrorCode::kRequestRefused, "1 to 20 names");
  std::string names;
  for (const std::string& host : hosts) {
    if (!is_address(host) && !is_host_name(host))
      return fail(ErrorCode::kRequestRefused, "\"" + host + "\" is neither a DNS name nor an IP address");
    names += (names.empty() ? "" : ",") + std::string{is_address(host) ? "IP:" : "DNS:"} + host;
  }
  return names;
}

std::string to_pem(X509* certificate) {
  const BioPtr text = new_memory();
  KP_CHECK(PEM_write_bio_X509(text.get(), certificate) == 1);
  return text_of(text.get());
}

Result<X509Ptr> make_root(EVP_PKEY* key, const std::string& name, int days, std::int64_t now_unix_s) {
  if (days < 1 || days > kMaxDays) return unusable("1 to " + std::to_string(kMaxDays) + " days");
  X509Ptr root{X509_new()};
  KP_CHECK(root && X509_set_version(root.get(), X509_VERSION_3) == 1);
  set_serial(root.get());
  KP_TRY_VOID(set_name(root.get(), name));
  KP_CHECK(X509_set_issuer_name(root.get(), X509_get_subject_name(root.get())) == 1);
  set_time(X509_getm_notBefore(root.get()), now_unix_s - kDay_s);
  set_time(X509_getm_notAfter(root.get()), now_unix_s + days * kDay_s);
  KP_CHECK(X509_set_pubkey(root.get(), key) == 1);
  add_extensions(root.get(), root.get(),
                 {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                  {NID_key_usage, "critical,keyCertSign,cRLSign"},
                  {NID_subject_key_identifier, "hash"}});
  KP_CHECK(X509_sign(root.get(), key, EVP_sha256()) > 0);
  return root;
}

}  // namespace

std::filesystem::path authority_certificate(const std::filesystem::path& folder) { return folder / "ca.pem"; }
std::filesystem::path authority_key(const std::filesystem::path& folder) { return folder / "ca.key"; }

struct Authority::State {
  X509Ptr certificate;
  KeyPtr key;
  std::string pem;
  Digest fingerprint;
  std::int64_t not_after_unix_s = 0;

  Result<Issued> issue(std::string_view request_pem, const std::string& name, int days, std::int64_t now_unix_s,
                       const std::vector<Extension>& extensions) const;
};

Result<Issued> Authority::State::issue(std::string_view request_pem, const std::string& name, int days, std::int64_t now_unix_s,
                                       const std::vector<Extension>& extensions) const {
  if (days < 1 || days > kMaxDays) return fail(ErrorCode::kRequestRefused, "1 to " + std::to_string(kMaxDays) + " days");
  if (now_unix_s >= not_after_unix_s) return fail(ErrorCode::kCertificateExpired, "the committee's authority itself");
  KP_TRY_VOID(check_request(request_pem, name));
  const RequestPtr request{PEM_read_bio_X509_REQ(reader_of(as_bytes(request_pem)).get(), nullptr, nullptr, nullptr)};
  const X509Ptr issued{X509_new()};
  KP_CHECK(request && issued && X509_set_version(issued.get(), X509_VERSION_3) == 1);
  set_serial(issued.get());
  KP_TRY_VOID(set_name(issued.get(), name));
  KP_CHECK(X509_set_issuer_name(issued.get(), X509_get_subject_name(certificate.get())) == 1);
  const std::int64_t from = now_unix_s - kDay_s, until = std::min(now_unix_s + days * kDay_s, not_after_unix_s);
  set_time(X509_getm_notBefore(issued.get()), from);
  set_time(X509_getm_notAfter(issued.get()), until);
  KP_CHECK(X509_set_pubkey(issued.get(), X509_REQ_get0_pubkey(request.get())) == 1);
  std::vector<Extension> all{{NID_basic_constraints, "critical,CA:FALSE"},
                             {NID_key_usage, "critical,digitalSignature"},
                             {NID_subject_key_identifier, "hash"},
                             {NID_authority_key_identifier, "keyid:always"}};
  all.insert(all.end(), extensions.begin(), extensions.end());
  add_extensions(issued.get(), certificate.get(), all);
  KP_CHECK(X509_sign(issued.get(), key.get(), EVP_sha256()) > 0);
  return Issued{to_pem(issued.get()), crypto::fingerprint(*issued), from, until};
}

Result<Authority> Authority::create(const std::filesystem::path& folder, const std::string& name, int days,
                                    std::int64_t now_unix_s) {
  for (const auto& file : {authority_key(folder), authority_certificate(folder)})
    if (std::filesystem::exists(file)) return fail(ErrorCode::kAuthorityExists, file.string());
  const KeyPtr key{EVP_EC_gen("P-256")};
  KP_CHECK(key != nullptr);
  KP_TRY(const X509Ptr root, make_root(key.get(), name, days, now_unix_s));
  const BioPtr text = new_memory();
  KP_CHECK(PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::string pem = text_of(text.get());
  KP_TRY_VOID(storage::create_folders_durably(folder));
  auto written = storage::write_file_durably(authority_key(folder), as_bytes(pem), 0600);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (!written) return std::move(written).error();
  KP_TRY_VOID(storage::write_file_durably(authority_certificate(folder), as_bytes(to_pem(root.get())), 0644));
  return load(folder);
}

Result<Authority> Authority::load(const std::filesystem::path& folder) {
  const auto certificate = storage::read_file(authority_certificate(folder), kMaxPemBytes);
  if (!certificate) return unusable(certificate.error().log_line());
  const auto key = storage::read_private_file(authority_key(folder), kMaxPemBytes);
  if (!key) return unusable(key.error().log_line());
  auto state = std::make_unique<State>();
  state->pem = as_text(*certificate);
  state->certificate = certificate_from_pem(state->pem);
  state->key = private_key_from_pem(*key);
  if (!state->certificate || !state->key) return unusable(folder.string() + ": " + openssl_words());
  if (X509_check_private_key(state->certificate.get(), state->key.get()) != 1)
    return unusable(folder.string() + ": ca.key does not belong to ca.pem");
  if (X509_check_ca(state->certificate.get()) != 1) return unusable(folder.string() + ": ca.pem is not an authority's");
  KP_TRY(const Certificate read, read_certificate(state->pem));
  state->not_after_unix_s = read.not_after_unix_s;
  state->fingerprint = crypto::fingerprint(*state->certificate);
  return Authority{std::move(state)};
}

Authority::Authority(std::unique_ptr<State> state) : state_(std::move(state)) {}
Authority::~Authority() = default;
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;

const std::string& Authority::certificate_pem() const { return state_->pem; }
const Digest& Authority::fingerprint() const { return state_->fingerprint; }
std::int64_t Authority::not_after_unix_s() const { return state_->not_after_unix_s; }

Result<Issued> Authority::issue_station(std::string_view request_pem, const std::string& station, int days,
                                        std::int64_t now_unix_s) const {
  if (!is_station_name(station)) return fail(ErrorCode::kRequestRefused, "\"" + station + "\" is no station's id");
  return state_->issue(request_pem, station, days, now_unix_s, {{NID_ext_key_usage, "clientAuth"}});
}

Result<Issued> Authority::issue_server(std::string_view request_pem, const std::vector<std::string>& hosts, int days,
                                       std::int64_t now_unix_s) const {
  KP_TRY(const std::string names, alternative_names(hosts));
  return state_->issue(request_pem, hosts.front(), days, now_unix_s,
                       {{NID_ext_key_usage, "serverAuth"}, {NID_subject_alt_name, names}});
}

}  // namespace kiemphieu::crypto

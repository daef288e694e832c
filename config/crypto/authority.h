#pragma once
/// The committee's own certificate authority, kept in one folder: ca.key (P-256,
/// mode 0600, no passphrase) and ca.pem. It issues the committee's server
/// certificate and the stations' client certificates, and never another authority.
/// One thread at a time.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/digest.h"
#include "config/base/result.h"

namespace kiemphieu::crypto {

struct Issued {
  std::string pem;
  Digest fingerprint;
  std::int64_t not_before_unix_s = 0;  ///< a day back: stations' clocks differ
  std::int64_t not_after_unix_s = 0;   ///< never behind the authority's own
};

std::filesystem::path authority_certificate(const std::filesystem::path& folder);  ///< ca.pem
std::filesystem::path authority_key(const std::filesystem::path& folder);          ///< ca.key

class Authority {
 public:
  /// Makes key and certificate; durable on return. Nothing is ever overwritten.
  /// `name`: 1 to 64 characters. Errors: kAuthorityExists, kAuthorityUnusable (the name), storage codes.
  static Result<Authority> create(const std::filesystem::path& folder, const std::string& name, int days,
                                  std::int64_t now_unix_s);
  /// Errors: kAuthorityUnusable (not there, not an authority, key of another, others may read the key).
  static Result<Authority> load(const std::filesystem::path& folder);

  ~Authority();
  Authority(Authority&&) noexcept;
  Authority& operator=(Authority&&) noexcept;

  const std::string& certificate_pem() const;
  const Digest& fingerprint() const;
  std::int64_t not_after_unix_s() const;

  /// For whoever holds the key of `request_pem` (certificate_request.h): a client's
  /// certificate that names the station and nothing else, whatever else was asked for.
  /// Errors: kRequestRefused, kCertificateExpired (the authority's own).
  Result<Issued> issue_station(std::string_view request_pem, const std::string& station, int days,
                               std::int64_t now_unix_s) const;
  /// For the committee's listeners under these DNS names or IP addresses; the first is
  /// the common name. Errors: as above, and kRequestRefused for a name that is neither.
  Result<Issued> issue_server(std::string_view request_pem, const std::vector<std::string>& hosts, int days,
                              std::int64_t now_unix_s) const;

 private:
  struct State;
  explicit Authority(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace kiemphieu::crypto

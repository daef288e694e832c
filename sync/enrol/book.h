#pragma once
/// The committee's register of machines (enrolment.db beside ca.pem): codes, machines
/// with their keys, certificates, and a line for every act that nobody can change or
/// take away. All its SQL is in book.cpp. One thread uses a Book; several processes
/// may have the same file open, so that `kiemphieu ca` works while the daemon runs.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/digest.h"
#include "config/crypto/authority.h"
#include "config/crypto/signing.h"
#include "config/storage/database.h"

namespace kiemphieu::enrol {

std::filesystem::path book_file(const std::filesystem::path& folder);  ///< enrolment.db

/// What an audit line says was done.
enum class Act : std::uint8_t { kCodeMade, kEnrolled, kRefused, kRenewed, kRevoked, kListed };
std::string_view to_text(Act act);  ///< "code_made" …

struct AuditLine {
  std::int64_t number = 0;
  std::int64_t time_unix_s = 0;  ///< a label
  Act act = Act::kRefused;
  std::string station, who, what;
};

struct Machine {
  std::int64_t number = 0;
  std::string station;
  bool spare = false;   ///< may take the station's count over
  bool listed = false;  ///< by hand in committee.toml, not by a code
  crypto::PublicKey public_key;
  std::int64_t since_unix_s = 0;
  std::int64_t revoked_unix_s = 0;  ///< 0 = not
  std::string reason;
  std::int64_t certificate_until_unix_s = 0;  ///< of its newest; 0 = none issued here

  bool active() const { return revoked_unix_s == 0; }
};

struct CodeRow {
  std::int64_t number = 0;
  std::string station;
  bool spare = false;
  std::string hash;  ///< crypto::hash_pin() of Code::letters()
  std::int64_t made_unix_s = 0, expires_unix_s = 0;
  bool withdrawn = false;                  ///< a newer code or a revocation took its place
  std::optional<std::int64_t> used_by{};   ///< machine
};

struct CertificateRow {
  Digest fingerprint;
  std::int64_t machine = 0;
  std::optional<std::int64_t> code{};  ///< nullopt: renewed
  Digest key;                          ///< crypto::key_of_request()
  std::string pem;
  std::int64_t issued_unix_s = 0, until_unix_s = 0;
};

class Book {
 public:
  /// Opens or creates it, mode 0600. Errors: storage codes.
  static Result<Book> open(const std::filesystem::path& file);

  /// Calls that change more than one thing belong between begin() and commit().
  Result<storage::Transaction> begin() { return database_.begin(); }
  Result<void> write_audit(Act act, const std::string& station, const std::string& who, const std::string& what,
                           std::int64_t now_unix_s);
  Result<std::vector<AuditLine>> audit();
  /// Grows with every act: whoever keeps something read from here looks again when it changed.
  Result<std::int64_t> generation();

  /// Withdraws the earlier unused codes of this station and kind.
  Result<void> add_code(const CodeRow& code);
  /// The newest first, used and expired ones too; at most `limit`.
  Result<std::vector<CodeRow>> codes(const std::string& station, int limit);
  Result<std::vector<CodeRow>> open_codes(std::int64_t now_unix_s);
  Result<void> mark_used(std::int64_t code, std::int64_t machine);
  Result<void> withdraw_codes(const std::string& station);

  /// Its number; an active machine of this station and key is the same one.
  Result<std::int64_t> add_machine(const Machine& machine);
  Result<std::vector<Machine>> machines();
  Result<std::vector<Machine>> machines_of(const std::string& station);
  Result<void> mark_revoked(std::int64_t machine, const std::string& reason, std::int64_t now_unix_s);

  Result<void> add_certificate(const CertificateRow& certificate);
  Result<std::optional<CertificateRow>> certificate(const Digest& fingerprint);
  Result<std::optional<CertificateRow>> certificate_of_code(std::int64_t code);
  Result<std::int64_t> certificates_since(std::int64_t machine, std::int64_t unix_s);

 private:
  explicit Book(storage::Database database) : database_(std::move(database)) {}
  Result<std::vector<Machine>> read_machines(storage::Statement query);
  storage::Database database_;
};

/// A lost machine: its key signs nothing new and its certificates open nothing any
/// more; codes of the station that were not used are withdrawn. Durable on return.
/// `key`: the beginning of its public key in hex, "" when the station has but one
/// active machine. Errors: kMachineUnknown, storage codes.
Result<Machine> revoke(Book& book, const std::string& station, std::string_view key, const std::string& reason,
                       const std::string& who, std::int64_t now_unix_s);

}  // namespace kiemphieu::enrol

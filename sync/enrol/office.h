#pragma once
/// Decides who is enrolled: codes made and taken, certificates issued and renewed, each
/// with its line in the register. Without network: the listeners hand it what came in.
/// One thread uses an Office.

#include <string>
#include <string_view>

#include "config/crypto/authority.h"
#include "config/election/election.h"
#include "sync/enrol/book.h"
#include "sync/enrol/limiter.h"
#include "sync/enrol/message.h"

namespace kiemphieu::enrol {

/// A code for paper, said once: the register keeps its hash. Durable on return.
/// Errors: kRequestRefused (the station's id), storage codes.
Result<Code> make_code(Book& book, const Digest& authority, const std::string& station, bool spare, int days,
                       const std::string& who, std::int64_t now_unix_s);

struct OfficeOptions {
  int certificate_days = 45;
};

class Office {
 public:
  /// `election` and `clock` must outlive it.
  Office(crypto::Authority authority, Book book, const election::Election& election, const Clock& clock, OfficeOptions options);

  /// A machine comes with its code; `peer` is its address. Durable on return. The same
  /// machine may ask again with the same code and keys, when the answer was lost, and
  /// gets the same. Errors: kEnrolTooMany, kElectionMismatch, kEnrolCodeRefused,
  /// kEnrolCodeExpired, kEnrolCodeUsed, kSignatureInvalid, kRequestRefused,
  /// kStationEnrolled, kMachineRevoked, kCertificateExpired (the authority's), storage codes.
  Result<Grant> enrol(const EnrolRequest& request, const std::string& peer);

  /// A machine that showed a certificate which may_speak() lets through asks for the next.
  /// Errors: kMachineRevoked, kRequestRefused, kEnrolTooMany, kCertificateExpired, storage codes.
  Result<Grant> renew(const std::string& station, const Digest& certificate, const RenewRequest& request, const std::string& peer);

  const crypto::Authority& authority() const { return authority_; }
  Book& book() { return book_; }

 private:
  Result<CodeRow> find_code(const EnrolRequest& request, const std::string& peer);
  Result<Grant> admit(const EnrolRequest& request, const CodeRow& code, const std::string& peer);
  Result<Grant> issue(std::int64_t machine, const std::string& station, const std::string& request_pem,
                      std::optional<std::int64_t> code);
  /// Always the error, which also stands in the register.
  Error refuse(Error why, const std::string& station, const std::string& peer);

  crypto::Authority authority_;
  Book book_;
  const election::Election* election_;
  const Clock* clock_;
  OfficeOptions options_;
  Limiter limiter_;
};

}  // namespace kiemphieu::enrol

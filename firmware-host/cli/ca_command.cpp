// The committee's authority and its register. Works beside a running daemon.

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "config/base/clock.h"
#include "config/base/text.h"
#include "config/crypto/authority.h"
#include "config/crypto/certificate.h"
#include "config/crypto/certificate_request.h"
#include "config/json/json.h"
#include "config/storage/files.h"
#include "firmware-host/cli/commands.h"
#include "sync/enrol/office.h"

namespace kiemphieu::cli {
namespace {

constexpr int kAuthorityDays = 400, kServerDays = 400, kCodeDays = 7;
constexpr std::size_t kMaxReasonBytes = 500;

std::int64_t now() { return SystemClock{}.wall_unix_s(); }
int days_or(int days, int fallback) { return days > 0 ? days : fallback; }

/// For the register: the account, and the person behind sudo.
std::string who() {
  const passwd* account = ::getpwuid(::getuid());
  std::string name = account != nullptr ? account->pw_name : std::to_string(::getuid());
  const char* person = std::getenv("SUDO_USER");
  if (person != nullptr && is_clean_utf8(person)) name += " (sudo: " + std::string{person} + ")";
  return name;
}

/// Whose the folder is owns the register: files beside it that root made would stop the daemon.
Result<void> act_as_owner(const std::filesystem::path& folder) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &owner) != 0 || owner.st_uid == 0) return {};
  if (::setegid(owner.st_gid) != 0 || ::seteuid(owner.st_uid) != 0) return fail(ErrorCode::kStorageIo, folder.string() + ": seteuid");
  return {};
}

struct Opened {
  Digest authority;
  enrol::Book book;
};

/// The register needs no private key: only the listener signs.
Result<Opened> open_book(const std::filesystem::path& folder) {
  KP_TRY_VOID(act_as_owner(folder));
  const auto pem = storage::read_file(crypto::authority_certificate(folder), 64U << 10U);
  if (!pem) return fail(ErrorCode::kAuthorityUnusable, pem.error().log_line());
  KP_TRY(const Digest authority, crypto::fingerprint_of_pem(as_text(*pem)));
  KP_TRY(enrol::Book book, enrol::Book::open(enrol::book_file(folder)));
  return Opened{authority, std::move(book)};
}

std::string time_or_none(std::int64_t unix_s) { return unix_s == 0 ? "" : rfc3339_utc(unix_s); }

json::OrderedJson machine_json(const enrol::Machine& machine) {
  return {{"station", machine.station},
          {"spare", machine.spare},
          {"listed", machine.listed},
          {"public_key", machine.public_key.hex()},
          {"since", rfc3339_utc(machine.since_unix_s)},
          {"certificate_until", time_or_none(machine.certificate_until_unix_s)},
          {"revoked", time_or_none(machine.revoked_unix_s)},
          {"reason", machine.reason}};
}

void print_machine(const enrol::Machine& machine) {
  fmt::print("{}  {}  khóa {}…  {}  {}\n", machine.station, machine.spare ? "máy dự phòng" : machine.listed ? "khai tay" : "máy chính",
             machine.public_key.hex().substr(0, 12),
             machine.certificate_until_unix_s == 0 ? "chứng thư làm tay" : "hạn " + rfc3339_utc(machine.certificate_until_unix_s),
             machine.active() ? "" : "ĐÃ THU HỒI " + rfc3339_utc(machine.revoked_unix_s) + ": " + machine.reason);
}

Result<crypto::Issued> issue_server(const CaOptions& options) {
  KP_TRY_VOID(act_as_owner(options.folder));
  KP_TRY(const crypto::Authority authority, crypto::Authority::load(options.folder));
  const auto certificate = options.folder / "server.pem", key = options.folder / "server.key";
  if (std::filesystem::exists(certificate) && !options.replace)
    return fail(ErrorCode::kAuthorityExists, certificate.string() + ": --replace issues it anew");
  KP_TRY(const std::string request, crypto::make_request(key, options.hosts.front()));
  KP_TRY(const crypto::Issued issued, authority.issue_server(request, options.hosts, days_or(options.days, kServerDays), now()));
  KP_TRY_VOID(storage::write_file_durably(certificate, as_bytes(issued.pem), 0644));
  return issued;
}

Result<enrol::Machine> revoke_machine(const CaOptions& options) {
  if (options.reason.empty() || options.reason.size() > kMaxReasonBytes || !is_clean_utf8(options.reason))
    return fail(ErrorCode::kUsage, "--reason: 1 to " + std::to_string(kMaxReasonBytes) + " bytes, one line");
  KP_TRY(Opened opened, open_book(options.folder));
  return enrol::revoke(opened.book, options.station, options.key, options.reason, who(), now());
}

}  // namespace

int run_ca_init(const CaOptions& options) {
  if (const auto may = act_as_owner(options.folder); !may) return refuse(may.error());
  const auto authority = crypto::Authority::create(options.folder, options.name, days_or(options.days, kAuthorityDays), now());
  if (!authority) return refuse(authority.error());
  const auto book = enrol::Book::open(enrol::book_file(options.folder));
  if (!book) return refuse(book.error());
  fmt::print("{}\n", authority->fingerprint().hex());
  fmt::print(stderr, "Chứng thư gốc có hạn đến {0}. Sao lưu thư mục này ra nơi khóa kín; ai có ca.key thì cấp được chứng thư.\n"
                     "The authority is valid until {0}. Keep a copy of the folder under lock; whoever has ca.key can issue certificates.\n",
             rfc3339_utc(authority->not_after_unix_s()));
  return kDone;
}

int run_ca_server(const CaOptions& options) {
  const auto issued = issue_server(options);
  if (!issued) return refuse(issued.error());
  fmt::print("{}\n", rfc3339_utc(issued->not_after_unix_s));
  return kDone;
}

int run_ca_code(const CaOptions& options) {
  auto opened = open_book(options.folder);
  if (!opened) return refuse(opened.error());
  const int days = days_or(options.days, kCodeDays);
  const std::int64_t made = now();
  const auto code = enrol::make_code(opened->book, opened->authority, options.station, options.spare, days, who(), made);
  if (!code) return refuse(code.error());
  const std::string expires = rfc3339_utc(made + days * std::int64_t{86'400});
  if (options.json) {
    const json::OrderedJson object{{"station", options.station}, {"spare", options.spare}, {"code", code->text()}, {"expires", expires}};
    fmt::print("{}\n", object.dump());
    return kDone;
  }
  fmt::print("{}\n", code->text());
  fmt::print(stderr, "Mã ghi danh một lần cho {0}, hết hạn {1}; giao tận tay kỹ thuật viên, không lưu ở đâu khác.\n"
                     "One-time code for {0}, expires {1}; hand it to the technician, it is stored nowhere else.\n",
             options.station, expires);
  return kDone;
}

int run_ca_list(const CaOptions& options) {
  auto opened = open_book(options.folder);
  if (!opened) return refuse(opened.error());
  const auto machines = opened->book.machines();
  if (!machines) return refuse(machines.error());
  const auto codes = opened->book.open_codes(now());
  if (!codes) return refuse(codes.error());
  if (options.json) {
    json::OrderedJson rows = json::OrderedJson::array(), open = json::OrderedJson::array();
    for (const auto& machine : *machines) rows.push_back(machine_json(machine));
    for (const auto& code : *codes)
      open.push_back({{"station", code.station}, {"spare", code.spare}, {"expires", rfc3339_utc(code.expires_unix_s)}});
    fmt::print("{}\n", json::OrderedJson{{"machines", std::move(rows)}, {"open_codes", std::move(open)}}.dump());
    return kDone;
  }
  for (const auto& machine : *machines) print_machine(machine);
  for (const auto& code : *codes)
    fmt::print("{}  {}  mã ghi danh chưa dùng, hết hạn {}\n", code.station, code.spare ? "máy dự phòng" : "máy chính",
               rfc3339_utc(code.expires_unix_s));
  return kDone;
}

int run_ca_audit(const CaOptions& options) {
  auto opened = open_book(options.folder);
  if (!opened) return refuse(opened.error());
  const auto lines = opened->book.audit();
  if (!lines) return refuse(lines.error());
  for (const auto& line : *lines) {
    const std::string time = rfc3339_utc(line.time_unix_s);
    if (options.json) {
      const json::OrderedJson object{{"number", line.number}, {"time", time},       {"act", enrol::to_text(line.act)},
                                     {"station", line.station}, {"who", line.who}, {"what", line.what}};
      fmt::print("{}\n", object.dump());
    } else {
      fmt::print("{}  {}  {}  {}  {}\n", time, enrol::to_text(line.act), line.station, line.who, line.what);
    }
  }
  return kDone;
}

int run_ca_revoke(const CaOptions& options) {
  const auto lost = revoke_machine(options);
  if (!lost) return refuse(lost.error());
  if (options.json) {
    fmt::print("{}\n", json::OrderedJson{{"station", lost->station}, {"public_key", lost->public_key.hex()}}.dump());
    return kDone;
  }
  fmt::print("Đã thu hồi máy của {} có khóa {}…; máy thay thế cần mã ghi danh mới (kiemphieu ca code).\n", lost->station,
             lost->public_key.hex().substr(0, 12));
  return kDone;
}

}  // namespace kiemphieu::cli

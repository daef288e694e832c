// Certificates and the way to the committee.

#include <fmt/format.h>

#include "config/base/clock.h"
#include "config/crypto/certificate.h"
#include "firmware-host/selftest/checks.h"
#include "config/storage/files.h"
#include "sync/push/enrolment.h"
#include "sync/push/pusher.h"

namespace kiemphieu::selftest {
namespace {

constexpr std::int64_t kDay_s = 86'400;
constexpr std::int64_t kSoon_days = 14;

Check no_network(std::string id, std::string title_vi) {
  Check check = pass(std::move(id), std::move(title_vi), "Máy này được đặt không gửi qua mạng.", "push is switched off");
  check.verdict = Verdict::kSkipped;
  return check;
}

}  // namespace

Check check_certificates(const settings::PushSettings& push, std::int64_t now_unix_s) {
  Check check = pass("certificates", "Chứng thư số", "", "");
  if (push.url.empty()) return no_network(check.id, check.title_vi);
  const auto own = crypto::check_tls_files(push.tls.ca, push.tls.certificate, push.tls.key, now_unix_s);
  if (!own) return fail_with(check.id, check.title_vi, own.error());
  const std::int64_t days = (own->not_after_unix_s - now_unix_s) / kDay_s;
  check.found_vi = fmt::format("Chứng thư của {} còn hạn {} ngày.", own->common_name, days);
  check.found_en = fmt::format("certificate of {} is valid for {} more days", own->common_name, days);
  const auto failed = storage::read_file(push::renewal_note(push.tls.certificate), 4096);
  if (days >= kSoon_days && !push::renewal_due(*own, now_unix_s) && !failed) return check;
  check.verdict = Verdict::kWarn;
  check.do_vi = "Cho máy nối mạng để tự gia hạn; nếu vẫn không được, xin Ủy ban bầu cử mã ghi danh mới trước khi hết hạn.";
  if (!failed) return check;
  check.found_vi += " Lần tự gia hạn gần nhất không thành công.";
  check.found_en += "; the last renewal failed: " + std::string{as_text(*failed).substr(0, as_text(*failed).find('\n'))};
  return check;
}

Check check_committee(const settings::StationSettings& settings) {
  Check check = pass("committee", "Đường truyền tới Ủy ban bầu cử", "Đã liên lạc được với Ủy ban bầu cử.",
                     "the committee answered over mutual TLS");
  if (settings.push.url.empty()) return no_network(check.id, check.title_vi);
  const push::PusherOptions options{settings.push.url, settings.push.tls.ca, settings.push.tls.certificate,
                                    settings.push.tls.key, settings.data / "journal.db"};
  const auto reached = push::probe(options);
  if (reached) return check;
  Check failed = fail_with(check.id, check.title_vi, reached.error());
  // Stations work without a network; a refused certificate is another matter.
  if (reached.error().code == ErrorCode::kCommitteeUnreachable) failed.verdict = Verdict::kWarn;
  return failed;
}

}  // namespace kiemphieu::selftest

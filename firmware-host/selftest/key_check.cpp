// The station's signing key: there, its own, and able to sign.

#include "config/crypto/signing.h"
#include "firmware-host/selftest/checks.h"
#include "firmware-host/station/parts.h"

namespace kiemphieu::selftest {
namespace {

constexpr std::string_view kTrial = "kiemphieu-selftest-1";

Result<crypto::PublicKey> try_key(const crypto::SigningKey& key) {
  KP_TRY(const crypto::Signature signature, key.sign(as_bytes(kTrial)));
  if (!crypto::verify(key.public_key(), as_bytes(kTrial), signature)) return fail(ErrorCode::kSignatureInvalid, "trial");
  return key.public_key();
}

Result<crypto::PublicKey> try_key(const settings::StationSettings& settings) {
  KP_TRY(const crypto::SigningKey key, station::open_key(settings.key, settings.data));
  return try_key(key);
}

}  // namespace

Check check_key(const settings::StationSettings& settings) {
  Check check = pass("key", "Khóa ký của máy", "", "");
  const bool in_token = !settings.key.pkcs11_module.empty();
  if (!in_token && !std::filesystem::exists(station::key_file(settings.data))) {
    check.verdict = Verdict::kWarn;
    check.found_vi = "Chưa có khóa; máy sẽ tự tạo khi khởi động lần đầu.";
    check.found_en = "no key yet; the first start makes one";
    check.do_vi = "Chạy kiemphieu key với thư mục dữ liệu của máy và đăng ký mã in ra với Ủy ban bầu cử.";
    return check;
  }
  const auto key = try_key(settings);
  if (!key) return fail_with(check.id, check.title_vi, key.error());
  check.found_vi = std::string{in_token ? "Khóa trong thiết bị (token) " + settings.key.token_label : "Khóa trong tệp riêng"} +
                   " ký được. Mã công khai " + key->hex() + " phải đúng mã đã đăng ký với Ủy ban bầu cử.";
  check.found_en = std::string{in_token ? "in token " + settings.key.token_label : "in a file"} + ", signs; public " + key->hex();
  return check;
}

}  // namespace kiemphieu::selftest

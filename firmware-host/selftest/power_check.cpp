// The UPS: there, answering, on line, and with enough in it.

#include <fmt/format.h>

#include "firmware-host/power/nut_ups.h"
#include "firmware-host/selftest/checks.h"

namespace kiemphieu::selftest {
namespace {

Result<power::Reading> look(const std::string& name) {
  KP_TRY(const auto ups, power::open_nut_ups(name));
  return ups->read();
}

}  // namespace

Check check_power(const settings::PowerSettings& settings) {
  Check check = pass("power", "Bộ lưu điện (UPS)", "", "");
  if (settings.ups.empty()) {
    check.verdict = Verdict::kSkipped;
    check.found_vi = "Máy không theo dõi bộ lưu điện nào.";
    check.found_en = "no UPS in the settings";
    check.do_vi = "Nếu có bộ lưu điện: cài NUT và ghi [power] ups vào cấu hình.";
    return check;
  }
  const auto reading = look(settings.ups);
  if (!reading) return fail_with(check.id, check.title_vi, reading.error());
  check.found_vi = "Bộ lưu điện trả lời: " + reading->status;
  if (reading->charge_percent) check.found_vi += fmt::format(", pin {} %", *reading->charge_percent);
  if (reading->runtime_s) check.found_vi += fmt::format(", chạy được khoảng {} phút", *reading->runtime_s / 60);
  check.found_vi += ".";
  check.found_en = settings.ups + ": " + reading->status;
  if (power::event_of(*reading, {}) == power::PowerEvent::kLine) return check;
  check.verdict = Verdict::kWarn;
  check.error = info(ErrorCode::kPowerOnBattery).id;
  check.do_vi = "Bộ lưu điện không thấy điện lưới: kiểm tra phích cắm và ổ điện trước khi kiểm phiếu.";
  return check;
}

}  // namespace kiemphieu::selftest

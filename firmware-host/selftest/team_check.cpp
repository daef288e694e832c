// Whether the people who will work here can sign in, decide and seal.

#include <fmt/format.h>

#include <algorithm>

#include "firmware-host/selftest/checks.h"
#include "firmware-host/team/team_file.h"
#include "tally/counting/decision.h"

namespace kiemphieu::selftest {

Check check_team(const std::filesystem::path& data, const election::Station& station) {
  Check check = pass("team", "Danh sách Tổ bầu cử và mã PIN", "", "");
  const auto list = team::load(data);
  if (!list) return fail_with(check.id, check.title_vi, list.error());
  if (list->empty()) {
    check.verdict = Verdict::kWarn;
    check.found_vi = "Chưa đặt mã PIN: ai ở trước máy cũng ra lệnh được.";
    check.found_en = "no list of the team: no PINs are asked for";
    check.do_vi = "Lập danh sách: kiemphieu team set THƯ_MỤC --number SỐ --role VAI_TRÒ, mỗi người tự nhập mã PIN.";
    return check;
  }
  int members = 0, beyond = 0;
  bool head = false;
  for (const team::Person& person : team::roster_of(*list)) {
    if (person.is_of_the_team()) ++members;
    head = head || person.role == team::Role::kHead;
    if (person.is_of_the_team() && person.number > station.team_members) beyond = person.number;
  }
  check.found_vi = fmt::format("{} người trong danh sách, {} thành viên trên {}.", list->size(), members, station.team_members);
  check.found_en = fmt::format("{} people, {} of the team's {} members", list->size(), members, station.team_members);
  const bool carries = counting::decision_carries(station.team_members, std::min(members, station.team_members),
                                                  std::min(members, station.team_members));
  if (head && carries && beyond == 0) return check;
  check.verdict = Verdict::kWarn;
  check.do_vi = !head      ? "Chưa có Tổ trưởng trong danh sách: không ai niêm phong được. Thêm Tổ trưởng."
                : !carries ? "Danh sách chưa đủ hai phần ba số thành viên: Tổ không quyết định được. Thêm các thành viên còn thiếu."
                           : fmt::format("Số {} lớn hơn số thành viên của Tổ ({}): kiểm tra lại.", beyond, station.team_members);
  return check;
}

}  // namespace kiemphieu::selftest

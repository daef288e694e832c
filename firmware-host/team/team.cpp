#include "firmware-host/team/team.h"

#include <algorithm>
#include <array>

namespace kiemphieu::team {
namespace {

constexpr std::array<std::string_view, kRoleCount> kNames = {"head", "secretary", "member", "technician"};
constexpr std::array<std::string_view, kRoleCount> kNamesVi = {"Tổ trưởng", "Thư ký", "Ủy viên", "Kỹ thuật viên"};

}  // namespace

std::string_view to_text(Role role) { return kNames[static_cast<std::size_t>(role)]; }
std::string_view name_vi(Role role) { return kNamesVi[static_cast<std::size_t>(role)]; }

std::optional<Role> role_from(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Role>(found - kNames.begin());
}

const Person* find(const Roster& roster, int number) {
  const auto found = std::ranges::find(roster, number, &Person::number);
  return found == roster.end() ? nullptr : &*found;
}

}  // namespace kiemphieu::team

#pragma once
/// Who works at the station: numbers and roles, no names. Values only.
///
/// Source: Luật 85/2015 Điều 25: a polling team has a head, a secretary and
/// members. A technician is none of them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiemphieu::team {

/// Numbers are those of the polling team's list; Luật 83/2025: a team has at most 21.
inline constexpr int kMaxNumber = 50;

enum class Role : std::uint8_t {
  kHead,        ///< tổ trưởng
  kSecretary,   ///< thư ký
  kMember,      ///< ủy viên
  kTechnician,  ///< kỹ thuật viên: not of the team; never present at a decision
};
inline constexpr int kRoleCount = 4;

std::string_view to_text(Role role);  ///< "head"
std::string_view name_vi(Role role);  ///< "Tổ trưởng"
std::optional<Role> role_from(std::string_view text);

struct Person {
  int number = 0;
  Role role = Role::kMember;
  bool is_of_the_team() const { return role != Role::kTechnician; }
  bool operator==(const Person&) const = default;
};

/// By number. Empty: the station has no list and knows nobody.
using Roster = std::vector<Person>;
const Person* find(const Roster& roster, int number);

/// Who gives a command, as far as the station knows.
struct Who {
  std::optional<Person> person;  ///< signed in; always there when the roster is not empty
  std::string name;              ///< typed, for what asks for a name where there is no list
  Roster roster;
};

}  // namespace kiemphieu::team

#pragma once
/// Which role may give which command: one table, drawn in docs/roles.md and
/// compared with it by a test.

#include <array>
#include <span>
#include <string_view>

#include "firmware-host/team/team.h"

namespace kiemphieu::team {

struct Permission {
  std::string_view command;  ///< path below /api/v1/; of the lifecycle with its event: "lifecycle/seal"
  std::array<bool, kRoleCount> roles;  ///< by Role
};

std::span<const Permission> permissions();

/// False too for a command that the table does not name.
bool may(Role role, std::string_view command);
bool is_command(std::string_view command);

}  // namespace kiemphieu::team

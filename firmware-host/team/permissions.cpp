#include "firmware-host/team/permissions.h"

#include <algorithm>

namespace kiemphieu::team {
namespace {

constexpr bool Y = true, N = false;

constexpr auto kTable = std::to_array<Permission>({
    // command                     head secretary member technician
    {"scan",                       {Y,  Y,        Y,     N}},
    {"stop",                       {Y,  Y,        Y,     N}},
    {"batch/finish",               {Y,  Y,        Y,     N}},
    {"batch/void",                 {Y,  N,        N,     N}},
    {"decision",                   {Y,  Y,        N,     N}},
    {"tally/enter",                {Y,  Y,        Y,     N}},
    {"tally/discard",              {Y,  Y,        N,     N}},
    {"tally/correct",              {Y,  N,        N,     N}},
    {"lifecycle/open_voting",      {Y,  Y,        N,     N}},
    {"lifecycle/start_counting",   {Y,  Y,        N,     N}},
    {"lifecycle/pause",            {Y,  Y,        N,     N}},
    {"lifecycle/resume",           {Y,  Y,        N,     N}},
    {"lifecycle/close",            {Y,  Y,        N,     N}},
    {"lifecycle/reopen",           {Y,  Y,        N,     N}},
    {"lifecycle/seal",             {Y,  N,        N,     N}},
    {"lifecycle/unseal",           {Y,  N,        N,     N}},
});

}  // namespace

std::span<const Permission> permissions() { return kTable; }

bool is_command(std::string_view command) {
  return std::ranges::find(kTable, command, &Permission::command) != kTable.end();
}

bool may(Role role, std::string_view command) {
  const auto found = std::ranges::find(kTable, command, &Permission::command);
  return found != kTable.end() && found->roles[static_cast<std::size_t>(role)];
}

}  // namespace kiemphieu::team

#pragma once
/// The team's list in the data folder: team.json, beside the journal and never in
/// it, so that no PIN's hash leaves with an export or a copy of the journal.
/// docs/roles.md has the format.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "config/base/result.h"
#include "firmware-host/team/team.h"

namespace kiemphieu::team {

struct Entry {
  Role role = Role::kMember;
  std::string pin_hash;  ///< crypto::hash_pin
  bool operator==(const Entry&) const = default;
};
using List = std::map<int, Entry>;  ///< by number

Roster roster_of(const List& list);

std::filesystem::path team_file(const std::filesystem::path& data);
/// Empty when there is no file. A file that others than its owner can read is
/// refused. Error: kTeamUnusable with the reason.
Result<List> load(const std::filesystem::path& data);
/// Durable on return, mode 0600. Errors: kDiskFull, kStorageIo.
Result<void> save(const std::filesystem::path& data, const List& list);

std::string encode(const List& list);
Result<List> decode(std::string_view text);  ///< kTeamUnusable

/// 6 to 12 digits; none that is tried first: digits in even steps (111111, 123456,
/// 975319), or one part repeated (121212, 123123). Error: kPinWeak; the PIN is not in it.
Result<void> check_pin(std::string_view pin);

}  // namespace kiemphieu::team

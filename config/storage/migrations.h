#pragma once
/// Numbered, append-only schema changes. A migration that was released is never
/// edited; a new one is added behind it.

#include <span>
#include <string_view>

#include "config/storage/database.h"

namespace kiemphieu::storage {

struct Migration {
  int version;           ///< 1, 2, 3 … without gaps within one component
  std::string_view sql;  ///< one or more statements
};

/// Brings `component`'s tables to the last version, each step in a transaction
/// of its own; several components may share one file. Refuses a file written by
/// a newer program (kStorageVersion) instead of touching it.
Result<void> migrate(Database& database, std::string_view component, std::span<const Migration> migrations);

}  // namespace kiemphieu::storage

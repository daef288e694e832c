#pragma once
/// The committee's tables, for each engine. Released steps are never edited.

#include <span>

#include "config/storage/migrations.h"
#include "sync/sql/sql.h"

namespace kiemphieu::committee {

/// The last of them makes the tables of what follows from the records anew and empty
/// (see Store::must_derive).
std::span<const storage::Migration> migrations(sql::Engine engine);

}  // namespace kiemphieu::committee

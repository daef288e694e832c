#pragma once
/// The journal's table: rows in and out, no meaning.

#include <filesystem>
#include <functional>
#include <string>

#include "config/base/digest.h"
#include "config/storage/database.h"
#include "tally/journal/records.h"

namespace kiemphieu::journal {

/// A row as it stands in the file, checked for nothing.
struct StoredRecord {
  std::uint64_t sequence = 0;
  std::string kind;
  Bytes body;
  Bytes digest;
  Bytes signature;
};

std::filesystem::path database_path(const std::filesystem::path& folder);

/// Creates the table, or brings it to this version. Errors: kStorageVersion, storage codes.
Result<void> create_tables(storage::Database& database);

/// For looking only: works beside a running station, and on a copy on a medium
/// that cannot be written. Errors: kFileNotFound, storage codes.
Result<storage::Database> open_to_read(const std::filesystem::path& folder);

/// Every row behind sequence `behind`, ascending, as of one moment.
Result<void> read_rows(storage::Database& database, std::uint64_t behind,
                       const std::function<Result<void>(StoredRecord)>& each);

/// The digest stored with record `sequence`; nullopt: there is no such record.
Result<std::optional<Digest>> digest_at(storage::Database& database, std::uint64_t sequence);

/// The statement that adds a row; bind with add_row().
Result<storage::Statement> prepare_insert(storage::Database& database);
Result<void> add_row(storage::Statement& insert, const StoredRecord& record);

}  // namespace kiemphieu::journal

#pragma once
/// Two copies of one journal, record by record: the station's and its mirror's.

#include "tally/journal/journal.h"
#include "tally/journal/store.h"

namespace kiemphieu::journal {

/// How a copy stands to the original.
struct Comparison {
  JournalHead original, copy;
  int original_epoch = 0, copy_epoch = 0;  ///< 0: empty
  bool one_story = true;  ///< where both have a record, it is the same
};
Result<Comparison> compare(storage::Database& original, storage::Database& copy);

/// The rows behind `sequence`, as of the running transaction or moment.
Result<std::vector<StoredRecord>> rows_behind(storage::Database& database, std::uint64_t sequence);

/// The picture that a row names, when it names one.
std::optional<Digest> image_of(const StoredRecord& row);
/// The row says that all pictures before it are to be destroyed.
bool destroys_images(const StoredRecord& row);

/// Every picture that is named and not destroyed.
Result<std::vector<Digest>> images_named(storage::Database& database);

}  // namespace kiemphieu::journal

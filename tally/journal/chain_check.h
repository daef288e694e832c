#pragma once
/// What is wrong with a chain of rows, said exactly. Pure but for hashing.

#include <vector>

#include "config/crypto/signing.h"
#include "tally/journal/store.h"
#include "tally/journal/verify.h"

namespace kiemphieu::journal {

/// Checks numbers, digests and signatures of `rows` (by ascending sequence)
/// against `key` and tells a changed record from one that was moved.
std::vector<Finding> check_chain(const std::vector<StoredRecord>& rows, const crypto::PublicKey& key);

}  // namespace kiemphieu::journal

#pragma once
/// What is wrong with a chain of rows, said exactly. Pure but for hashing.

#include <map>
#include <vector>

#include "config/crypto/signing.h"
#include "tally/journal/store.h"
#include "tally/journal/verify.h"

namespace kiemphieu::journal {

/// Checks numbers, digests and signatures of `rows` (by ascending sequence) and
/// tells a changed record from one that was moved. `keys`: who signs from which
/// sequence on, the first from 1.
std::vector<Finding> check_chain(const std::vector<StoredRecord>& rows,
                                 const std::map<std::uint64_t, crypto::PublicKey>& keys);

}  // namespace kiemphieu::journal

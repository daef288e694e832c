#pragma once
/// The checks on a definition that JSON types cannot express. Internal to
/// config/election; called by parse().

#include <string_view>

#include "config/base/result.h"
#include "config/election/election.h"

namespace kiemphieu::election {

/// True for 1 to 32 of a-z, 0-9 and inner hyphens: ids become file names and
/// parts of web addresses.
bool is_id(std::string_view text);

/// True for a day that exists, written "2026-03-15".
bool is_date(std::string_view text);

/// The place of the first combining mark that has a composed letter, as a byte
/// offset; npos when the text is NFC as far as Vietnamese and Êđê go. Êđê writes
/// a breve over ê, ô, ơ and ư, for which Unicode has no composed letter.
std::size_t find_decomposed(std::string_view text);

/// References, order, uniqueness and completeness. kElectionInvalid with the
/// field and the fix.
Result<void> validate(const Election& election);

/// Sets print_birth_date on candidates of wholly equal names.
void mark_equal_names(Contest& contest);

}  // namespace kiemphieu::election

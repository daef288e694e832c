#pragma once
/// What the board shows, as JSON (docs/formats/committee-openapi.yaml). Pure.

#include <map>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "sync/committee/store.h"

namespace kiemphieu::committee {

/// Names and titles; does not change while the program runs.
std::string election_json(const election::Election& election);

/// One object a contest, in the election's order, candidates in ballot order;
/// zeros where nothing was reported.
std::string totals_json(const election::Election& election,
                        const std::map<std::string, ContestNumbers>& totals, std::uint64_t last_sequence);

std::string stations_json(const std::vector<StationRow>& stations);

/// How many stations are in each state, and the names of those in conflict.
std::string summary_json(const std::vector<StationRow>& stations);

}  // namespace kiemphieu::committee

#pragma once
/// What the committee is told, made from journal values: the adapter between
/// tally and sync, which do not know each other. Never votes of a single sheet.

#include <optional>
#include <string>

#include "firmware-host/station/lifecycle.h"
#include "tally/journal/state.h"

namespace kiemphieu::station {

/// A record for the outbox: kind and canonical JSON (docs/formats/wire.md).
struct CommitteeRecord {
  std::string kind;
  std::string body;
};

/// Where the station stands: lifecycle, open pile, sheets scanned and waiting per contest.
CommitteeRecord status_record(LifecycleState lifecycle, const journal::State& state, const election::Station& station);
/// What `record` adds to the totals: of a settled pile or a settled tally sheet;
/// nullopt for every other record.
std::optional<CommitteeRecord> total_record(const journal::Record& record);

}  // namespace kiemphieu::station

#pragma once
/// What the committee is told, made from journal values: the adapter between
/// tally and sync, which do not know each other. Never votes of a single sheet.

#include <map>
#include <optional>
#include <string>

#include "firmware-host/station/lifecycle.h"
#include "sync/outbox/outbox.h"
#include "tally/journal/state.h"

namespace kiemphieu::station {

/// A record for the outbox: kind and canonical JSON (docs/formats/wire.md).
struct CommitteeRecord {
  std::string kind;
  std::string body;
};

/// Where the station stands: lifecycle, open pile, sheets scanned and waiting per contest.
CommitteeRecord status_record(LifecycleState lifecycle, const journal::State& state, const election::Station& station);
/// Whether the committee is told where the station stands when this is recorded: with every
/// kind but single sheets, of which only some tell it how far the pile is. (Its page moves
/// on all the same, and an evening is three hundred records instead of three thousand.)
bool is_news(const journal::Record& record);
/// What `record` adds to the totals, `state` being behind it: of a settled pile or a settled
/// tally sheet; nullopt for every other record.
std::optional<CommitteeRecord> total_record(const journal::Record& record, const journal::State& state);
/// A settled pile that counts no more.
CommitteeRecord withdrawn_record(const journal::BatchState& pile, const std::string& reason_vi);
/// The station's final words about a contest. `replaces`: number of the record with its
/// words before, 0 = none.
CommitteeRecord result_record(const std::string& contest, const journal::State& state, std::uint64_t replaces,
                              const std::string& reason_vi);
/// Number of the newest final words of each contest among the records. Errors: storage codes.
Result<std::map<std::string, std::uint64_t>> results_in(const outbox::Outbox& outbox, storage::Database& database);

}  // namespace kiemphieu::station

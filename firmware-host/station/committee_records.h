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

/// Where the station stands; `batch` may be null.
CommitteeRecord status_record(LifecycleState lifecycle, const journal::BatchState* batch, int sheets_added);
/// A settled pile.
CommitteeRecord batch_total_record(const journal::BatchSettled& settled);

}  // namespace kiemphieu::station

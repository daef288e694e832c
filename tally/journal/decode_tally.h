#pragma once
/// Reading back the records about tally sheets. Internal to tally/journal.

#include "tally/journal/records.h"

namespace kiemphieu::json {
class ObjectReader;
}

namespace kiemphieu::journal {

Result<Record> tally_feed_started(const json::ObjectReader& body);
Result<Record> tally_feed_stopped(const json::ObjectReader& body);
Result<Record> tally_sheet(const json::ObjectReader& body);
Result<Record> tally_entered(const json::ObjectReader& body);
Result<Record> tally_settled(const json::ObjectReader& body);
Result<Record> tally_discarded(const json::ObjectReader& body);
Result<Record> tally_correction(const json::ObjectReader& body);

}  // namespace kiemphieu::journal

#include "tally/journal/records.h"

namespace kiemphieu::journal {
namespace {

struct NameOf {
  std::string_view operator()(const JournalCreated&) const { return "journal_created"; }
  std::string_view operator()(const StationStarted&) const { return "station_started"; }
  std::string_view operator()(const LifecycleChanged&) const { return "lifecycle_changed"; }
  std::string_view operator()(const BatchOpened&) const { return "batch_opened"; }
  std::string_view operator()(const FeedStarted&) const { return "feed_started"; }
  std::string_view operator()(const FeedStopped&) const { return "feed_stopped"; }
  std::string_view operator()(const SheetRecorded&) const { return "sheet_recorded"; }
  std::string_view operator()(const TeamDecision&) const { return "team_decision"; }
  std::string_view operator()(const BatchClosed&) const { return "batch_closed"; }
  std::string_view operator()(const BatchSettled&) const { return "batch_settled"; }
  std::string_view operator()(const BatchVoided&) const { return "batch_voided"; }
  std::string_view operator()(const Incident&) const { return "incident"; }
  std::string_view operator()(const TallyFeedStarted&) const { return "tally_feed_started"; }
  std::string_view operator()(const TallyFeedStopped&) const { return "tally_feed_stopped"; }
  std::string_view operator()(const TallySheetRecorded&) const { return "tally_sheet_recorded"; }
  std::string_view operator()(const TallySheetEntered&) const { return "tally_sheet_entered"; }
  std::string_view operator()(const TallySheetSettled&) const { return "tally_sheet_settled"; }
  std::string_view operator()(const TallySheetDiscarded&) const { return "tally_sheet_discarded"; }
  std::string_view operator()(const TallyCorrectionOpened&) const { return "tally_correction_opened"; }
  std::string_view operator()(const TakenOver&) const { return "taken_over"; }
  std::string_view operator()(const ImagesDestroyed&) const { return "images_destroyed"; }
  std::string_view operator()(const FeederCounted&) const { return "feeder_counted"; }
};

}  // namespace

std::string_view kind_of(const Record& record) { return std::visit(NameOf{}, record); }

std::optional<std::string> signer_named_by(const Record& record) {
  if (const auto* created = std::get_if<JournalCreated>(&record)) return created->public_key_hex;
  if (const auto* taken = std::get_if<TakenOver>(&record)) return taken->public_key_hex;
  return std::nullopt;
}

}  // namespace kiemphieu::journal

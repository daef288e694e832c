#pragma once
/// What the pages show: one immutable picture of the station, taken after a
/// commit. Whatever is in it is durable.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/base/error.h"
#include "firmware-host/mirror/mirror_status.h"
#include "firmware-host/power/power_watch.h"
#include "firmware-host/station/lifecycle.h"
#include "firmware-host/station/output_stack.h"
#include "firmware-host/station/resume.h"
#include "firmware-host/station/streak_watch.h"
#include "firmware-host/team/team.h"
#include "sync/push/pusher.h"
#include "tally/counting/totals.h"
#include "tally/journal/state.h"

namespace kiemphieu::station {

class Ledger;

struct BatchView {
  int batch = 0;
  std::string contest;
  journal::BatchStatus status = journal::BatchStatus::kOpen;
  std::uint64_t sheets = 0, waiting = 0, returned = 0;
  counting::ContestTotals totals;
  std::uint64_t papers = 0;  ///< ballots of the pile, as people count it by hand
  HandCountWanted hand_count = HandCountWanted::kOptional;
};

/// A tally sheet without what anybody entered: the second person must not see what
/// the first typed.
struct TallySheetView {
  journal::TallySheetRecorded record;
  journal::TallyStatus status = journal::TallyStatus::kReturned;
  int round = 1;
  std::vector<int> entered_by;         ///< members whose entry of this round stands
  std::vector<std::string> typed;      ///< ids of the figures that must be typed
  std::vector<std::string> differed;   ///< entered differently in the round before
};

struct View {
  LifecycleState lifecycle = LifecycleState::kIdle;
  bool scanning = false;
  std::optional<int> open_batch;
  std::optional<Error> notice;  ///< what is wrong now, with what to do
  std::string scanner;
  std::vector<BatchView> batches;                  ///< by number
  std::vector<journal::SheetState> last_sheets;    ///< of the open or newest pile, newest first
  std::vector<journal::SheetState> waiting;        ///< for the team, oldest first, at most kMaxWaitingShown
  std::uint64_t waiting_total = 0;
  /// Handed back and not decided, in piles that are not settled; newest first, at most kMaxWaitingShown.
  std::vector<journal::SheetState> handed_back;
  std::vector<TallySheetView> tally_sheets;  ///< newest first, at most kMaxWaitingShown
  std::vector<std::string> by_hand;          ///< contests with a waiting or settled tally sheet
  std::vector<std::string> correcting;       ///< contests whose settled count may be replaced
  std::vector<counting::ContestTotals> totals;
  std::uint64_t lines_read = 0, readers_disagreed = 0;  ///< name lines of all sheets ever recorded
  std::vector<StandingStreak> streaks;  ///< dirt on the glass, from left to right
  /// Where the sheets of the three lists above lie on paper; absent: no longer in the pile.
  std::map<std::pair<int, int>, StackPlace> places;
  std::optional<Resume> resume;  ///< the open pile was fed and the feeder rests
  settings::OutputStack output_stack = settings::OutputStack::kLastOnTop;
  std::uint64_t last_sequence = 0;
  push::PusherStatus push;
  std::optional<mirror::MirrorStatus> mirror;  ///< nullopt: none is set
  team::Roster team;  ///< empty: the station has no list of its team, and asks for no PIN
  std::optional<power::PowerView> power;  ///< nullopt: no UPS is watched
};

inline constexpr std::size_t kLastSheetsShown = 8;
inline constexpr std::size_t kMaxWaitingShown = 50;

/// The part that comes from the ledger; scanner, notice, push and team are the station's.
View view_of(const Ledger& ledger, settings::OutputStack stack = settings::OutputStack::kLastOnTop);

}  // namespace kiemphieu::station

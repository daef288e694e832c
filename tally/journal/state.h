#pragma once
/// The journal folded into what the station knows: pure function of the records
/// in order. Start-up and running use the same fold.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "tally/journal/feed_run.h"
#include "tally/journal/hand_counts.h"
#include "tally/journal/records.h"

namespace kiemphieu::journal {

enum class BatchStatus : std::uint8_t { kOpen, kClosed, kSettled, kVoided };
std::string_view to_text(BatchStatus status);

struct SheetState {
  SheetRecorded record;
  std::uint64_t sequence = 0;
  std::optional<TeamDecision> decision;
  /// In review and not decided.
  bool waits() const;
  /// The team may decide about it: in review, or handed back though it is paper
  /// of this pile (a torn ballot that no reader makes out). Not a clear sheet,
  /// not a batch header.
  bool is_for_the_team() const;
  /// How it counts now; nullopt: waits, returned, or taken out by the team.
  std::optional<counting::CountedBallot> counted() const;
};

/// Of one pile, by position. A deque: it grows without ever holding the pile twice.
using Sheets = std::deque<SheetState>;

struct BatchState {
  int batch = 0;
  std::string contest;
  BatchStatus status = BatchStatus::kOpen;
  bool feeding = false;  ///< a FeedStarted without its FeedStopped
  std::size_t sheets_before_feed = 0;  ///< how many there were at the last FeedStarted
  Sheets sheets;
  std::vector<FeedRun> runs;       ///< of the feeder over this pile, in order
  std::optional<std::uint64_t> papers_by_hand;  ///< once it is closed with a count by hand
  /// Finishing was refused with `pile_count_differs`, with these sheets in it; and a
  /// number counted by hand was among what differed.
  std::optional<std::size_t> differed_with;
  bool hand_differed = false;
  /// Of the sheets as they count now, those that wait as in_review.
  counting::ContestTotals totals;
  std::uint64_t lines_read = 0, readers_disagreed = 0;  ///< reading::ReaderAgreement of all its sheets
};

/// The totals of `sheets` counted one by one, which BatchState::totals keeps up
/// to date. Errors: kBallotImpossible.
Result<counting::ContestTotals> count_sheets(const election::Contest& contest, const Sheets& sheets);

class State {
 public:
  /// `election` must outlive the State.
  explicit State(const election::Election& election);

  /// Applies one record. A record that cannot follow what is there (a sheet for
  /// a closed batch, a second open batch, a decision for a clear sheet, a gap in
  /// positions …) is refused with kRecordOrder and changes nothing. What would count
  /// a contest twice is refused with kCountedByHand, or as why_no_tally_sheet() says;
  /// what would count anything on a superseded machine, with kStationSuperseded.
  Result<void> apply(const Record& record, std::uint64_t sequence);

  /// Takes one apply back; only the newest that is not yet taken back.
  using Undo = std::function<void(State&)>;
  /// apply() for a transaction that may yet fail. The cost does not grow with
  /// the number of sheets, so that a sheet never costs more than its commit.
  Result<Undo> apply_undoably(const Record& record, std::uint64_t sequence);

  const std::map<int, BatchState>& batches() const { return batches_; }
  const BatchState* open_batch() const;
  /// Recorded since the running feed started; 0 when none runs.
  std::uint64_t sheets_in_feed() const;
  const SheetState* find_sheet(int batch, int position) const;
  const HandCounts& hand_counts() const { return hand_counts_; }
  /// Why no tally sheet of `contest` may count now: its ballots were scanned
  /// (kBallotsScanned), one waits (kTallyWaits), one is settled and is not being
  /// corrected (kTallyConfirmed); nullopt: one may.
  std::optional<ErrorCode> why_no_tally_sheet(const std::string& contest) const;

  /// Over all batches that are not voided and all settled tally sheets, in the election's contest order.
  std::vector<counting::ContestTotals> totals() const;
  /// Sheets that wait for the team, oldest first.
  std::vector<const SheetState*> waiting() const;
  std::uint64_t boot() const { return boot_; }
  const std::string& lifecycle() const { return lifecycle_; }  ///< state name; empty before the first change
  int next_batch() const;
  bool sealed() const;
  /// Why the station was last reopened after its sealing; empty: it never was.
  const std::string& reopened_why() const { return reopened_why_; }

  /// Which machine writes: 1 is the first, each take-over adds one.
  int epoch() const { return owner_.epoch; }
  /// Of the machine that signs the next record; empty before the first record.
  const std::string& owner_key_hex() const { return owner_.public_key_hex; }
  /// Pictures of sheets recorded up to here were destroyed on purpose; 0 = none.
  std::uint64_t images_destroyed_through() const { return images_destroyed_through_; }
  bool has_sheet_after(std::uint64_t sequence) const;
  /// Another machine was found to have taken this journal over: nothing may be counted here.
  bool superseded() const { return superseded_; }

 private:
  struct Apply;

  /// A pile that counts, or may yet: not voided, and not settled empty.
  bool has_ballots(const std::string& contest) const;
  bool counted_by_hand(const std::string& contest) const;

  const election::Election* election_;
  const election::Station* station_ = nullptr;  ///< of `election_`, by the journal's first record
  std::map<int, BatchState> batches_;
  HandCounts hand_counts_;
  struct Owner {
    int epoch = 0;
    std::string public_key_hex;
  };
  Owner owner_;
  std::uint64_t images_destroyed_through_ = 0;
  bool superseded_ = false;
  std::uint64_t boot_ = 0;
  std::string lifecycle_, reopened_why_;
};

}  // namespace kiemphieu::journal

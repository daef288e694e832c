#pragma once
/// The tally sheets of contests that were counted by hand, folded from their
/// records: fed, confirmed by two people apart from each other, settled,
/// corrected. A part of State (state.h), which knows about the ballots.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "tally/journal/records.h"

namespace kiemphieu::journal {

enum class TallyStatus : std::uint8_t {
  kReturned,   ///< handed back when it was fed
  kWaiting,    ///< for two people
  kSettled,    ///< counts
  kReplaced,   ///< counted until a correction was settled
  kDiscarded,  ///< counts for nothing
};
std::string_view to_text(TallyStatus status);

struct TallySheetState {
  TallySheetRecorded record;
  std::uint64_t sequence = 0;
  TallyStatus status = TallyStatus::kReturned;
  int round = 1;
  std::vector<TallySheetEntered> entries;  ///< of this round: none, one, or two that agree
  std::vector<std::string> differed;  ///< figures that two people entered differently in the round before
  std::optional<counting::HandCount> count;
  std::string corrects_because{};  ///< why it replaced the sheet before; empty when there was none

  /// Not sure as read, or entered differently: nobody may confirm it unseen.
  bool must_be_typed(const std::string& figure) const;
};

class HandCounts {
 public:
  bool feeding() const { return feeding_; }
  /// Recorded since the running feed started; 0 when none runs.
  std::uint64_t sheets_in_feed() const { return feeding_ ? sheets_.size() - sheets_before_feed_ : 0; }
  const std::vector<TallySheetState>& sheets() const { return sheets_; }  ///< by number, from 1
  const TallySheetState* find(int sheet) const;
  const TallySheetState* waiting(const std::string& contest) const;
  const TallySheetState* settled(const std::string& contest) const;
  bool correcting(const std::string& contest) const { return correcting_.contains(contest); }

  /// Whether `entry`, as the second of its round, says what the first said.
  bool agrees_with_first(const TallySheetEntered& entry) const;

  /// What the records refer to besides each other. `station` is null when the
  /// election has no station of the journal's name: then no figure has a limit to
  /// keep, and none can be entered.
  struct Context {
    const election::Election* election = nullptr;
    const election::Station* station = nullptr;
    std::uint64_t sequence = 0;
    /// Why no tally sheet of a contest may count now; nullopt: it may.
    std::optional<ErrorCode> why_not;
  };
  /// Each checks everything before it changes anything. Errors: kRecordOrder;
  /// TallySheetRecorded also Context::why_not; TallySheetEntered also
  /// kSamePerson, kFigureNotTyped, kFiguresImpossible; TallySheetSettled also kTotalsMismatch.
  Result<void> apply(const TallyFeedStarted& record, const Context& context);
  Result<void> apply(const TallyFeedStopped& record, const Context& context);
  Result<void> apply(const TallySheetRecorded& record, const Context& context);
  Result<void> apply(const TallySheetEntered& record, const Context& context);
  Result<void> apply(const TallySheetSettled& record, const Context& context);
  Result<void> apply(const TallySheetDiscarded& record, const Context& context);
  Result<void> apply(const TallyCorrectionOpened& record, const Context& context);

 private:
  const TallySheetState* newest(const std::string& contest, TallyStatus status) const;
  Result<TallySheetState*> waiting_sheet(int sheet);

  std::vector<TallySheetState> sheets_;
  std::map<std::string, std::string> correcting_;  ///< contests whose settled sheet may be replaced, and why
  bool feeding_ = false;
  std::size_t sheets_before_feed_ = 0;
};

}  // namespace kiemphieu::journal

#pragma once
/// Is this paper of this pile, and is all of this pile counted once? Pure: values in,
/// values out.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "config/election/election.h"
#include "tally/journal/state.h"

namespace kiemphieu::station {

/// Papers of the pile as people count them by hand once the sheets that were handed
/// back are out: every ballot that counts or waits. Not a header, not what was handed
/// back (unless the team took it in), not what the team took out; and a paper that went
/// through twice in this pile is one, as long as the team has not said it is two.
std::uint64_t papers_of(const journal::BatchState& pile);

/// What the header says to the open pile `pile`; nullopt: it may lie here.
/// kPileOfOthers: of another election, station or contest. kPileFedBefore: its number
/// stands already in a pile that is not voided and has papers, this one among them.
/// kSecondPile: this pile has another header, or papers and none.
std::optional<Error> header_refusal(const journal::State& state, const election::Election& election,
                                    const std::string& station, const journal::BatchState& pile,
                                    const reading::BatchHeader& header);

/// Paper that was here before, one sheet after another: not a stray sheet for the team
/// but a pile that is fed again. One feed of the feeder.
class SamePaperRun {
 public:
  /// 5 of 8: a pile fed again is seen within its first ten sheets, as at least 353 of 360
  /// papers are known again; and different papers are not taken for it: no pair of some
  /// 300,000 was (docs/reports/same-paper.md). Were one sheet in a hundred, five of
  /// eight are less than one in a hundred million.
  static constexpr std::size_t kLookedAt = 8;
  static constexpr int kKnown = 5;

  void start() { earlier_.clear(); }
  /// The next ballot's earlier sheet, if it has one. kPileFedBefore: this sheet makes it a
  /// run of one and the same earlier pile.
  std::optional<Error> next(const std::optional<journal::SheetPlace>& same_as);

 private:
  std::deque<int> earlier_;  ///< earlier pile of the last ballots; 0: none
};

/// The numbers that do not agree. As an error's evidence they come back from it.
struct PileFigures {
  int batch = 0;
  std::uint64_t papers = 0;                     ///< by the journal
  std::optional<std::uint64_t> by_hand;
  std::optional<std::uint64_t> fed, moved;      ///< by the scanner's counter, and as recorded or told
  std::uint64_t same_papers = 0;                ///< wait for the team as fed twice in this pile
};
/// "batch=3 papers=52 by_hand=53 fed=54 moved=53 same_papers=1"
std::string to_text(const PileFigures& figures);
std::optional<PileFigures> pile_figures_from(std::string_view text);

PileFigures figures_of(const journal::BatchState& pile, std::optional<std::uint64_t> by_hand);
/// Why the pile may not be finished with these figures; true: they do not agree.
bool differs(const journal::BatchState& pile, const PileFigures& figures);

/// A closed pile whose number people counted, and a decision that would make one of its
/// papers count twice after all: the figures that then no longer agree.
std::optional<PileFigures> counts_twice(const journal::BatchState& pile, const journal::TeamDecision& decision);

/// What helps to be sure of the pile's number when it is finished.
enum class HandCountWanted : std::uint8_t {
  kOptional,     ///< the scanner's counter agrees with the journal
  kNoCounter,    ///< nothing but a count by hand finds a sheet that was lost without a sound
  kAfterStop,    ///< sheets had to be put back after a stop: only the count by hand tells that they were
  kDiffers,      ///< the counter disagrees, or an earlier number did
};
std::string_view to_text(HandCountWanted wanted);  ///< "optional" …
HandCountWanted hand_count_wanted(const journal::BatchState& pile);

}  // namespace kiemphieu::station

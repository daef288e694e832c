#pragma once
/// Tally sheets for the tests of the journal: qh-1 of tram-1, 1000 voters.

#include <string>
#include <vector>

#include "tally/journal/records.h"
#include "tests/unit/tally/counting/example.h"

namespace kiemphieu::journal::scene {

inline const std::vector<int>& counted() {
  static const std::vector<int> kFigures = {1000, 960, 961, 950, 940, 10,  100,
                                            200,  640, 900, 600, 400, 300, 220};
  return kFigures;
}

inline const election::Election& voters_election() {
  static const election::Election kElection = [] {
    election::Election election = example::election();
    election.stations[0].contests = {{"qh-1", Count{1000}}, {"tinh-1", Count{1000}}};
    return election;
  }();
  return kElection;
}

/// All figures sure but "issued", which people must type.
inline TallySheetRecorded tally_sheet(int number, const std::string& contest = "qh-1") {
  TallySheetRecorded record;
  record.sheet = number;
  record.image.bytes[0] = static_cast<std::uint8_t>(number);
  record.form = reading::Form::kTallySheet;
  record.contest = contest;
  record.judged.outcome = election::Outcome::kReview;
  const auto ids = counting::figure_ids(*voters_election().find_contest(contest));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    counting::FigureResult figure;
    figure.id = ids[i];
    figure.sure = 9990;
    figure.at = {1000, 700 + 90 * static_cast<int>(i), 350, 70};
    figure.outcome = ids[i] == "issued" ? election::Outcome::kReview : election::Outcome::kAccepted;
    if (ids[i] == "issued")
      figure.doubt = counting::FigureDoubt::kUnclear, figure.proposal = 961;
    else
      figure.value = counted()[i];
    record.judged.figures.push_back(std::move(figure));
  }
  return record;
}

/// What `member` confirms: as read, with "issued" typed.
inline TallySheetEntered entry(int sheet, int member, int round = 1, int issued = 961) {
  TallySheetEntered record{sheet, round, member, {}};
  const auto ids = counting::figure_ids(voters_election().contests[0]);
  for (std::size_t i = 0; i < ids.size(); ++i)
    record.figures.push_back(ids[i] == "issued" ? EnteredFigure{ids[i], issued, true}
                                                : EnteredFigure{ids[i], counted()[i], false});
  return record;
}

inline TallySheetSettled settled(int sheet, std::optional<int> replaces = std::nullopt, int issued = 961) {
  std::vector<int> figures = counted();
  figures[2] = issued;
  return {
      sheet, replaces,
      counting::hand_count(voters_election().contests[0], voters_election().stations[0], figures).value()};
}

}  // namespace kiemphieu::journal::scene

#pragma once
/// A small election and clear ballots of it, for the tests of counting and the
/// journal. Rules as the official guidance of 2026 reads them.

#include <string>
#include <utility>
#include <vector>

#include "config/election/election.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::example {

inline election::Contest contest(const std::string& id, int candidates, int seats) {
  election::Contest contest;
  contest.id = id;
  contest.title_vi = "Đại biểu Hội đồng nhân dân";
  contest.seats = seats;
  for (int i = 1; i <= candidates; ++i) {
    election::Candidate candidate;
    candidate.id = "c" + std::to_string(i);
    candidate.family_name = "Nguyễn";
    candidate.given_name = "Ánh";
    contest.candidates.push_back(candidate);
  }
  return contest;
}

inline election::RuleTable rules() {
  using election::Mark;
  using election::MarkShape;
  using election::Reason;
  election::RuleTable table;
  const auto mark = [&](MarkShape shape, Mark meaning, bool review) {
    table.marks.push_back({shape, meaning, review, "câu 167", "…"});
  };
  mark(MarkShape::kNone, Mark::kKept, false);
  for (const auto shape : {MarkShape::kHorizontal, MarkShape::kSlanted, MarkShape::kVertical, MarkShape::kCross,
                           MarkShape::kOneOfTwoLines})
    mark(shape, Mark::kStruck, false);
  mark(MarkShape::kScribble, Mark::kStruck, true);
  for (const auto shape : {MarkShape::kPartial, MarkShape::kCircle, MarkShape::kUnderline, MarkShape::kOverline})
    mark(shape, Mark::kKept, true);
  mark(MarkShape::kOther, Mark::kDoubtful, true);
  for (int i = 0; i < election::kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    const bool invalid = reason == Reason::kTooManyLeft || reason == Reason::kAllStruck || reason == Reason::kNoSeal ||
                         reason == Reason::kWrongForm || reason == Reason::kExtraContent;
    table.validity.push_back({reason, invalid ? election::Validity::kInvalid : election::Validity::kValid, true,
                              "Điều 74", "…"});
  }
  return table;
}

/// Three contests: qh-1 (5 for 3), tinh-1 (5 for 3), xa-1 (8 for 5).
inline election::Election election() {
  election::Election election;
  election.id = "bau-cu-thu";
  election.contests = {contest("qh-1", 5, 3), contest("tinh-1", 5, 3), contest("xa-1", 8, 5)};
  election::Station station;
  station.id = "tram-1";
  station.team_members = 11;
  election.stations = {station};
  election.rules = rules();
  for (std::size_t i = 0; i < 32; ++i) election.digest.bytes[i] = static_cast<std::uint8_t>(i);
  return election;
}

/// A sealed ballot with the names at `struck` (from 0) clearly struck out.
inline reading::SheetReading ballot(const election::Contest& contest, const std::vector<std::size_t>& struck) {
  reading::SheetReading sheet;
  sheet.form = reading::Form::kBallot;
  sheet.contest = contest.id;
  sheet.seal = reading::SealFinding::kPresent;
  sheet.seal_score = 1;
  for (const election::Candidate& candidate : contest.candidates)
    sheet.candidates.push_back({candidate.id, election::MarkShape::kNone, 0.01, {}});
  for (const std::size_t place : struck) {
    sheet.candidates.at(place).shape = election::MarkShape::kHorizontal;
    sheet.candidates.at(place).score = 0.98;
  }
  return sheet;
}

}  // namespace kiemphieu::example

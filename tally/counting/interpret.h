#pragma once
/// From what was seen to what it means: the rule table of the election applied
/// to one reading. Pure: no clock, file, thread or OpenCV; integers only, but
/// for comparing a score with its two thresholds.
///
/// Sources: Luật 85/2015 Điều 74; Hỏi đáp về bầu cử 2026-2031, câu 167, 174-176.

#include <optional>
#include <string>
#include <vector>

#include "config/election/election.h"
#include "tally/reading/sheet_reading.h"

namespace kiemphieu::counting {

struct CandidateMark {
  std::string id;
  election::Mark mark = election::Mark::kDoubtful;
  election::MarkShape shape = election::MarkShape::kOther;
  double score = 0;
  std::string source;  ///< legal source of the rule that was applied
};

struct Interpretation {
  std::string contest;
  election::Outcome outcome = election::Outcome::kReturned;
  std::optional<election::Validity> validity;  ///< nullopt: not a ballot
  int elects = 0;                              ///< names left, by the proposal
  std::vector<election::Reason> reasons;       ///< most important first
  std::vector<CandidateMark> candidates;
};

/// Scores at or below are "kept", at or above are "struck"; between is
/// doubtful. Both ends and their data: docs/reading.md.
struct Thresholds {
  double kept_max = 0.15;
  double struck_min = 0.85;
};

/// `expected_contest`: the pile being scanned; empty = any contest of the station.
Interpretation interpret(const election::Election& election, const reading::SheetReading& reading,
                         const std::string& expected_contest, const Thresholds& thresholds = {});

}  // namespace kiemphieu::counting

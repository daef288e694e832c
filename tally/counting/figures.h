#pragma once
/// The arithmetic of the minutes as rules over a sheet's figures, and every way
/// to choose figures that satisfies them. Pure, whole numbers.
///
/// Sources: Luật 85/2015 Điều 73, 76; Mẫu 18/HĐBC-QH, 23/HĐBC-HĐND; Hỏi đáp về
/// bầu cử 2026-2031, câu 172, 176, 180.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/election/election.h"

namespace kiemphieu::counting {

/// The figures of one contest's minutes, in the order of the tally sheet:
/// voters, voted, issued, collected, valid, invalid, class-1 …, candidate-<id> ….
std::vector<std::string> figure_ids(const election::Contest& contest);
/// The form's own words for a figure: "Số phiếu thu vào"; empty for an unknown id.
std::string figure_label_vi(const std::string& id, const election::Contest& contest);

/// Σ times · figure = 0, or ≤ 0. `code` as in check_identities.
struct FigureRule {
  std::string code;
  bool equal = false;
  std::vector<std::pair<std::size_t, int>> terms;  ///< index of the figure, factor

  bool holds(const std::vector<int>& figures) const;
};

/// F101 valid + invalid = collected; F102 Σ classes = valid; F103 Σ k·class k = Σ votes;
/// F104 votes ≤ valid; F106 collected ≤ voted; F107 voted ≤ voters; F108 collected ≤ issued.
std::vector<FigureRule> figure_rules(const election::Contest& contest);

/// Code of a figure beyond its limit, among those of FigureRule.
inline constexpr std::string_view kLimitCode = "F109";

/// What a rule asks for, in words for the screen; also F105 of check_identities
/// and kLimitCode. Static lifetime; empty for an unknown code.
struct RuleSentence {
  std::string_view vi, en;
};
RuleSentence rule_sentence(std::string_view code);

/// What a figure may be at most: the station's voters of this contest, and twice
/// as many ballots issued (each voter may have exchanged one).
int figure_limit(const std::string& id, const election::Contest& contest, const election::Station& station);

/// All ways to take one value a figure so that every rule holds, found exactly.
struct FigureSearch {
  bool complete = false;  ///< false: more than `kMaxSteps` steps; nothing is said then
  bool possible = false;
  /// By figure: the value it has in every way; nullopt when ways differ, or none is.
  std::vector<std::optional<int>> agreed;
};
inline constexpr int kMaxSteps = 200000;

/// `values`: by figure, what it may be; a figure without any leaves its rules out.
FigureSearch search_figures(const std::vector<std::vector<int>>& values,
                            const std::vector<FigureRule>& rules);

}  // namespace kiemphieu::counting

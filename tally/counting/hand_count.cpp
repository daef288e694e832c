#include "tally/counting/hand_count.h"

#include <algorithm>

namespace kiemphieu::counting {
namespace {

Count count_at(const std::vector<int>& figures, std::size_t place) {
  return Count{static_cast<std::uint64_t>(figures[place])};
}

/// Of figures none of which is below zero. Their order is that of figure_ids.
HandCount counts_of(const election::Contest& contest, const std::vector<int>& figures) {
  HandCount count;
  count.voters = count_at(figures, 0), count.voted = count_at(figures, 1),
  count.issued = count_at(figures, 2);
  count.totals = empty_totals(contest);
  count.totals.collected = count_at(figures, 3);
  count.totals.valid = count_at(figures, 4);
  count.totals.invalid = count_at(figures, 5);
  std::size_t place = 6;
  for (Count& ballots : count.totals.classes) ballots = count_at(figures, place++);
  for (auto& [id, votes] : count.totals.candidates) votes = count_at(figures, place++);
  return count;
}

}  // namespace

std::vector<std::string> broken_rules(const election::Contest& contest, const election::Station& station,
                                      const std::vector<int>& figures) {
  const std::vector<std::string> ids = figure_ids(contest);
  KP_CHECK(figures.size() == ids.size());
  std::vector<std::string> broken;
  const auto add = [&](const std::string& code) {
    if (std::find(broken.begin(), broken.end(), code) == broken.end()) broken.push_back(code);
  };
  for (std::size_t i = 0; i < figures.size(); ++i)
    if (figures[i] < 0 || figures[i] > figure_limit(ids[i], contest, station)) add(std::string{kLimitCode});
  if (!broken.empty()) return broken;
  for (const FigureRule& rule : figure_rules(contest))
    if (!rule.holds(figures)) add(rule.code);
  for (const IdentityFailure& failure : check_identities(counts_of(contest, figures).totals))
    add(failure.code);
  return broken;
}

Result<HandCount> hand_count(const election::Contest& contest, const election::Station& station,
                             const std::vector<int>& figures) {
  std::string codes;
  for (const std::string& code : broken_rules(contest, station, figures))
    codes += (codes.empty() ? "" : " ") + code;
  if (!codes.empty()) return fail(ErrorCode::kFiguresImpossible, codes);
  return counts_of(contest, figures);
}

}  // namespace kiemphieu::counting

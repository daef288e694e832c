#include "sync/committee/board.h"

#include "config/base/clock.h"
#include "config/json/json.h"

namespace kiemphieu::committee {
namespace {

using json::OrderedJson;

constexpr std::size_t kMaxNamed = 50;  // more do not fit a screen; the list has them all

std::uint64_t value_or_zero(const auto& map, const auto& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

OrderedJson contest_json(const election::Contest& contest, const ContestNumbers& numbers,
                         std::uint64_t last_sequence) {
  OrderedJson classes = OrderedJson::object();
  for (int k = 1; k <= contest.seats; ++k) classes[std::to_string(k)] = value_or_zero(numbers.classes, k);
  OrderedJson candidates = OrderedJson::array();
  for (const auto& candidate : contest.candidates)
    candidates.push_back({{"id", candidate.id}, {"votes", value_or_zero(numbers.votes, candidate.id)}});
  return {{"contest", contest.id},
          {"seats", contest.seats},
          {"stations_reporting", numbers.stations_reporting},
          {"collected", numbers.collected},
          {"valid", numbers.valid},
          {"invalid", numbers.invalid},
          {"classes", classes},
          {"candidates", candidates},
          {"in_review", numbers.in_review},
          {"last_sequence", last_sequence}};
}

std::string document(const OrderedJson& value) { return value.dump(); }

}  // namespace

std::string election_json(const election::Election& election) {
  OrderedJson contests = OrderedJson::array();
  for (const auto& contest : election.contests) {
    int stations = 0;
    for (const auto& station : election.stations) stations += station.has_contest(contest.id) ? 1 : 0;
    OrderedJson candidates = OrderedJson::array();
    for (const auto& candidate : contest.candidates)
      candidates.push_back({{"id", candidate.id},
                            {"honorific", election::to_text(candidate.honorific)},
                            {"name", candidate.full_name()},
                            {"other_name", candidate.other_name.value_or("")}});
    contests.push_back({{"id", contest.id},
                        {"title", contest.title_vi},
                        {"constituency", contest.constituency},
                        {"area", contest.area},
                        {"seats", contest.seats},
                        {"stations", stations},
                        {"candidates", candidates}});
  }
  return document({{"id", election.id},
                   {"name", election.name_vi},
                   {"date", election.date},
                   {"digest", election.digest.hex()},
                   {"contests", contests}});
}

std::string totals_json(const election::Election& election,
                        const std::map<std::string, ContestNumbers>& totals, std::uint64_t last_sequence) {
  OrderedJson rows = OrderedJson::array();
  for (const auto& contest : election.contests) {
    const auto found = totals.find(contest.id);
    rows.push_back(
        contest_json(contest, found == totals.end() ? ContestNumbers{} : found->second, last_sequence));
  }
  return document(rows);
}

std::string stations_json(const std::vector<StationRow>& stations) {
  OrderedJson rows = OrderedJson::array();
  for (const StationRow& row : stations)
    rows.push_back(
        {{"id", row.id},
         {"state", to_text(row.state)},
         {"last_sequence", row.last_sequence},
         {"lifecycle", row.lifecycle},
         {"machine", row.machine},
         {"last_contact", row.last_contact_unix_s == 0 ? "" : rfc3339_utc(row.last_contact_unix_s)},
         {"reopened", row.reopened}});
  return document(rows);
}

std::string summary_json(const std::vector<StationRow>& stations) {
  std::map<StationState, std::size_t> counts;
  OrderedJson conflicts = OrderedJson::array(), taken_over = OrderedJson::array(), reopened = OrderedJson::array();
  for (const StationRow& row : stations) {
    ++counts[row.state];
    if (row.machine > 1 && taken_over.size() < kMaxNamed) taken_over.push_back(row.id);
    if (row.state == StationState::kConflict && conflicts.size() < kMaxNamed)
      conflicts.push_back(row.id);
    if (row.reopened > 0 && reopened.size() < kMaxNamed) reopened.push_back(row.id);
  }
  OrderedJson summary{{"stations", stations.size()}, {"taken_over", taken_over}, {"reopened", reopened}};
  for (const auto state :
       {StationState::kWaiting, StationState::kReporting, StationState::kComplete, StationState::kConflict})
    summary[std::string{to_text(state)}] = value_or_zero(counts, state);
  summary["conflicts"] = conflicts;
  return document(summary);
}

}  // namespace kiemphieu::committee

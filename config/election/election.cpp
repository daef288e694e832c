#include "config/election/election.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "config/base/check.h"
#include "config/base/text.h"

namespace kiemphieu::election {
namespace {

/// "1978-05-21" as it is printed: "21/05/1978".
std::string printed_date(const std::string& iso) {
  return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
}

template <class Items, class Matches>
auto* find_item(Items& items, Matches matches) {
  const auto it = std::find_if(items.begin(), items.end(), matches);
  return it == items.end() ? nullptr : &*it;
}

}  // namespace

std::string_view to_text(BallotForm form) {
  switch (form) {
    case BallotForm::kNationalAssembly:
      return "national_assembly";
    case BallotForm::kProvincialCouncil:
      return "provincial_council";
    case BallotForm::kCommuneCouncil:
      return "commune_council";
    case BallotForm::kHamlet:
      return "hamlet";
  }
  check_failed("a BallotForm has one of its values", __FILE__, __LINE__);
}

std::int64_t Election::unix_s(std::string_view at) const {
  using namespace std::chrono;
  const auto number = [](std::string_view text) {
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value;
  };
  const std::string_view day = date;
  const year_month_day on{year{number(day.substr(0, 4))}, month{static_cast<unsigned>(number(day.substr(5, 2)))},
                          std::chrono::day{static_cast<unsigned>(number(day.substr(8, 2)))}};
  constexpr hours kVietnam{7};
  const auto moment = sys_days{on} + hours{number(at.substr(0, 2))} + minutes{number(at.substr(3, 2))} - kVietnam;
  return duration_cast<seconds>(moment.time_since_epoch()).count();
}

std::string_view to_text(Honorific honorific) { return honorific == Honorific::kOng ? "Ông" : "Bà"; }

std::string Candidate::full_name() const {
  std::string name = family_name;
  if (!middle_name.empty()) name += " " + middle_name;
  return name + " " + given_name;
}

std::vector<std::string> Candidate::printed_lines() const {
  std::string first = full_name();
  if (print_birth_date) first += " (" + printed_date(birth_date) + ")";
  if (!other_name) return {first};
  const std::string other = "(" + *other_name + ")";
  if (other_name_on_own_line) return {first, other};
  return {first + " " + other};
}

const Candidate* Contest::find(std::string_view candidate_id) const {
  return find_item(candidates, [&](const Candidate& candidate) { return candidate.id == candidate_id; });
}

const MarkRule& RuleTable::rule_for(MarkShape shape) const {
  const MarkRule* rule = find_item(marks, [&](const MarkRule& row) { return row.shape == shape; });
  KP_CHECK(rule != nullptr);
  return *rule;
}

const ValidityRule& RuleTable::rule_for(Reason reason) const {
  const ValidityRule* rule =
      find_item(validity, [&](const ValidityRule& row) { return row.reason == reason; });
  KP_CHECK(rule != nullptr);
  return *rule;
}

bool Station::has_contest(std::string_view contest_id) const {
  return find_item(contests, [&](const ContestVoters& row) { return row.contest == contest_id; }) != nullptr;
}

Count Station::voters(std::string_view contest_id) const {
  const auto* row =
      find_item(contests, [&](const ContestVoters& item) { return item.contest == contest_id; });
  return row == nullptr ? Count{} : row->voters;
}

const Contest* Election::find_contest(std::string_view wanted) const {
  return find_item(contests, [&](const Contest& contest) { return contest.id == wanted; });
}

const Station* Election::find_station(std::string_view wanted) const {
  return find_item(stations, [&](const Station& station) { return station.id == wanted; });
}

bool ballot_order(const Candidate& a, const Candidate& b) {
  const auto key = [](const Candidate& candidate) {
    return std::tuple{vietnamese_sort_key(candidate.given_name), vietnamese_sort_key(candidate.family_name),
                      vietnamese_sort_key(candidate.middle_name), candidate.birth_date};
  };
  return key(a) < key(b);
}

}  // namespace kiemphieu::election

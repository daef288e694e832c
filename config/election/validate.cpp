#include "config/election/validate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <set>

namespace kiemphieu::election {
namespace {

Error invalid(const std::string& field, const std::string& fix) {
  return fail(ErrorCode::kElectionInvalid, field + ": " + fix);
}

std::string at(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

bool same_name(const Candidate& a, const Candidate& b) { return a.full_name() == b.full_name(); }

Result<void> check_candidates(const Contest& contest, const std::string& path) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < contest.candidates.size(); ++i) {
    const Candidate& candidate = contest.candidates[i];
    const std::string field = at(path + ".candidates", i);
    if (!ids.insert(candidate.id).second)
      return invalid(
          field + ".id",
          "\"" + candidate.id + "\" is used twice in this contest; give each candidate an id of its own");
    if (i == 0) continue;
    const Candidate& before = contest.candidates[i - 1];
    if (ballot_order(candidate, before))
      return invalid(field,
                     "\"" + candidate.full_name() + "\" must stand before \"" + before.full_name() +
                         "\": order by given name, family name, middle name, then the earlier birth date");
    if (same_name(candidate, before) && candidate.birth_date == before.birth_date)
      return invalid(field + ".birth_date",
                     "two candidates with the same name and birth date cannot be told apart on the ballot");
  }
  return {};
}

Result<void> check_contest(const Contest& contest, const std::string& path) {
  const int legal_seats = contest.form == BallotForm::kNationalAssembly ? 3 : kMaxSeats;
  if (contest.seats > legal_seats)
    return invalid(path + ".seats",
                   "at most " + std::to_string(legal_seats) + " for this form (Luật 85/2015 Điều 10)");
  const auto candidates = static_cast<int>(contest.candidates.size());
  if (contest.form != BallotForm::kHamlet && contest.seats >= candidates)
    return invalid(path + ".seats", std::to_string(contest.seats) + " seats need more than " +
                                        std::to_string(candidates) +
                                        " candidates; correct the number or the list");
  if (contest.seats > candidates)
    return invalid(path + ".seats", "more seats than candidates; correct the number or the list");
  return check_candidates(contest, path);
}

Result<void> check_papers(const Election& election, const Station& station, const std::string& path) {
  for (std::size_t i = 0; i < station.contests.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const Contest& a = *election.find_contest(station.contests[k].contest);
      const Contest& b = *election.find_contest(station.contests[i].contest);
      if (a.paper.name_vi == b.paper.name_vi || a.paper.rgb == b.paper.rgb)
        return invalid(at(path + ".contests", i), "the ballots of \"" + a.id + "\" and \"" + b.id +
                                                      "\" have the same paper colour; choose different ones");
    }
  }
  return {};
}

Result<void> check_station(const Election& election, const Station& station, const std::string& path) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < station.contests.size(); ++i) {
    const std::string& id = station.contests[i].contest;
    const std::string field = at(path + ".contests", i) + ".contest";
    if (election.find_contest(id) == nullptr)
      return invalid(field, "there is no contest \"" + id + "\"; use the id of one in contests");
    if (!seen.insert(id).second) return invalid(field, "\"" + id + "\" is listed twice; remove one");
  }
  return check_papers(election, station, path);
}

/// One row for each of `count` values: `value_of` gives a row's, `text_of` its spelling.
template <class Row, class Value, class ValueOf>
Result<void> check_rows(const std::vector<Row>& rows, int count, const std::string& path,
                        const std::string& key, ValueOf value_of) {
  std::set<Value> seen;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Value value = value_of(rows[i]);
    if (!seen.insert(value).second)
      return invalid(at(path, i) + "." + key,
                     "\"" + std::string{to_text(value)} + "\" has two rows; remove one");
  }
  for (int i = 0; i < count; ++i) {
    const auto value = static_cast<Value>(i);
    if (!seen.contains(value)) return invalid(path, "add a row for \"" + std::string{to_text(value)} + "\"");
  }
  return {};
}

Result<void> check_rules(const RuleTable& rules) {
  KP_TRY_VOID((check_rows<MarkRule, MarkShape>(rules.marks, kMarkShapeCount, "rules.marks", "shape",
                                               [](const MarkRule& row) { return row.shape; })));
  KP_TRY_VOID((check_rows<ValidityRule, Reason>(rules.validity, kReasonCount, "rules.validity", "reason",
                                                [](const ValidityRule& row) { return row.reason; })));
  for (std::size_t i = 0; i < rules.marks.size(); ++i) {
    if (rules.marks[i].meaning == Mark::kDoubtful && !rules.marks[i].review)
      return invalid(at("rules.marks", i) + ".review", "a doubtful mark is decided by the team; set true");
  }
  return {};
}

template <class Items>
Result<void> check_unique_ids(const Items& items, const std::string& path) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!ids.insert(items[i].id).second)
      return invalid(at(path, i) + ".id", "\"" + items[i].id + "\" is used twice; give each its own id");
  }
  return {};
}

}  // namespace

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > 32 || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t from, std::size_t length) {
    unsigned value = 0;
    const char* end = text.data() + from + length;
    const auto [stop, error] = std::from_chars(text.data() + from, end, value);
    return error == std::errc{} && stop == end ? value : 0U;
  };
  using namespace std::chrono;
  const year_month_day day{year{static_cast<int>(number(0, 4))}, month{number(5, 2)},
                           std::chrono::day{number(8, 2)}};
  return day.year() >= year{1900} && day.ok();
}

std::size_t find_decomposed(std::string_view text) {
  constexpr std::array<std::string_view, 8> kWithoutComposedBreve = {"ê", "ô", "ơ", "ư", "Ê", "Ô", "Ơ", "Ư"};
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(text[i + 1]);
    const bool combining = lead == 0xCC || (lead == 0xCD && next <= 0xAF);  // U+0300 to U+036F
    if (!combining) continue;
    const bool breve = lead == 0xCC && next == 0x86;
    const std::string_view base = i >= 2 ? text.substr(i - 2, 2) : std::string_view{};
    const bool edge = std::find(kWithoutComposedBreve.begin(), kWithoutComposedBreve.end(), base) !=
                      kWithoutComposedBreve.end();
    if (!(breve && edge)) return i;
  }
  return std::string_view::npos;
}

Result<void> validate(const Election& election) {
  KP_TRY_VOID(check_unique_ids(election.contests, "contests"));
  KP_TRY_VOID(check_unique_ids(election.stations, "stations"));
  for (std::size_t i = 0; i < election.contests.size(); ++i)
    KP_TRY_VOID(check_contest(election.contests[i], at("contests", i)));
  for (std::size_t i = 0; i < election.stations.size(); ++i)
    KP_TRY_VOID(check_station(election, election.stations[i], at("stations", i)));
  return check_rules(election.rules);
}

void mark_equal_names(Contest& contest) {
  for (Candidate& candidate : contest.candidates) {
    candidate.print_birth_date =
        std::count_if(contest.candidates.begin(), contest.candidates.end(),
                      [&](const Candidate& other) { return same_name(candidate, other); }) > 1;
  }
}

}  // namespace kiemphieu::election

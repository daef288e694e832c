#include "tally/counting/figures.h"

#include <algorithm>
#include <array>

namespace kiemphieu::counting {
namespace {

enum Figure : std::size_t { kVoters, kVoted, kIssued, kCollected, kValid, kInvalid, kFirstClass };

/// Depth first over the figures, in their order; a branch ends as soon as a rule
/// cannot hold any more, whatever the figures to come.
class Search {
 public:
  Search(const std::vector<std::vector<int>>& values, const std::vector<FigureRule>& rules)
      : values_(values) {
    for (const FigureRule& rule : rules) {
      const bool known = std::none_of(rule.terms.begin(), rule.terms.end(),
                                      [&](const auto& term) { return values[term.first].empty(); });
      if (known) rules_.push_back(rule);
    }
    chosen_.assign(values.size(), 0);
    result_.agreed.assign(values.size(), std::nullopt);
  }

  FigureSearch run() {
    result_.complete = choose(0);
    if (!result_.complete) result_ = {false, false, std::vector<std::optional<int>>(values_.size())};
    return std::move(result_);
  }

 private:
  /// The least and the most that a rule's sum can become when figures before `from` are chosen.
  bool can_hold(const FigureRule& rule, std::size_t from) const {
    std::int64_t least = 0, most = 0;
    for (const auto& [index, factor] : rule.terms) {
      std::int64_t low = chosen_[index], high = chosen_[index];
      if (index >= from) {
        const auto [smallest, largest] = std::minmax_element(values_[index].begin(), values_[index].end());
        low = *smallest, high = *largest;
      }
      least += factor * (factor > 0 ? low : high);
      most += factor * (factor > 0 ? high : low);
    }
    return least <= 0 && (most >= 0 || !rule.equal);
  }

  void keep() {
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      if (values_[i].empty()) continue;
      if (!result_.possible)
        result_.agreed[i] = chosen_[i];
      else if (result_.agreed[i] != chosen_[i])
        result_.agreed[i].reset();
    }
    result_.possible = true;
  }

  /// False: too many steps.
  bool choose(std::size_t index) {
    if (++steps_ > kMaxSteps) return false;
    for (const FigureRule& rule : rules_)
      if (!can_hold(rule, index)) return true;
    if (index == values_.size()) return keep(), true;
    if (values_[index].empty()) return choose(index + 1);
    for (const int value : values_[index]) {
      chosen_[index] = value;
      if (!choose(index + 1)) return false;
    }
    return true;
  }

  const std::vector<std::vector<int>>& values_;
  std::vector<FigureRule> rules_;
  std::vector<int> chosen_;
  FigureSearch result_;
  int steps_ = 0;
};

}  // namespace

std::vector<std::string> figure_ids(const election::Contest& contest) {
  std::vector<std::string> ids = {"voters", "voted", "issued", "collected", "valid", "invalid"};
  for (int elects = 1; elects <= contest.seats; ++elects) ids.push_back("class-" + std::to_string(elects));
  for (const election::Candidate& candidate : contest.candidates) ids.push_back("candidate-" + candidate.id);
  return ids;
}

std::string figure_label_vi(const std::string& id, const election::Contest& contest) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, kFirstClass> kFixed = {{
      {"voters", "Tổng số cử tri của khu vực bỏ phiếu"},
      {"voted", "Số cử tri đã tham gia bỏ phiếu"},
      {"issued", "Số phiếu phát ra"},
      {"collected", "Số phiếu thu vào"},
      {"valid", "Số phiếu hợp lệ"},
      {"invalid", "Số phiếu không hợp lệ"},
  }};
  for (const auto& [known, label] : kFixed)
    if (id == known) return std::string{label};
  constexpr std::string_view kClass = "class-", kCandidate = "candidate-";
  if (id.starts_with(kClass)) return "Số phiếu bầu " + id.substr(kClass.size()) + " đại biểu";
  const election::Candidate* candidate =
      id.starts_with(kCandidate) ? contest.find(id.substr(kCandidate.size())) : nullptr;
  if (candidate == nullptr) return {};
  return std::string{to_text(candidate->honorific)} + " " + candidate->printed_lines().front() + " được";
}

RuleSentence rule_sentence(std::string_view code) {
  constexpr std::array<std::pair<std::string_view, RuleSentence>, 9> kSentences = {{
      {"F101", {"Số phiếu hợp lệ cộng số phiếu không hợp lệ phải bằng số phiếu thu vào.",
                "Valid and invalid ballots must add up to the ballots collected."}},
      {"F102", {"Tổng số phiếu của các loại (bầu 1, 2 … đại biểu) phải bằng số phiếu hợp lệ.",
                "The classes of ballots must add up to the valid ballots."}},
      {"F103", {"Tổng số phiếu của những người ứng cử phải bằng tổng tính theo các loại phiếu.",
                "The candidates' votes must add up to what the classes of ballots give."}},
      {"F104", {"Số phiếu của mỗi người ứng cử không được lớn hơn số phiếu hợp lệ.",
                "No candidate may have more votes than there are valid ballots."}},
      {"F105", {"Tổng số phiếu bầu phải từ số phiếu hợp lệ đến số phiếu hợp lệ nhân số đại biểu được bầu.",
                "All votes must lie between the valid ballots and the valid ballots times the seats."}},
      {"F106", {"Số phiếu thu vào không được lớn hơn số cử tri đã tham gia bỏ phiếu.",
                "No more ballots may be collected than voters voted."}},
      {"F107", {"Số cử tri đã tham gia bỏ phiếu không được lớn hơn tổng số cử tri.",
                "No more voters may have voted than are listed."}},
      {"F108", {"Số phiếu thu vào không được lớn hơn số phiếu phát ra.",
                "No more ballots may be collected than were issued."}},
      {kLimitCode, {"Một số lớn hơn số cử tri của khu vực bỏ phiếu cho phép.",
                    "A figure is larger than the station's voters allow."}},
  }};
  for (const auto& [known, sentence] : kSentences)
    if (code == known) return sentence;
  return {};
}

bool FigureRule::holds(const std::vector<int>& figures) const {
  std::int64_t sum = 0;
  for (const auto& [index, factor] : terms) sum += std::int64_t{factor} * figures[index];
  return equal ? sum == 0 : sum <= 0;
}

std::vector<FigureRule> figure_rules(const election::Contest& contest) {
  const auto seats = static_cast<std::size_t>(contest.seats);
  const std::size_t first_candidate = kFirstClass + seats;
  std::vector<FigureRule> rules = {{"F101", true, {{kValid, 1}, {kInvalid, 1}, {kCollected, -1}}}};
  FigureRule ballots{"F102", true, {{kValid, -1}}}, votes{"F103", true, {}};
  for (std::size_t k = 0; k < seats; ++k) {
    ballots.terms.emplace_back(kFirstClass + k, 1);
    votes.terms.emplace_back(kFirstClass + k, static_cast<int>(k) + 1);
  }
  for (std::size_t i = 0; i < contest.candidates.size(); ++i)
    votes.terms.emplace_back(first_candidate + i, -1);
  rules.push_back(std::move(ballots));
  rules.push_back(std::move(votes));
  for (std::size_t i = 0; i < contest.candidates.size(); ++i)
    rules.push_back({"F104", false, {{first_candidate + i, 1}, {kValid, -1}}});
  rules.push_back({"F106", false, {{kCollected, 1}, {kVoted, -1}}});
  rules.push_back({"F107", false, {{kVoted, 1}, {kVoters, -1}}});
  rules.push_back({"F108", false, {{kCollected, 1}, {kIssued, -1}}});
  return rules;
}

int figure_limit(const std::string& id, const election::Contest& contest, const election::Station& station) {
  const int voters = static_cast<int>(std::min<std::uint64_t>(station.voters(contest.id).value(), 1000000));
  return id == "issued" ? 2 * voters : voters;
}

FigureSearch search_figures(const std::vector<std::vector<int>>& values,
                            const std::vector<FigureRule>& rules) {
  return Search(values, rules).run();
}

}  // namespace kiemphieu::counting

#include "tally/counting/tally_sheet.h"

#include <algorithm>

/// Method: per box the digits it may hold; per figure the numbers these make;
/// the sure ones stand, the sums are tried on them; then the exact search says
/// what the doubtful ones can only be.

namespace kiemphieu::counting {
namespace {

using election::Outcome;
using reading::DigitReading;

constexpr int kBlank = -1;
constexpr int kNoDigit = 10;
constexpr int kPossible = 100;               // in 1/10000: less likely digits are not tried
constexpr std::size_t kMaxHypotheses = 300;  // of one figure; more say nothing

/// What one box may hold: digits, or kBlank.
std::vector<int> options_of(const DigitReading& box, int sure) {
  if (box.blank) return {kBlank};
  if (!box.doubtful && box.best[0].digit != kNoDigit && box.best[0].sure >= sure) return {box.best[0].digit};
  std::vector<int> options;
  if (box.best[0].digit == kNoDigit) {  // crossed out or corrected: it may be any
    for (int digit = 0; digit <= 9; ++digit) options.push_back(digit);
    return options;
  }
  for (const reading::DigitGuess& guess : box.best)
    if (guess.digit != kNoDigit && guess.sure >= kPossible) options.push_back(guess.digit);
  if (box.best[0].sure == 0) options = {kBlank};  // specks only
  return options;
}

/// The number that the boxes hold; nullopt when digits and empty boxes mingle.
std::optional<int> number_of(const std::vector<int>& boxes) {
  const auto is_digit = [](int box) { return box != kBlank; };
  const auto first = std::find_if(boxes.begin(), boxes.end(), is_digit);
  const auto last = std::find_if(boxes.rbegin(), boxes.rend(), is_digit).base();
  if (first == boxes.end() || std::count(first, last, kBlank) > 0 || last - first > 8) return std::nullopt;
  int number = 0;
  for (auto box = first; box != last; ++box) number = 10 * number + *box;
  return number;
}

std::vector<int> hypotheses_of(const reading::FieldReading& field, int sure, int limit) {
  std::vector<std::vector<int>> rows = {{}};
  for (const DigitReading& box : field.boxes) {
    std::vector<std::vector<int>> longer;
    for (const auto& row : rows)
      for (const int option : options_of(box, sure)) {
        longer.push_back(row);
        longer.back().push_back(option);
      }
    rows = std::move(longer);
    if (rows.size() > kMaxHypotheses) return {};
  }
  std::vector<int> numbers;
  for (const auto& row : rows)
    if (const auto number = number_of(row); number && *number <= limit) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

reading::BoxPx around(const std::vector<DigitReading>& boxes) {
  if (boxes.empty()) return {};
  reading::BoxPx all = boxes.front().box;
  for (const DigitReading& digit : boxes) {
    const int right = std::max(all.x_px + all.w_px, digit.box.x_px + digit.box.w_px);
    const int bottom = std::max(all.y_px + all.h_px, digit.box.y_px + digit.box.h_px);
    all.x_px = std::min(all.x_px, digit.box.x_px), all.y_px = std::min(all.y_px, digit.box.y_px);
    all.w_px = right - all.x_px, all.h_px = bottom - all.y_px;
  }
  return all;
}

/// The figure by its ink alone.
FigureResult read_figure(const reading::FieldReading& field, int sure, int limit) {
  FigureResult figure;
  figure.id = field.id;
  figure.at = around(field.boxes);
  figure.sure = 10000;
  bool clear = true, empty = true;
  std::vector<int> boxes;
  for (const DigitReading& box : field.boxes) {
    empty = empty && box.blank;
    const std::vector<int> options = options_of(box, sure);
    clear = clear && !box.doubtful && options.size() == 1 && (box.blank || box.best[0].digit == options[0]) &&
            (box.blank || box.best[0].sure >= sure);
    if (!box.blank)
      figure.sure =
          std::min(figure.sure, box.doubtful || box.best[0].digit == kNoDigit ? 0 : box.best[0].sure);
    boxes.push_back(options.empty() ? kBlank : options[0]);
  }
  if (clear) figure.value = number_of(boxes);
  if (empty || !figure.value) figure.doubt = empty ? FigureDoubt::kEmpty : FigureDoubt::kUnclear;
  if (empty) figure.sure = 0;
  if (figure.value && *figure.value > limit) figure.doubt = FigureDoubt::kLimit;
  return figure;
}

bool written(const FigureResult& figure) { return figure.doubt == FigureDoubt::kNone; }

/// The number that the likeliest digits make, sure or not.
std::optional<int> likeliest(const reading::FieldReading& field, int limit) {
  std::vector<int> boxes;
  for (const DigitReading& box : field.boxes) {
    if (!box.blank && (box.best[0].digit == kNoDigit || box.best[0].sure == 0)) return std::nullopt;
    boxes.push_back(box.blank ? kBlank : box.best[0].digit);
  }
  const auto number = number_of(boxes);
  return number && *number <= limit ? number : std::nullopt;
}

/// Tries every rule on the figures. A sum closes when the ink's likeliest digits
/// satisfy it, all by themselves; it is broken when figures that are all sure do
/// not. The sums confirm all figures or none: a like misreading in two figures
/// cancels out in one sum, but hardly in the ballots, the classes and the votes.
void confirm(const std::vector<FigureRule>& rules, const std::vector<std::optional<int>>& ink, TallySheet& sheet) {
  std::vector<int> values;
  for (const auto& number : ink) values.push_back(number.value_or(0));
  std::vector<FigureDoubt> doubts(values.size(), FigureDoubt::kNone);
  bool all_close = true;
  for (const FigureRule& rule : rules) {
    const auto all = [&](const auto& is) {
      return std::all_of(rule.terms.begin(), rule.terms.end(), [&](const auto& term) { return is(term.first); });
    };
    const bool sure = all([&](std::size_t i) { return written(sheet.figures[i]); });
    const bool closes = all([&](std::size_t i) { return ink[i].has_value(); }) && rule.holds(values);
    all_close = all_close && (closes || !rule.equal);
    if (!sure || closes) continue;
    if (std::find(sheet.broken.begin(), sheet.broken.end(), rule.code) == sheet.broken.end())
      sheet.broken.push_back(rule.code);
    for (const auto& [index, factor] : rule.terms) doubts[index] = FigureDoubt::kArithmetic;
  }
  for (const FigureRule& rule : rules)
    for (const auto& [index, factor] : rule.terms)
      if (rule.equal && !all_close && doubts[index] == FigureDoubt::kNone) doubts[index] = FigureDoubt::kUnconfirmed;
  for (std::size_t i = 0; i < doubts.size(); ++i)
    if (written(sheet.figures[i])) sheet.figures[i].doubt = doubts[i];
}

/// Whoever writes one 7 like a 1 writes the next one so too, and two like errors in
/// one sum cancel out. So a sum confirms a figure only when no digits that are at
/// all likely, in any box, close all sums with another value of it.
void doubt_ambiguous(const reading::SheetReading& reading, const std::vector<int>& limits,
                     const std::vector<FigureRule>& rules, TallySheet& sheet) {
  constexpr int kNeverSure = 10001;
  std::vector<std::vector<int>> values;
  for (std::size_t i = 0; i < reading.fields.size(); ++i)
    values.push_back(hypotheses_of(reading.fields[i], kNeverSure, limits[i]));
  const FigureSearch found = search_figures(values, rules);
  for (std::size_t i = 0; i < sheet.figures.size(); ++i)
    if (written(sheet.figures[i]) && values[i].size() != 1 && found.agreed[i] != sheet.figures[i].value)
      sheet.figures[i].doubt = FigureDoubt::kUnconfirmed;
}

void propose(const std::vector<std::vector<int>>& values, const std::vector<FigureRule>& rules,
             TallySheet& sheet) {
  const FigureSearch found = search_figures(values, rules);
  for (std::size_t i = 0; i < sheet.figures.size(); ++i)
    if (!sheet.figures[i].value) sheet.figures[i].proposal = found.agreed[i];
}

bool same_form(const election::Contest& contest, const reading::SheetReading& reading) {
  const std::vector<std::string> ids = figure_ids(contest);
  return std::equal(ids.begin(), ids.end(), reading.fields.begin(), reading.fields.end(),
                    [](const std::string& id, const auto& field) { return id == field.id; });
}

}  // namespace

std::string_view to_text(FigureDoubt doubt) {
  switch (doubt) {
    case FigureDoubt::kNone:
      return "none";
    case FigureDoubt::kUnclear:
      return "unclear";
    case FigureDoubt::kEmpty:
      return "empty";
    case FigureDoubt::kLimit:
      return "limit";
    case FigureDoubt::kArithmetic:
      return "arithmetic";
    case FigureDoubt::kUnconfirmed:
      return "unconfirmed";
  }
  check_failed("a doubt without a name", __FILE__, __LINE__);
}

std::optional<FigureDoubt> figure_doubt_from(std::string_view text) {
  for (const FigureDoubt doubt : {FigureDoubt::kNone, FigureDoubt::kUnclear, FigureDoubt::kEmpty, FigureDoubt::kLimit,
                                  FigureDoubt::kArithmetic, FigureDoubt::kUnconfirmed})
    if (to_text(doubt) == text) return doubt;
  return std::nullopt;
}

std::string_view sentence_vi(FigureDoubt doubt) {
  switch (doubt) {
    case FigureDoubt::kNone:
      return "";
    case FigureDoubt::kUnclear:
      return "máy đọc chưa chắc";
    case FigureDoubt::kEmpty:
      return "chưa ghi số";
    case FigureDoubt::kLimit:
      return "lớn hơn số cử tri cho phép";
    case FigureDoubt::kArithmetic:
      return "không khớp với các số khác";
    case FigureDoubt::kUnconfirmed:
      return "các phép cộng chưa xác nhận được";
  }
  check_failed("a doubt without words", __FILE__, __LINE__);
}

TallySheet judge_tally_sheet(const election::Election& election, const election::Station& station,
                             const reading::SheetReading& reading, const DigitThresholds& thresholds) {
  TallySheet sheet;
  const election::Contest* contest = election.find_contest(reading.contest);
  if (reading.form != reading::Form::kTallySheet || contest == nullptr || !station.has_contest(contest->id) ||
      reading.station != station.id || !same_form(*contest, reading))
    return sheet;
  const std::vector<FigureRule> rules = figure_rules(*contest);
  std::vector<std::vector<int>> values;
  std::vector<std::optional<int>> ink;
  std::vector<int> limits;
  for (std::size_t i = 0; i < reading.fields.size(); ++i) {
    const auto in_sum = [&](const FigureRule& rule) {
      return rule.equal && std::any_of(rule.terms.begin(), rule.terms.end(),
                                       [&](const auto& term) { return term.first == i; });
    };
    const bool summed = std::any_of(rules.begin(), rules.end(), in_sum);
    const int sure = summed ? thresholds.summed : thresholds.alone;
    const int limit = figure_limit(reading.fields[i].id, *contest, station);
    sheet.figures.push_back(read_figure(reading.fields[i], sure, limit));
    values.push_back(hypotheses_of(reading.fields[i], sure, limit));
    limits.push_back(limit);
    ink.push_back(likeliest(reading.fields[i], limit));
  }
  confirm(rules, ink, sheet);
  doubt_ambiguous(reading, limits, rules, sheet);
  propose(values, rules, sheet);
  sheet.outcome = reading.findings.empty() ? Outcome::kAccepted : Outcome::kReview;
  for (FigureResult& figure : sheet.figures) {
    if (written(figure) && reading.findings.empty()) figure.outcome = Outcome::kAccepted;
    if (figure.outcome != Outcome::kAccepted) sheet.outcome = Outcome::kReview;
  }
  return sheet;
}

}  // namespace kiemphieu::counting

// The alignment of printed lines and candidates is a shortest path over
// (candidates done, lines used): a candidate with a name in parentheses may
// stand on one line or on two.
#include "tally/learning/name_match.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace kiemphieu::learning {
namespace {

using election::Candidate;
using election::Contest;

// Measured over the print matrix of docs/reports/template-learn.md.
constexpr double kMinSeatsLikeness = 0.84;  // other lines, and upside-down ones, stay below
constexpr double kMinLineLikeness = 0.80;     // of the worst line
constexpr double kMinMeanLikeness = 0.86;
constexpr double kMaxProportion = 0.26;
constexpr double kMaxScaleSpread = 0.11;      // one size of type for all names
constexpr double kFits = 0.30;                // cost of a name in its place: 0.05 to 0.2; of another: 0.4 and more
constexpr double kAlike = 0.04;               // costs nearer than this say nothing about the order

/// One way to print a candidate: indices into the drawn lines.
using Printing = std::vector<std::size_t>;

struct Wanted {
  std::vector<DrawnLine> texts;  ///< [0] is the "Được bầu" line
  std::vector<std::vector<Printing>> candidates;
};

int count_words(const std::string& text) {
  int words = 0;
  bool inside = false;
  for (const char c : text) {
    words += c != ' ' && !inside ? 1 : 0;
    inside = c != ' ';
  }
  return words;
}

DrawnLine text_line(const std::string& text, bool honorific) {
  DrawnLine line;
  line.text = text;
  line.words = count_words(text);
  line.honorific = honorific;
  return line;
}

Wanted wanted_lines(const Contest& contest) {
  Wanted wanted;
  wanted.texts.push_back(text_line("Được bầu " + std::to_string(contest.seats) + " đại biểu", false));
  for (const Candidate& candidate : contest.candidates) {
    std::string whole{to_text(candidate.honorific)};
    for (const std::string& part : candidate.printed_lines()) whole += " " + part;
    std::vector<Printing> ways;
    ways.push_back({wanted.texts.size()});
    wanted.texts.push_back(text_line(whole, true));
    const std::size_t parenthesis = whole.rfind(" (");
    if (parenthesis != std::string::npos) {
      ways.push_back({wanted.texts.size(), wanted.texts.size() + 1});
      wanted.texts.push_back(text_line(whole.substr(0, parenthesis), true));
      wanted.texts.push_back(text_line(whole.substr(parenthesis + 1), false));
    }
    wanted.candidates.push_back(std::move(ways));
  }
  return wanted;
}

struct Alignment {
  double cost = std::numeric_limits<double>::infinity();
  double shape = 0;               ///< mean over lines
  std::vector<std::size_t> ways;  ///< chosen printing of each candidate
};

/// Likeness of every printed line below the first `start` with every drawn one, computed once.
class Likenesses {
 public:
  Likenesses(const PrintLines& print, std::size_t start, const std::vector<DrawnLine>& drawn)
      : print_(print), start_(start), drawn_(drawn), known_(print.lines.size() * drawn.size()) {
    std::vector<int> bodies;
    for (std::size_t i = start; i < print.lines.size(); ++i) bodies.push_back(body_rows(print.lines[i].ink).size());
    std::sort(bodies.begin(), bodies.end());
    body_px_ = bodies.empty() ? 1 : bodies[bodies.size() / 2];
  }
  std::size_t lines() const { return print_.lines.size() - start_; }
  const Likeness& of(std::size_t line, std::size_t text) {
    auto& entry = known_[line * drawn_.size() + text];
    if (!entry) entry = compare(print_.lines[start_ + line], drawn_[text], body_px_);
    return *entry;
  }

 private:
  const PrintLines& print_;
  std::size_t start_;
  const std::vector<DrawnLine>& drawn_;
  std::vector<std::optional<Likeness>> known_;
  int body_px_ = 1;
};

Alignment align(const Wanted& wanted, Likenesses& like) {
  const std::size_t candidates = wanted.candidates.size(), lines = like.lines();
  struct Cell {
    double cost = std::numeric_limits<double>::infinity();
    std::size_t way = 0;
  };
  std::vector<std::vector<Cell>> table(candidates + 1, std::vector<Cell>(lines + 1));
  table[0][0].cost = 0;
  for (std::size_t i = 0; i < candidates; ++i)
    for (std::size_t used = 0; used <= lines; ++used) {
      if (!std::isfinite(table[i][used].cost)) continue;
      for (std::size_t way = 0; way < wanted.candidates[i].size(); ++way) {
        const Printing& printing = wanted.candidates[i][way];
        if (used + printing.size() > lines) continue;
        double cost = table[i][used].cost;
        for (std::size_t k = 0; k < printing.size(); ++k) cost += like.of(used + k, printing[k]).cost();
        Cell& next = table[i + 1][used + printing.size()];
        if (cost < next.cost) next = {cost, way};
      }
    }
  Alignment best;
  if (lines == 0 || !std::isfinite(table[candidates][lines].cost)) return best;
  best.cost = table[candidates][lines].cost / static_cast<double>(lines);
  best.ways.resize(candidates);
  std::size_t used = lines;
  for (std::size_t i = candidates; i-- > 0;) {
    best.ways[i] = table[i + 1][used].way;
    const Printing& printing = wanted.candidates[i][best.ways[i]];
    used -= printing.size();
    for (std::size_t k = 0; k < printing.size(); ++k)
      best.shape += like.of(used + k, printing[k]).shape / static_cast<double>(lines);
  }
  return best;
}

/// First line of every candidate under an alignment.
std::vector<std::size_t> first_lines(const Wanted& wanted, const Alignment& alignment) {
  std::vector<std::size_t> starts;
  std::size_t used = 0;
  for (std::size_t i = 0; i < wanted.candidates.size(); ++i) {
    starts.push_back(used);
    used += wanted.candidates[i][alignment.ways[i]].size();
  }
  return starts;
}

/// One style of our own and how well the print agrees with it.
struct Fit {
  forms::TextStyle style;
  std::vector<DrawnLine> drawn;
};

/// Where "Được bầu … đại biểu" stands.
struct Seats {
  std::size_t orientation = 0, line = 0;
  double likeness = 0;
};

Result<std::vector<Fit>> draw_all(const Wanted& wanted) {
  std::vector<Fit> fits;
  for (const bool bold : {true, false})
    for (const forms::Face face : {forms::Face::kSerif, forms::Face::kSans}) {
      Fit fit;
      fit.style = {face, kDrawnPt, bold};
      KP_TRY(fit.drawn, draw_lines(wanted.texts, fit.style));
      fits.push_back(std::move(fit));
    }
  return fits;
}

/// "Được bầu … đại biểu" is looked for in the page's middle; names stand below it.
void find_seats_line(const PrintLines& print, std::size_t orientation, const Fit& fit, Seats& seats) {
  for (std::size_t i = 0; i < print.lines.size(); ++i) {
    const TextLine& line = print.lines[i];
    if (line.box.y < to_px(0.15 * kPageHeightMm) || line.box.y > to_px(0.75 * kPageHeightMm)) continue;
    const Likeness likeness = compare(line, fit.drawn[0], body_rows(line.ink).size());
    const double value = likeness.shape - std::max(0.0, likeness.proportion - kMaxProportion);
    if (value > seats.likeness) seats = {orientation, i, value};
  }
}

std::string row_text(const Contest& contest, std::size_t row) {
  std::string text;
  for (const std::string& part : contest.candidates[row].printed_lines()) text += (text.empty() ? "" : " ") + part;
  return fmt::format("row {} \"{}\"", row + 1, text);
}

/// The cost of candidate `who` standing where candidate `where` does.
double cost_at(const Wanted& wanted, const Alignment& alignment, const std::vector<std::size_t>& starts,
               Likenesses& like, double scale, std::size_t who, std::size_t where) {
  const Printing& printing = wanted.candidates[who][alignment.ways[who]];
  double cost = 0;
  for (std::size_t k = 0; k < printing.size(); ++k) {
    const Likeness& likeness = like.of(starts[where] + k, printing[k]);
    if (likeness.scale <= 0) return 10;
    cost += likeness.cost() + std::abs(std::log(likeness.scale / scale));
  }
  return cost / static_cast<double>(printing.size());
}

/// Would two candidates fit better with their places changed?
Result<void> check_order(const Contest& contest, const Wanted& wanted, const Alignment& alignment,
                         Likenesses& like, double scale, MatchedNames& names) {
  const auto starts = first_lines(wanted, alignment);
  for (std::size_t a = 0; a < starts.size(); ++a)
    for (std::size_t b = a + 1; b < starts.size(); ++b) {
      if (wanted.candidates[a][alignment.ways[a]].size() != wanted.candidates[b][alignment.ways[b]].size()) continue;
      const auto cost = [&](std::size_t who, std::size_t where) {
        return cost_at(wanted, alignment, starts, like, scale, who, where);
      };
      const double gain = cost(a, a) + cost(b, b) - cost(a, b) - cost(b, a);
      const double changed = (cost(a, b) + cost(b, a)) / 2;
      if (gain > kAlike && changed < kFits)
        return fail(ErrorCode::kLearnNamesOrder, fmt::format("{} and {}", row_text(contest, a), row_text(contest, b)));
      if (gain > -kAlike) names.alike.push_back(fmt::format("{}, {}", a + 1, b + 1));
    }
  return {};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

std::vector<double> scales_of(const Wanted& wanted, const Alignment& alignment, Likenesses& like) {
  std::vector<double> scales;
  const auto starts = first_lines(wanted, alignment);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const Printing& printing = wanted.candidates[i][alignment.ways[i]];
    for (std::size_t k = 0; k < printing.size(); ++k) scales.push_back(like.of(starts[i] + k, printing[k]).scale);
  }
  return scales;
}

/// Every line must look like its name and be as wide as the others say.
Result<void> check_lines(const Contest& contest, const Wanted& wanted, const Alignment& alignment,
                         Likenesses& like, double scale) {
  const auto starts = first_lines(wanted, alignment);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const Printing& printing = wanted.candidates[i][alignment.ways[i]];
    for (std::size_t k = 0; k < printing.size(); ++k) {
      const Likeness& likeness = like.of(starts[i] + k, printing[k]);
      const double spread = std::abs(likeness.scale / scale - 1);
      if (likeness.shape < kMinLineLikeness || likeness.proportion > kMaxProportion || spread > kMaxScaleSpread)
        return fail(ErrorCode::kLearnNamesDiffer,
                    fmt::format("{}: likeness {:.2f}, word widths off by {:.2f}, line width off by {:.2f}",
                                row_text(contest, i), likeness.shape, likeness.proportion, spread));
    }
  }
  if (alignment.shape < kMinMeanLikeness)
    return fail(ErrorCode::kLearnNamesDiffer, fmt::format("mean likeness {:.2f}", alignment.shape));
  return {};
}

MatchedNames matched(const PrintLines& print, const Contest& contest, const Wanted& wanted, const Fit& fit,
                     const Alignment& alignment, std::size_t start, double scale) {
  MatchedNames names;
  names.face = fit.style;
  names.face.size_pt = kDrawnPt * scale;
  names.likeness = alignment.shape;
  names.seats_line = start - 1;
  std::size_t at = start;
  for (std::size_t i = 0; i < wanted.candidates.size(); ++i) {
    std::vector<MatchedLine> lines;
    for (const std::size_t text : wanted.candidates[i][alignment.ways[i]]) {
      const DrawnLine& drawn = fit.drawn[text];
      const auto spans = split_words(print.lines[at].ink, drawn.words);
      const std::size_t first = drawn.honorific ? 1 : 0;
      lines.push_back({at, spans[first].start, drawn.words - static_cast<int>(first)});
      ++at;
    }
    if (lines.size() != contest.candidates[i].printed_lines().size())
      names.split_otherwise.push_back(static_cast<int>(i) + 1);
    names.candidates.push_back(std::move(lines));
  }
  return names;
}

Result<MatchedNames> match_below(const PrintLines& print, const Contest& contest, const Wanted& wanted,
                                 const std::vector<Fit>& fits, std::size_t seats_line) {
  const std::size_t start = seats_line + 1;
  Alignment best;
  const Fit* chosen = nullptr;
  for (const Fit& fit : fits) {
    Likenesses like(print, start, fit.drawn);
    Alignment alignment = align(wanted, like);
    if (alignment.cost >= best.cost) continue;
    best = std::move(alignment);
    chosen = &fit;
  }
  if (chosen == nullptr) {
    std::size_t most = 0;
    for (const auto& ways : wanted.candidates) most += ways.back().size();
    return fail(ErrorCode::kLearnLineCount,
                fmt::format("{} name lines on the paper, {} candidates on {} to {} lines in the list",
                            print.lines.size() - start, wanted.candidates.size(), wanted.candidates.size(), most));
  }
  Likenesses like(print, start, chosen->drawn);
  const double scale = median(scales_of(wanted, best, like));
  MatchedNames names = matched(print, contest, wanted, *chosen, best, start, scale);
  KP_TRY_VOID(check_order(contest, wanted, best, like, scale, names));
  KP_TRY_VOID(check_lines(contest, wanted, best, like, scale));
  return names;
}

}  // namespace

MatchAttempt match_names(const std::array<PrintLines, 2>& orientations, const Contest& contest) {
  const Wanted wanted = wanted_lines(contest);
  auto fits = draw_all(wanted);
  if (!fits) return {0, std::nullopt, std::move(fits).error()};
  Seats seats;
  for (std::size_t i = 0; i < orientations.size(); ++i)
    for (const Fit& fit : *fits) find_seats_line(orientations[i], i, fit, seats);
  const PrintLines& print = orientations[seats.orientation];
  if (seats.likeness < kMinSeatsLikeness)
    return {seats.orientation, std::nullopt,
            fail(ErrorCode::kLearnNoBallot, fmt::format("no line \"{}\" among {} lines, best likeness {:.2f}",
                                                        wanted.texts[0].text, print.lines.size(), seats.likeness))};
  return {seats.orientation, seats.line, match_below(print, contest, wanted, *fits, seats.line)};
}

}  // namespace kiemphieu::learning

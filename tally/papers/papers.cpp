#include "tally/papers/papers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace kiemphieu::papers {
namespace {

using reading::Fingerprint;

// Measured on forged ballots (docs/reports/same-paper.md): scans of one paper lie
// within 0.07 mm and 0.015, the nearest two of thousands struck the same way
// never below both 0.17 mm and 0.11.
constexpr double kLinesMm = 0.12, kSealShare = 0.022;
// Without the other's support.
constexpr double kLinesAloneMm = 0.05, kSealAloneShare = 0.012;
constexpr int kAloneColumns = 24;  // two names struck throughout
constexpr int kMissing = 10;       // ink in one scan only counts as a millimetre
constexpr int kSlightColumns = 4;  // a line with so little ink may be seen in one scan and not in the other
constexpr double kUnlikeLines = 3;  // times the threshold
constexpr int kSpareShare = 8;     // one column in eight may be off: dirt on the glass, a fold

struct LinesApart {
  double mm = 0;
  int columns = 0;  ///< compared; 0: no line in either
};

int inked(const Fingerprint::Line& line) {
  return Fingerprint::kColumns - static_cast<int>(std::count(line.rows.begin(), line.rows.end(), 0));
}

/// How many columns are so many tenths of a millimetre apart.
using Histogram = std::array<int, kMissing + 1>;

void compare(const Fingerprint::Line& a, const Fingerprint::Line& b, Histogram& apart) {
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    const int x = a.rows[i], y = b.rows[i];
    if (x == 0 && y == 0) continue;
    const int difference = x == 0 || y == 0 ? kMissing : std::min(kMissing, std::abs(x - y));
    ++apart.at(static_cast<std::size_t>(difference));
  }
}

/// A quick look that spares nearly every pair the exact one: even without its
/// worst columns the rest is too far apart. Says so only when the same names are inked.
bool plainly_apart(const Fingerprint& a, const Fingerprint& b) {
  int tenths = 0, columns = 0;
  for (std::size_t l = 0; l < a.lines.size(); ++l) {
    const auto &x = a.lines[l], &y = b.lines[l];
    if (x.number != y.number) return false;
    if (x.number == 0) break;
    for (std::size_t i = 0; i < x.rows.size(); ++i) {
      tenths += std::min(kMissing, std::abs(x.rows[i] - y.rows[i]));
      columns += (x.rows[i] | y.rows[i]) != 0 ? 1 : 0;
    }
  }
  const int spare = columns / kSpareShare;
  return 0.1 * (tenths - kMissing * spare) > kUnlikeLines * kLinesMm * (columns - spare);
}

LinesApart lines_apart(const Fingerprint& a, const Fingerprint& b) {
  Histogram apart{};
  const auto alone = [&](const Fingerprint::Line& line) {
    if (const int columns = inked(line); columns > kSlightColumns) apart.back() += columns;
  };
  std::size_t i = 0, j = 0;
  const auto number = [](const Fingerprint& print, std::size_t at) {
    return at < print.lines.size() && print.lines[at].number != 0 ? int{print.lines[at].number} : 256;
  };
  while (number(a, i) < 256 || number(b, j) < 256) {
    const int left = number(a, i), right = number(b, j);
    if (left < right)
      alone(a.lines[i++]);
    else if (right < left)
      alone(b.lines[j++]);
    else
      compare(a.lines[i++], b.lines[j++], apart);
  }
  LinesApart result;
  for (const int count : apart) result.columns += count;
  if (result.columns == 0) return result;
  int keep = result.columns - result.columns / kSpareShare;
  const int kept = keep;
  int tenths = 0;
  for (std::size_t d = 0; d < apart.size() && keep > 0; ++d) {
    const int here = std::min(keep, apart[d]);
    tenths += here * static_cast<int>(d), keep -= here;
  }
  result.mm = 0.1 * tenths / kept;
  return result;
}

/// 1 minus the correlation of the two seals' ink; nullopt when one shows none.
std::optional<double> seals_apart(const Fingerprint& a, const Fingerprint& b) {
  int sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.seal.size(); ++i) {
    const int x = a.seal[i], y = b.seal[i];
    sum_a += x, sum_b += y, aa += x * x, bb += y * y, ab += x * y;
  }
  const auto n = static_cast<double>(a.seal.size());
  const double spread = (n * aa - 1.0 * sum_a * sum_a) * (n * bb - 1.0 * sum_b * sum_b);
  if (spread <= 0) return std::nullopt;
  return 1 - (n * ab - 1.0 * sum_a * sum_b) / std::sqrt(spread);
}

}  // namespace

double distance(const Fingerprint& a, const Fingerprint& b) {
  if (plainly_apart(a, b)) return kUnlike;
  const LinesApart lines = lines_apart(a, b);
  const double by_lines = lines.mm / kLinesMm;
  if (by_lines >= kUnlikeLines) return kUnlike;
  const auto seal = seals_apart(a, b);
  double apart = kUnlike;
  if (seal && lines.columns > 0)
    apart = std::max(by_lines, *seal / kSealShare);
  else if (seal)
    apart = *seal / kSealAloneShare;
  else if (lines.columns >= kAloneColumns)
    apart = lines.mm / kLinesAloneMm;
  return std::min(apart, kUnlike);
}

void Papers::add(const std::string& contest, Place place, const Fingerprint& fingerprint) {
  if (!fingerprint.empty()) contests_[contest].push_back({place, fingerprint});
}

std::optional<Place> Papers::find(const std::string& contest, const Fingerprint& fingerprint,
                                  const std::function<bool(Place)>& counts) const {
  const auto found = contests_.find(contest);
  if (fingerprint.empty() || found == contests_.end()) return std::nullopt;
  for (const Paper& paper : found->second)
    if (distance(paper.fingerprint, fingerprint) <= kSamePaper && counts(paper.place)) return paper.place;
  return std::nullopt;
}

std::size_t Papers::size() const {
  std::size_t all = 0;
  for (const auto& [contest, papers] : contests_) all += papers.size();
  return all;
}

}  // namespace kiemphieu::papers

#include "tally/reading/see_through.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace kiemphieu::reading {
namespace {

constexpr int kOffPx = 6;         // beyond a thick pen
constexpr int kFewest = 24;       // pixels a median needs
constexpr int kBesidePx = 2;      // a way under print may be off by a quarter of a millimetre
constexpr double kEnough = 110;   // what ink would add, against grain and a misplaced edge of 15 or so

int step_of(const StraightLine& line, int x, const std::vector<int>& path) {
  return std::clamp((x - line.model.left_px) / kColumnStep, 0, static_cast<int>(path.size()) - 1);
}

}  // namespace

SeeThrough::SeeThrough(const StraightLine& line, const std::vector<int>& path, int darkness)
    : line_(line), path_(path), darkness_(darkness) {
  std::array<std::array<int, 256>, kBins> histograms{};
  std::array<int, kBins> counts{};
  const LineModel& m = line.model;
  for (int y = m.body_top_px; y < m.body_bottom_px; ++y) {
    const auto* print = m.print.ptr<std::uint8_t>(y);
    const auto* dark = line.dark.ptr<std::uint8_t>(y);
    for (int x = m.left_px; x < m.right_px; ++x) {
      if (std::abs(y - path[static_cast<std::size_t>(step_of(line, x, path))]) < kOffPx) continue;
      const auto bin = static_cast<std::size_t>(print[x] * kBins / 256);
      ++histograms.at(bin).at(dark[x]), ++counts.at(bin);
    }
  }
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    bare_.at(bin) = static_cast<int>(2 * bin + 1) * line.print / (2 * kBins);
    if (counts.at(bin) < kFewest) continue;
    int seen = 0, median = 0;
    while (2 * (seen += histograms.at(bin).at(static_cast<std::size_t>(median))) < counts.at(bin)) ++median;
    bare_.at(bin) = median;
  }
}

SeeThrough::Met SeeThrough::met(int from_px, int to_px, int beside_px) const {
  Met sum;
  for (int x = from_px; x < to_px; ++x)
    for (int near = -1; near <= 1; ++near) {
      const int y = path_[static_cast<std::size_t>(step_of(line_, x, path_))] + beside_px + near;
      if (y < 0 || y >= line_.dark.rows) continue;
      const int print = line_.model.print.ptr<std::uint8_t>(y)[x];
      const int lit = 255 - bare_.at(static_cast<std::size_t>(print * kBins / 256));
      const int bare = 255 - lit * (255 - line_.levels.ground) / 255;
      const double adds = (255 - bare) * darkness_ / 255.0;
      sum.seen += adds * (line_.darkness(x, y) - bare);
      sum.possible += adds * adds;
      sum.in_body += y >= line_.model.body_top_px && y < line_.model.body_bottom_px ? 1 : 0;
    }
  return sum;
}

std::optional<double> SeeThrough::most(int from_px, int to_px, double enough) const {
  std::optional<double> best;
  for (int beside = -kBesidePx; beside <= kBesidePx; ++beside) {
    const Met here = met(from_px, to_px, beside);
    if (std::sqrt(here.possible) >= enough) best = std::max(best.value_or(0), here.seen / here.possible);
  }
  return best;
}

bool SeeThrough::has_bare(int from_px, int to_px, int width_px) const {
  constexpr int kStepPx = 6;
  constexpr double kBare = 0.10, kPlainly = 45;  // darkness that ink adds to most pixels
  const double enough = kPlainly * std::sqrt(3.0 * width_px);
  for (int x = from_px; x + width_px <= to_px; x += kStepPx)
    if (const auto inked = most(x, x + width_px, enough); inked && *inked < kBare) return true;
  return false;
}

std::optional<double> SeeThrough::share(int from_px, int to_px, bool apart_from_smears) const {
  const std::optional<double> best = most(from_px, to_px, kEnough);
  if (!best || !apart_from_smears) return best;
  // Letters that are blurred or smeared just here are so above and below the stroke as well.
  double smeared = 1;
  for (const int beside : {-kOffPx, kOffPx}) {
    const Met off = met(from_px, to_px, beside);
    const bool told = std::sqrt(off.possible) >= kEnough && off.in_body > 2 * (to_px - from_px);
    if (told) smeared = std::min(smeared, std::max(0.0, off.seen / off.possible));
  }
  constexpr double kMuch = 0.25;  // less is the wave of a stroke
  return smeared > kMuch && smeared < 1 ? *best - smeared : *best;
}

}  // namespace kiemphieu::reading

#include "tally/reading/take_fingerprint.h"

#include <algorithm>
#include <cmath>

namespace kiemphieu::reading {
namespace {

// Ink counts by how dark it is, from a little above paper grain on, up to where
// every pen is: what blur and light do to a stroke's rim then shifts nothing.
constexpr int kInkFrom = 50, kInkSpan = 80;
constexpr double kColumnInkMm2 = 0.3;  // of full ink in a sixteenth of the field: 0.07 mm of a stroke's height
constexpr int kLeastColumns = 3;       // fewer are a speck, a streak down the page, or a slip of the pen
constexpr int kRowsPerMm = 10;
constexpr int kRedFrom = 20, kRedSpan = 100;
constexpr double kSealInkMm2 = 15;  // the driest stamp that shows a pattern of its own

/// The ink of each column of the field, and its rows' sum.
struct ColumnSums {
  std::vector<std::uint32_t> ink, rows;

  ColumnSums(const cv::Mat& dark, const cv::Mat& open)
      : ink(static_cast<std::size_t>(dark.cols), 0), rows(ink) {
    const std::size_t size = ink.size();
    std::uint32_t *sum = ink.data(), *moment = rows.data();
    for (int y = 0; y < dark.rows; ++y) {
      const auto *d = dark.ptr<std::uint8_t>(y), *o = open.ptr<std::uint8_t>(y);
      const auto row = static_cast<std::uint32_t>(y);
      for (std::size_t x = 0; x < size; ++x) {
        const auto weight = static_cast<std::uint32_t>(std::clamp((d[x] & o[x]) - kInkFrom, 0, kInkSpan));
        sum[x] += weight, moment[x] += weight * row;
      }
    }
  }
};

std::array<std::uint8_t, Fingerprint::kColumns> rows_of(const LineModel& model, const LineInk& line) {
  std::array<std::uint8_t, Fingerprint::kColumns> rows{};
  const ColumnSums sums(line.dark, model.open);
  const int width = line.dark.cols;
  constexpr double kMm2 = kMmPerFieldPx * kMmPerFieldPx / kInkSpan;
  for (int c = 0; c < Fingerprint::kColumns; ++c) {
    std::uint64_t ink = 0, moment = 0;
    for (int x = c * width / Fingerprint::kColumns; x < (c + 1) * width / Fingerprint::kColumns; ++x)
      ink += sums.ink[static_cast<std::size_t>(x)], moment += sums.rows[static_cast<std::size_t>(x)];
    if (static_cast<double>(ink) * kMm2 < kColumnInkMm2) continue;
    const double mm = static_cast<double>(moment) / static_cast<double>(ink) * kMmPerFieldPx;
    rows.at(static_cast<std::size_t>(c)) = static_cast<std::uint8_t>(std::clamp(std::lround(mm * kRowsPerMm) + 1, 1L, 255L));
  }
  return rows;
}

/// What a channel's brightness takes from the paper's, 0 to 255.
std::array<int, 256> taken(int paper) {
  std::array<int, 256> light{};
  for (int v = 0; v < 256; ++v) light.at(static_cast<std::size_t>(v)) = std::clamp(255 - 255 * v / paper, 0, 255);
  return light;
}

/// Red ink takes green light and leaves the red: print and pens do not.
void fill_seal(const SealLook& look, Fingerprint& print) {
  const cv::Mat& zone = look.zone;
  if (zone.empty() || zone.channels() != 3) return;
  constexpr int kCells = Fingerprint::kSealCells;
  const std::array red = taken(look.paper[0]), green = taken(look.paper[1]);
  std::array<std::uint32_t, static_cast<std::size_t>(kCells) * kCells> cells{};
  std::uint64_t all = 0;
  for (int y = 0; y < zone.rows; ++y) {
    const auto* p = zone.ptr<std::uint8_t>(y);
    std::uint32_t* row = &cells.at(static_cast<std::size_t>(y * kCells / zone.rows * kCells));
    for (int c = 0; c < kCells; ++c) {
      std::uint32_t sum = 0;
      for (const auto* end = zone.ptr<std::uint8_t>(y) + 3 * ((c + 1) * zone.cols / kCells); p < end; p += 3)
        sum += static_cast<std::uint32_t>(std::clamp(green[p[1]] - red[p[0]] - kRedFrom, 0, kRedSpan));
      row[c] += sum, all += sum;
    }
  }
  if (static_cast<double>(all) / kRedSpan / (kLookPxPerMm * kLookPxPerMm) < kSealInkMm2) return;
  const std::uint32_t fullest = *std::max_element(cells.begin(), cells.end());
  std::transform(cells.begin(), cells.end(), print.seal.begin(), [&](std::uint32_t cell) {
    return static_cast<std::uint8_t>((30 * cell + fullest) / (2 * fullest));  // of 15, rounded
  });
}

}  // namespace

Fingerprint take_fingerprint(const PrintModel& model, const std::vector<std::vector<LineInk>>& lines,
                             const SealLook& seal) {
  Fingerprint print;
  std::size_t kept = 0;
  int number = 0;
  for (std::size_t c = 0; c < lines.size(); ++c)
    for (std::size_t l = 0; l < lines[c].size() && kept < print.lines.size(); ++l) {
      ++number;
      if (lines[c][l].evidence.ink_mm2 < kLeastColumns * kColumnInkMm2) continue;
      const auto rows = rows_of(model.candidates[c].lines[l], lines[c][l]);
      if (Fingerprint::kColumns - std::count(rows.begin(), rows.end(), 0) < kLeastColumns) continue;
      print.lines.at(kept++) = {static_cast<std::uint8_t>(number), rows};
    }
  fill_seal(seal, print);
  return print;
}

}  // namespace kiemphieu::reading

#include "tally/reading/stroke.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "tally/reading/see_through.h"

namespace kiemphieu::reading {
namespace {

// The end of a name that bold print may hide: a broad letter, two of a long name.
constexpr double kHiddenMm = 4.5, kHiddenMostMm = 7.5, kHiddenShare = 0.17;
// The share of its ink that shows where a stroke goes: 0.3 and more, a skipping
// pen's too; over left-out words less than 0.25, rarely 0.4 by chance. Where only
// letters lie and nothing speaks against the stroke, less is asked.
constexpr int kLetterPx = 24;  // 3 mm: a letter and what is beside it
constexpr double kPaleShown = 0.25, kHiddenShown = 0.15, kTraceShown = 0.08, kEndShown = 0.38;
// A step may climb two rows, steeper than any strike over a name, and each costs
// a thirtieth of an open place.
constexpr std::int16_t kGain = 32, kOutside = -20000;
constexpr std::ptrdiff_t kReach = 2;
// Letters' blurred edges are a third as dark as the stroke, its pale places half.
constexpr double kPlainShare = 0.4;

constexpr int kCorridorPx = 8;  // a millimetre: a hand's bow

/// What each open place is worth to a way, and the best worth of any way to it;
/// both a column after the other, padded so that a step never leaves the table.
class Ways {
 public:
  Ways(const StraightLine& line, cv::Range rows, const Slant* corridor)
      : rows_(rows),
        columns_(static_cast<std::size_t>((line.model.right_px - line.model.left_px) / kColumnStep)),
        pitch_(static_cast<std::size_t>(rows.size()) + 2 * kReach),
        gain_(columns_ * pitch_, 0),
        best_((columns_ + 1) * pitch_, 0) {
    for (int y = rows.start; y < rows.end; ++y) {
      const auto* open = line.model.open.ptr<std::uint8_t>(y) + line.model.left_px;
      const auto* smooth = line.smooth.ptr<std::uint8_t>(y) + line.model.left_px;
      std::int16_t* gain = gain_.data() + kReach + (y - rows.start);
      for (std::size_t c = 0; c < columns_; ++c, gain += pitch_)
        if (open[kColumnStep * c] != 0) *gain = smooth[kColumnStep * c] >= line.levels.faint ? kGain : -kGain;
    }
    if (corridor != nullptr) close_beside(*corridor);
    for (std::size_t c = 0; c < columns_; ++c) extend(c);
  }

  /// The row of the best way in each column.
  std::vector<int> best() const {
    std::vector<int> path(columns_);
    const std::int16_t* last = best_.data() + columns_ * pitch_ + kReach;
    auto at = std::max_element(last, last + rows_.size()) - last;
    for (std::size_t c = columns_; c-- > 0;) {
      path[c] = rows_.start + static_cast<int>(at);
      const std::int16_t* before = best_.data() + c * pitch_ + kReach + at;
      const int came = best_[(c + 1) * pitch_ + kReach + static_cast<std::size_t>(at)] -
                       gain_[c * pitch_ + kReach + static_cast<std::size_t>(at)];
      for (const std::ptrdiff_t dy : {0, -1, 1, -2, 2})
        if (before[dy] - std::abs(dy) == came) {
          at += dy;
          break;
        }
    }
    return path;
  }

 private:
  /// Outside the corridor every place counts against a way.
  void close_beside(const Slant& slant) {
    for (std::size_t c = 0; c < columns_; ++c) {
      const int middle = slant.left_y + (slant.right_y - slant.left_y) * static_cast<int>(c) /
                                            std::max(1, static_cast<int>(columns_) - 1);
      for (int y = rows_.start; y < rows_.end; ++y)
        if (std::abs(y - middle) > kCorridorPx)
          gain_[c * pitch_ + kReach + static_cast<std::size_t>(y - rows_.start)] = -kGain;
    }
  }

  /// A plain loop over neighbours: vector code.
  void extend(std::size_t column) {
    std::int16_t* before = best_.data() + column * pitch_;
    std::int16_t* after = before + pitch_;
    const std::int16_t* gain = gain_.data() + column * pitch_;
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, pitch_ - 2, pitch_ - 1}) before[i] = kOutside;
    const auto worth = [](int value) { return static_cast<std::int16_t>(value); };
    for (std::size_t i = kReach; i + kReach < pitch_; ++i) {
      const std::int16_t near = std::max(worth(before[i - 1] - 1), worth(before[i + 1] - 1));
      const std::int16_t far = std::max(worth(before[i - 2] - 2), worth(before[i + 2] - 2));
      after[i] = worth(std::max(before[i], std::max(near, far)) + gain[i]);
    }
  }

  cv::Range rows_;
  std::size_t columns_, pitch_;
  std::vector<std::int16_t> gain_, best_;
};

double mean_row(const std::vector<int>& path, double from, double to) {
  const auto n = static_cast<double>(path.size());
  const auto first = static_cast<std::size_t>(from * n), last = static_cast<std::size_t>(to * n);
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += path[i];
  return sum / std::max<double>(1, static_cast<double>(last - first));
}

/// The middle of the ink the way runs through here: a thick line along the
/// letters' feet lies below them, though its upper edge does not.
double stroke_centre(const StraightLine& line, int x, int y) {
  const auto inked = [&](int at) {
    return at >= 0 && at < line.dark.rows && line.is_open(x, at) && line.darkness(x, at) >= line.levels.faint;
  };
  int top = y, bottom = y;
  while (inked(top - 1)) --top;
  while (inked(bottom + 1)) ++bottom;
  return (top + bottom) / 2.0;
}

/// The stroke goes on where the name has ended: ink right beside it, near the row
/// where it left the name.
bool goes_on(const StraightLine& line, int from_x, int direction, int row) {
  constexpr int kFromPx = 2, kToPx = 10, kLeast = 4;  // of the next millimetre; half of it is no speck
  int dark = 0;
  for (int i = kFromPx; i < kToPx; ++i) {
    const int x = from_x + direction * i;
    if (x < 0 || x >= line.dark.cols) return false;
    bool any = false;
    for (int y = std::max(0, row - 6); y <= std::min(line.dark.rows - 1, row + 6) && !any; ++y)
      any = line.is_open(x, y) && line.darkness(x, y) >= (line.levels.dark + line.levels.faint) / 2;
    dark += any ? 1 : 0;
  }
  return dark >= kLeast;
}

/// A place on the way where the stroke would be seen.
struct Place {
  int x;
  int darkness;  ///< the darkest of its row and the next ones: the way may run along the stroke's edge
  bool inked;
  bool plain = false;  ///< inked like the rest of the stroke, not as a letter's blurred edge is
};

std::vector<Place> open_places(const StraightLine& line, const std::vector<int>& path) {
  std::vector<Place> places;
  places.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int x = line.model.left_px + kColumnStep * static_cast<int>(i), y = path[i];
    if (!line.is_open(x, y)) continue;
    const int here = line.smooth.ptr<std::uint8_t>(y)[x];
    int darkest = here;
    for (const int near : {y - 1, y + 1})
      if (near >= 0 && near < line.smooth.rows && line.is_open(x, near))
        darkest = std::max<int>(darkest, line.smooth.ptr<std::uint8_t>(near)[x]);
    places.push_back({x, darkest, here >= line.levels.faint});
  }
  return places;
}

/// Median darkness of the inked places, 0 without any; marks those like it as plain.
int mark_plain(std::vector<Place>& places) {
  std::vector<int> darkness;
  for (const Place& place : places)
    if (place.inked) darkness.push_back(place.darkness);
  if (darkness.empty()) return 0;
  const auto middle = darkness.begin() + static_cast<std::ptrdiff_t>(darkness.size() / 2);
  std::nth_element(darkness.begin(), middle, darkness.end());
  for (Place& place : places) place.plain = place.inked && place.darkness >= kPlainShare * *middle;
  return *middle;
}

/// The darkness below which a tenth of the places lies, against the median; 0 without a median.
double evenness_of(const std::vector<Place>& places, int median) {
  if (places.empty() || median == 0) return 0;
  std::vector<int> darkness;
  for (const Place& place : places) darkness.push_back(place.darkness);
  const auto tenth = darkness.begin() + static_cast<std::ptrdiff_t>(darkness.size() / 10);
  std::nth_element(darkness.begin(), tenth, darkness.end());
  return static_cast<double>(*tenth) / median;
}

/// A part of the way without plain ink: open places that are as light as paper, or
/// pale, which a letter's blurred edge may be as well.
struct Free {
  int from_px, to_px;
  int light, pale;
  double length_mm() const { return (to_px - from_px) * kMmPerFieldPx; }
};

/// Before the first plain place, between each two, after the last.
std::vector<Free> free_parts(const LineModel& m, const std::vector<Place>& places) {
  std::vector<Free> parts{{m.left_px, m.left_px, 0, 0}};
  for (const Place& place : places) {
    parts.back().to_px = place.x;
    if (place.plain)
      parts.push_back({place.x, place.x, 0, 0});
    else
      ++(place.inked ? parts.back().pale : parts.back().light);
  }
  parts.back().to_px = m.right_px;
  return parts;
}

/// Whether pale places and the letters between them show the stroke after all, or
/// that there is none. The longer the part, the surer: a word may have been left out.
/// `least`: the share of its ink that must show in a short part. `smears`: whether
/// letters that are as dark beside the way may have feigned it.
std::optional<bool> shown(const Free& part, const SeeThrough& seen, double least, bool smears) {
  constexpr double kTellingMm = 2.0, kLetterMm = 3.5, kMoreAMm = 0.045, kMost = 0.5, kWordMm = 5.5;
  const double length_mm = part.length_mm();
  if (length_mm < kTellingMm) return std::nullopt;
  const auto inked = seen.share(part.from_px + 1, part.to_px, smears && length_mm > kWordMm);
  if (!inked) return std::nullopt;
  return *inked >= std::min(kMost, least + kMoreAMm * std::max(0.0, length_mm - kLetterMm));
}

/// Too black to tell: a light place in a short way is a pale spot, in a long one a word left out.
bool is_gap(const Free& part, const SeeThrough& seen) {
  constexpr double kLongMm = 4.5;
  // A stroke that is met again is rarely feigned in between, unless places speak against it.
  const auto inked = shown(part, seen, part.light == 0 ? kHiddenShown : kPaleShown, part.light > 0);
  return inked ? !*inked || seen.has_bare(part.from_px + 1, part.to_px, kLetterPx) : part.light > 0 && part.length_mm() > kLongMm;
}

/// At the ends two light places (0.5 mm) may be where the stroke began or ended, within a letter.
/// `comes_out`: beyond the name it is there again, so it ran through, hidden or pale.
double end_gap_mm(const LineModel& m, const Free& part, const SeeThrough& seen, bool comes_out) {
  const double length_mm = part.length_mm(), width_mm = (m.right_px - m.left_px) * kMmPerFieldPx;
  const int places = part.light + part.pale;
  if (comes_out && places <= 1) return 0;
  const bool in_letter = places == 0 || (places == 1 && length_mm < kHiddenMm);
  const double least = comes_out ? kTraceShown : in_letter ? (length_mm > 3.0 ? kEndShown : kHiddenShown) : kPaleShown;
  if (const auto inked = shown(part, seen, least, true)) {
    const bool to_the_end = *inked && (comes_out || length_mm < kHiddenMm || !seen.has_bare(part.from_px + 1, part.to_px, kLetterPx));
    return to_the_end ? 0 : length_mm;
  }
  const double may_hide = std::clamp(kHiddenShare * width_mm, kHiddenMm, kHiddenMostMm);
  const double limit = places <= 1 ? may_hide : places == 2 ? 3.5 : 0.0;
  return length_mm < limit ? 0 : length_mm;
}

void measure_gaps(const StraightLine& line, const std::vector<int>& path, const std::vector<Place>& places,
                  const SeeThrough& seen, Stroke& stroke) {
  const LineModel& m = line.model;
  const std::vector<Free> parts = free_parts(m, places);
  for (std::size_t i = 1; i + 1 < parts.size(); ++i)
    if (is_gap(parts[i], seen)) stroke.longest_gap_mm = std::max(stroke.longest_gap_mm, parts[i].length_mm());
  const Free &first = parts.front(), &last = parts.back();
  stroke.left_gap_mm = end_gap_mm(m, first, seen, goes_on(line, m.left_px, -1, path.front()));
  stroke.right_gap_mm = end_gap_mm(m, last, seen, goes_on(line, m.right_px - 1, 1, path.back()));
}

/// The share of its places that show the stroke, or what is seen of it in the whole word.
double worst_word(const std::vector<cv::Range>& words, const std::vector<Place>& places,
                  const SeeThrough& seen) {
  constexpr double kWhole = 0.6;  // a skipping pen's word; over a free one less than 0.25
  double worst = 1;
  for (const cv::Range& word : words) {
    int open = 0, plain = 0;
    for (const Place& place : places)
      if (place.x >= word.start && place.x < word.end) ++open, plain += place.plain ? 1 : 0;
    if (open < 4) continue;
    const double share = static_cast<double>(plain) / open;
    if (share < kWhole + 0.2)
      worst = std::min(worst, std::max(share, seen.share(word.start, word.end, false).value_or(0) / kWhole));
  }
  return worst;
}

/// Along the small letters' upper edge it still runs through them; along their
/// feet it may be meant as a line under the name.
void measure_height(const StraightLine& line, const std::vector<int>& path, Stroke& stroke) {
  int above = 0, below = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const double centre =
        stroke_centre(line, line.model.left_px + kColumnStep * static_cast<int>(i), path[i]);
    above += centre < line.model.body_top_px - 1.5 ? 1 : 0;
    below += centre >= line.model.body_bottom_px - 1 ? 1 : 0;
  }
  const auto n = static_cast<double>(path.size());
  stroke.above_share = above / n, stroke.below_share = below / n;
  stroke.core_share = 1 - stroke.above_share - stroke.below_share;
  stroke.left_y = mean_row(path, 0, 0.2), stroke.middle_y = mean_row(path, 0.4, 0.6);
  stroke.right_y = mean_row(path, 0.8, 1);
  const LineModel& m = line.model;
  const double height = m.body_bottom_px - m.body_top_px;
  const double highest = std::min({stroke.left_y, stroke.middle_y, stroke.right_y});
  const double mean = (stroke.left_y + stroke.middle_y + stroke.right_y) / 3;
  const bool half_below = stroke.below_share > 0.35 && highest > m.body_bottom_px - 0.25 * height;
  const bool on_the_feet = stroke.below_share > 0.2 && highest > m.body_bottom_px - 0.28 * height &&
                           mean > m.body_bottom_px - 0.12 * height;
  stroke.along_feet = half_below || on_the_feet;
  stroke.in_lowest = highest > m.body_bottom_px - 0.3 * height && mean > m.body_bottom_px - 0.25 * height;
}

Stroke measure(const StraightLine& line, const std::vector<int>& path) {
  Stroke stroke;
  if (path.empty()) return stroke;
  std::vector<Place> places = open_places(line, path);
  const int darkness = mark_plain(places);
  stroke.contrast = darkness / 255.0;
  stroke.evenness = evenness_of(places, darkness);
  stroke.open_share = static_cast<double>(places.size()) / static_cast<double>(path.size());
  const auto inked = std::count_if(places.begin(), places.end(), [](const Place& p) { return p.inked; });
  stroke.coverage = places.empty() ? 0 : static_cast<double>(inked) / static_cast<double>(places.size());
  measure_height(line, path, stroke);
  if (inked == 0) {
    stroke.left_gap_mm = stroke.right_gap_mm = (line.model.right_px - line.model.left_px) * kMmPerFieldPx;
    return stroke;
  }
  const SeeThrough seen(line, path, darkness);
  stroke.worst_word = worst_word(line.model.words, places, seen);
  measure_gaps(line, path, places, seen, stroke);
  return stroke;
}

}  // namespace

Stroke follow_stroke(const StraightLine& line, cv::Range rows) {
  if (rows.size() <= 0) return {};
  return measure(line, Ways(line, rows, nullptr).best());
}

Stroke follow_slant(const StraightLine& line, Slant slant) {
  return measure(line, Ways(line, {0, line.dark.rows}, &slant).best());
}

}  // namespace kiemphieu::reading

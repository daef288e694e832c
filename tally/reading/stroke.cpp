#include "tally/reading/stroke.h"

#include <algorithm>
#include <vector>

namespace kiemphieu::reading {
namespace {

// The end of a name that bold print may hide: a broad letter, two of a long name.
constexpr double kHiddenMm = 4.5, kHiddenMostMm = 7.5, kHiddenShare = 0.17;
constexpr int kLongWayPx = 36, kVeryLongWayPx = 52;  // 4.5 and 6.5 mm
constexpr int kColumnStep = 2;        // field pixels from one step of a way to the next
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

/// The stroke goes on where the name has ended: ink on most of the next 1.5 mm
/// beside it, near the row where it left the name.
bool goes_on(const StraightLine& line, int from_x, int direction, int row) {
  int dark = 0;
  for (int i = 2; i < 14; ++i) {
    const int x = from_x + direction * i;
    if (x < 0 || x >= line.dark.cols) return false;
    bool any = false;
    for (int y = std::max(0, row - 6); y <= std::min(line.dark.rows - 1, row + 6) && !any; ++y)
      any = line.is_open(x, y) && line.darkness(x, y) >= line.levels.dark;
    dark += any ? 1 : 0;
  }
  return dark >= 8;
}

/// What a stroke leaves free at either end of the name, and how many open places show it.
struct Ends {
  int first_x = -1, last_x = -1;            ///< the first and last inked place; -1: none
  int light_before = 0, light_after = 0;    ///< open places without ink beyond them
};

/// At the ends two light places (0.5 mm) may be where the stroke began; what print hides is no gap.
void measure_ends(const StraightLine& line, const std::vector<int>& path, const Ends& ends, Stroke& stroke) {
  const LineModel& m = line.model;
  const double width_mm = (m.right_px - m.left_px) * kMmPerFieldPx;
  const double may_hide = std::clamp(kHiddenShare * width_mm, kHiddenMm, kHiddenMostMm);
  const auto gap = [&](int light_places, double length_mm) {
    const bool hidden = length_mm < (light_places <= 1 ? may_hide : light_places == 2 ? 3.5 : 0.0);
    return hidden ? 0.0 : length_mm;
  };
  const bool none = ends.first_x < 0;
  stroke.left_gap_mm = gap(ends.light_before, none ? width_mm : (ends.first_x - m.left_px) * kMmPerFieldPx);
  stroke.right_gap_mm = gap(ends.light_after, none ? width_mm : (m.right_px - ends.last_x) * kMmPerFieldPx);
  // Print hid it to the end, but it comes out on the other side: it ran through.
  if (ends.light_before <= 1 && goes_on(line, m.left_px, -1, path.front())) stroke.left_gap_mm = 0;
  if (ends.light_after <= 1 && goes_on(line, m.right_px - 1, 1, path.back())) stroke.right_gap_mm = 0;
}

/// A place on the way that the print leaves open.
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

/// The ends are judged by themselves. Print hides much of a gap: a light place or
/// two in a short way are a pale spot, in a long one a word left out.
void measure_gaps(const StraightLine& line, const std::vector<int>& path, const std::vector<Place>& places,
                  Stroke& stroke) {
  Ends ends;
  int light = 0, longest_px = 0;
  for (const Place& place : places) {
    if (!place.plain) {
      ++light;
      if (ends.first_x < 0) ++ends.light_before;
      continue;
    }
    const int way = ends.first_x >= 0 ? place.x - ends.last_x : 0;
    if (light >= 3 || (light == 2 && way > kLongWayPx) || (light == 1 && way > kVeryLongWayPx))
      longest_px = std::max(longest_px, way);
    light = 0;
    if (ends.first_x < 0) ends.first_x = place.x;
    ends.last_x = place.x;
  }
  ends.light_after = light;
  measure_ends(line, path, ends, stroke);
  stroke.longest_gap_mm = longest_px * kMmPerFieldPx;
}

double worst_word(const std::vector<cv::Range>& words, const std::vector<Place>& places) {
  double worst = 1;
  for (const cv::Range& word : words) {
    int open = 0, plain = 0;
    for (const Place& place : places)
      if (place.x >= word.start && place.x < word.end) ++open, plain += place.plain ? 1 : 0;
    if (open >= 4) worst = std::min(worst, static_cast<double>(plain) / open);
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
}

Stroke measure(const StraightLine& line, const std::vector<int>& path) {
  Stroke stroke;
  if (path.empty()) return stroke;
  std::vector<Place> places = open_places(line, path);
  stroke.contrast = mark_plain(places) / 255.0;
  const auto inked = std::count_if(places.begin(), places.end(), [](const Place& p) { return p.inked; });
  stroke.open_share = static_cast<double>(places.size()) / static_cast<double>(path.size());
  stroke.coverage = places.empty() ? 0 : static_cast<double>(inked) / static_cast<double>(places.size());
  stroke.worst_word = inked > 0 ? worst_word(line.model.words, places) : 0;
  measure_height(line, path, stroke);
  measure_gaps(line, path, places, stroke);
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

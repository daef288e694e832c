#include <algorithm>
#include <cmath>
#include <numbers>

#include "config/base/check.h"
#include "tests/forge/stroke.h"

namespace kiemphieu::forge {
namespace {

using forms::BoxMm;
double right(const BoxMm& box) { return box.x_mm + box.w_mm; }
double bottom(const BoxMm& box) { return box.y_mm + box.h_mm; }

/// Where letters have their bodies: the tight box of a name holds the marks over
/// capitals above and descenders below, so the middle of the bodies is a little lower.
double body(const BoxMm& line) { return line.y_mm + 0.54 * line.h_mm; }

/// Two letters of a small type: what people call "part of the name left out".
constexpr double kClearlyFreeMm = 6;

void append(Path& path, const Path& more) { path.insert(path.end(), more.begin(), more.end()); }

/// Through the letters' bodies and never along their feet: what could pass for
/// an underline has no certain truth.
Path through(const BoxMm& line, PointMm from, PointMm to, double tremble_mm, Rng& rng, const Hand& hand) {
  Path path = hand_line(from, to, tremble_mm, rng, hand);
  for (PointMm& point : path)
    point.y_mm = std::clamp(point.y_mm, line.y_mm + 0.36 * line.h_mm, line.y_mm + 0.70 * line.h_mm);
  return path;
}

/// A plain line through the name from `left_mm` to `right_mm`.
Path level(const BoxMm& line, double left_mm, double right_mm, Rng& rng, const Hand& hand) {
  const double y = body(line) + rng.normal(0, 0.045) * line.h_mm;
  const double tilt = rng.normal(0, 0.05) * line.h_mm + hand.slope * (right_mm - left_mm) / 2;
  return through(line, {left_mm, y + tilt}, {right_mm, y - tilt}, 0.16, rng, hand);
}

Path horizontal(const BoxMm& line, Rng& rng, const Hand& hand) {
  return level(line, line.x_mm - overshoot(hand, rng), right(line) + overshoot(hand, rng), rng, hand);
}

/// Rising (sign 1) or falling; `rise` in line heights from the middle at each end.
Path slant(const BoxMm& line, int sign, double rise, Rng& rng, const Hand& hand) {
  const double reach = sign * rise * line.h_mm;
  return hand_line({line.x_mm - overshoot(hand, rng), body(line) + reach},
                   {right(line) + overshoot(hand, rng), body(line) - reach}, 0.2, rng, hand);
}

/// Upright dashes from the first letter to the last.
void vertical(const BoxMm& line, Rng& rng, std::vector<Path>& paths) {
  const int dashes = std::max(3, static_cast<int>(line.w_mm / rng.between(3.5, 6.0)));
  for (int i = 0; i <= dashes; ++i) {
    const double at = (i + (i == 0 || i == dashes ? 0.0 : rng.normal(0, 0.12))) / dashes;
    const double x = line.x_mm + 0.4 + at * (line.w_mm - 0.8);
    const double lean = rng.normal(0.4, 0.4);
    paths.push_back(hand_line({x + lean, line.y_mm - rng.between(0.3, 1.5)},
                              {x - lean, bottom(line) + rng.between(0.3, 1.5)}, 0.1, rng));
  }
}

/// Up and down along the name, a turn every `step_mm`.
Path turns(const BoxMm& line, double step_mm, double low_reach, double high_reach, Rng& rng) {
  Path path;
  const double start = line.x_mm - rng.between(0.2, 1.5), end = right(line) + rng.between(1.0, 2.5);
  bool up = true;
  for (double x = start; x < end; x += step_mm * rng.between(0.6, 1.4), up = !up) {
    const double reach = line.h_mm * rng.between(low_reach, high_reach);
    const PointMm to{x, line.y_mm + line.h_mm / 2 + (up ? -reach : reach)};
    if (path.empty())
      path.push_back(to);
    else
      append(path, hand_line(path.back(), to, 0.1, rng));
  }
  return path;
}

Path wavy(const BoxMm& line, Rng& rng, const Hand& hand) {
  // Drawn along the middle, so that its crests stay within the name.
  Path path = hand_line({line.x_mm - overshoot(hand, rng), body(line)},
                        {right(line) + overshoot(hand, rng), body(line)}, 0.1, rng, hand);
  const double period_mm = rng.between(5, 11), height_mm = rng.between(0.08, 0.15) * line.h_mm,
               phase = rng.between(0, 6);
  for (PointMm& point : path)
    point.y_mm += height_mm * std::sin(2 * std::numbers::pi * point.x_mm / period_mm + phase);
  return path;
}

Path circle(const std::vector<BoxMm>& lines, Rng& rng) {
  double left = lines[0].x_mm, end = right(lines[0]);
  for (const BoxMm& line : lines) {
    left = std::min(left, line.x_mm);
    end = std::max(end, right(line));
  }
  const double top = lines.front().y_mm, base = bottom(lines.back());
  // Around the name, clear of its letters; a flat ellipse is squarer than one.
  const double rx = (end - left) / 2 + rng.between(2.5, 4.5), ry = (base - top) / 2 + rng.between(1.4, 2.2);
  const double start = rng.between(-2.6, -1.6), turn = 2 * std::numbers::pi + rng.between(0.05, 0.5);
  const auto squarer = [](double value) { return std::copysign(std::pow(std::abs(value), 0.6), value); };
  Path path;
  const int points = static_cast<int>(4 * (rx + ry));
  for (int i = 0; i <= points; ++i) {
    const double angle = start + turn * i / points, loose = 1 + 0.03 * std::sin(angle * 0.7 + start);
    path.push_back({(left + end) / 2 + rx * loose * squarer(std::cos(angle)),
                    (top + base) / 2 + ry * loose * squarer(std::sin(angle))});
  }
  return path;
}

/// Under (sign 1) or over (-1) the name: nowhere through its ink.
Path beside(const BoxMm& line, int sign, Rng& rng) {
  const double edge = sign > 0 ? bottom(line) : line.y_mm, y = edge + sign * rng.between(0.6, 1.1),
               tilt = rng.normal(0, 0.12);
  Path path = hand_line({line.x_mm - rng.between(0, 2), y + tilt},
                        {right(line) + rng.between(0, 2), y - tilt}, 0.1, rng);
  for (PointMm& point : path) point.y_mm = edge + sign * std::max(sign * (point.y_mm - edge), 0.3);
  return path;
}

/// A piece of the name, both ends as shares of its width.
Path piece(const BoxMm& line, double from, double to, Rng& rng) {
  const double y = body(line) + rng.normal(0, 0.045) * line.h_mm;
  return through(line, {line.x_mm + from * line.w_mm, y}, {line.x_mm + to * line.w_mm, y}, 0.12, rng, {});
}

void broken(const BoxMm& line, Rng& rng, const Hand& hand, std::vector<Path>& paths) {
  Path whole = horizontal(line, rng, hand);
  const std::size_t pieces = 2 + static_cast<std::size_t>(rng.below(3)), length = whole.size() / pieces;
  for (std::size_t i = 0; i < pieces; ++i) {
    const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(i * length);
    const auto end = i + 1 == pieces ? whole.end() : begin + static_cast<std::ptrdiff_t>(length);
    Path part(begin, end);  // the gap to the next piece is one step of the hand, up to 0.8 mm
    const double shift = rng.normal(0, 0.1);
    for (PointMm& point : part) point.y_mm += shift;
    paths.push_back(std::move(part));
  }
}

/// Loops like handwriting, as long as a short name.
Path written(PointMm at, double width_mm, double height_mm, Rng& rng) {
  Path path;
  const double loops = width_mm / rng.between(2.2, 3.2), phase = rng.between(0, 6);
  for (double t = 0; t <= 1; t += 0.3 / width_mm) {
    const double angle = 2 * std::numbers::pi * loops * t + phase;
    path.push_back(
        {at.x_mm + width_mm * t + 0.8 * std::cos(angle),
         at.y_mm + height_mm * 0.5 * std::sin(angle) * (0.6 + 0.4 * std::sin(3.1 * angle + phase))});
  }
  return path;
}

Path tick(const BoxMm& line, Rng& rng) {
  const double x = line.x_mm + line.w_mm * rng.between(0.1, 0.8), size = rng.between(3.5, 6);
  Path path = hand_line({x, body(line)}, {x + size * 0.35, bottom(line)}, 0.1, rng);
  append(path, hand_line(path.back(), {x + size, bottom(line) - size}, 0.15, rng));
  return path;
}

/// Strikes both names without lifting the pen: a flat Z.
Path joined(const BoxMm& line, const BoxMm& next, Rng& rng, const Hand& hand) {
  Path path = horizontal(line, rng, hand);
  const Path below = horizontal(next, rng, hand);
  append(path, hand_line(path.back(), below.front(), 0.15, rng, hand));
  append(path, below);
  return path;
}

/// Strokes on one line of a name, as the style says.
void add_strike(const Stroke& stroke, const BoxMm& line, Rng& rng, const StrokePlace& place,
                std::vector<Path>& paths) {
  const Hand& hand = place.hand;
  switch (stroke.style) {
    case StrokeStyle::kSlanted:
      paths.push_back(slant(line, rng.chance(0.85) ? 1 : -1, rng.between(0.14, 0.3), rng, hand));
      return;
    case StrokeStyle::kSteep:
      paths.push_back(slant(line, rng.chance(0.85) ? 1 : -1, rng.between(0.42, 0.8), rng, hand));
      return;
    case StrokeStyle::kVertical:
      return vertical(line, rng, paths);
    case StrokeStyle::kCross:
      paths.push_back(slant(line, 1, rng.between(0.2, 0.45), rng, hand));
      paths.push_back(slant(line, -1, rng.between(0.2, 0.45), rng, hand));
      return;
    case StrokeStyle::kScribble:
      paths.push_back(turns(line, 1.15, 0.35, 0.65, rng));
      return;
    case StrokeStyle::kZigzag:
      paths.push_back(turns(line, rng.between(2.5, 5), 0.18, 0.42, rng));
      return;
    case StrokeStyle::kDouble:
    case StrokeStyle::kTriple: {
      const double step = stroke.style == StrokeStyle::kDouble ? 0.28 : 0.17;
      const int half = stroke.style == StrokeStyle::kDouble ? 0 : 1;
      for (double at = half == 0 ? -0.5 : -1; at <= 1; ++at)
        paths.push_back(
            horizontal({line.x_mm, line.y_mm + at * step * line.h_mm, line.w_mm, line.h_mm}, rng, hand));
      return;
    }
    case StrokeStyle::kWavy:
      paths.push_back(wavy(line, rng, hand));
      return;
    case StrokeStyle::kBroken:
      return broken(line, rng, hand, paths);
    case StrokeStyle::kFromHonorific:
      paths.push_back(
          level(line, place.honorific_mm - rng.between(0, 4), right(line) + overshoot(hand, rng), rng, hand));
      return;
    case StrokeStyle::kShort:
      paths.push_back(
          level(line, line.x_mm - overshoot(hand, rng), right(line) - rng.between(0.3, 3.0), rng, hand));
      return;
    case StrokeStyle::kLate:
      paths.push_back(
          level(line, line.x_mm + rng.between(0.3, 3.0), right(line) + overshoot(hand, rng), rng, hand));
      return;
    default:
      paths.push_back(horizontal(line, rng, hand));
  }
}

/// Strokes on a part of the name, or beside it.
std::vector<Path> part_of(const Stroke& stroke, const std::vector<BoxMm>& lines, Rng& rng) {
  const BoxMm &first = lines.front(), &last = lines.back();
  // So much of the name stays free that it is no matter of a letter.
  const double some = kClearlyFreeMm / first.w_mm;
  const double short_by = std::min(0.6, rng.between(1, 2) * some);
  switch (stroke.style) {
    case StrokeStyle::kCircle:
      return {circle(lines, rng)};
    case StrokeStyle::kUnderline:
      return {beside(last, 1, rng)};
    case StrokeStyle::kOverline:
      return {beside(first, -1, rng)};
    case StrokeStyle::kLow: {
      const double y = last.y_mm + last.h_mm * rng.between(0.93, 1.03);
      return {hand_line({last.x_mm - rng.between(0, 2), y}, {right(last) + rng.between(0, 2), y}, 0.1, rng)};
    }
    case StrokeStyle::kPartial:
      // Only the first line of two: striking a part of each would be neither this nor one_of_two_lines.
      return {piece(first, -rng.between(0, 1.5) / first.w_mm, std::min(stroke.share, 1 - some), rng)};
    case StrokeStyle::kNearlyAll:
      return {piece(first, -rng.between(0, 1.5) / first.w_mm, 1 - short_by, rng)};
    case StrokeStyle::kLastWord:
      return {piece(first, rng.between(0.6, 0.78), 1 + rng.between(0, 1.5) / first.w_mm, rng)};
    case StrokeStyle::kMiddleWord:
      return {piece(first, rng.between(0.25, 0.38), rng.between(0.6, 0.72), rng)};
    case StrokeStyle::kSkipsWord: {
      const double gap = rng.between(0.32, 0.42);
      return {piece(first, -0.02, gap, rng),
              piece(first, gap + std::max(some, rng.between(0.2, 0.3)), 1.02, rng)};
    }
    case StrokeStyle::kTickOnName:
      return {tick(first, rng)};
    case StrokeStyle::kDot: {
      const PointMm at{first.x_mm + first.w_mm * rng.uniform(),
                       first.y_mm + first.h_mm * rng.between(0.1, 0.9)};
      return {{at, {at.x_mm + rng.between(0.05, 0.4), at.y_mm + rng.between(-0.1, 0.2)}}};
    }
    default:
      KP_CHECK(false);
      return {};
  }
}

bool is_part(StrokeStyle style) {
  switch (style) {
    case StrokeStyle::kCircle:
    case StrokeStyle::kUnderline:
    case StrokeStyle::kOverline:
    case StrokeStyle::kLow:
    case StrokeStyle::kPartial:
    case StrokeStyle::kNearlyAll:
    case StrokeStyle::kLastWord:
    case StrokeStyle::kMiddleWord:
    case StrokeStyle::kSkipsWord:
    case StrokeStyle::kTickOnName:
    case StrokeStyle::kDot:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<Path> stroke_paths(const Stroke& stroke, const std::vector<BoxMm>& lines, Rng& rng,
                               const StrokePlace& place) {
  KP_CHECK(!lines.empty());
  if (stroke.drawn_above) return {};
  if (is_part(stroke.style)) return part_of(stroke, lines, rng);
  const Hand& hand = place.hand;
  std::vector<Path> paths;
  if (stroke.style == StrokeStyle::kOneOfTwoLines) {
    KP_CHECK(lines.size() == 2);
    return {horizontal(lines[rng.chance(0.7) ? 0 : 1], rng, hand)};
  }
  if (stroke.style == StrokeStyle::kJoined || stroke.style == StrokeStyle::kAcross) {
    KP_CHECK(place.next != nullptr && lines.size() == 1 && place.next->size() == 1);
    const BoxMm& next = place.next->front();
    if (stroke.style == StrokeStyle::kJoined) return {joined(lines[0], next, rng, hand)};
    return {hand_line({lines[0].x_mm - 1, lines[0].y_mm}, {right(next) + 1, bottom(next)}, 0.2, rng, hand)};
  }
  for (const BoxMm& line : lines) add_strike(stroke, line, rng, place, paths);
  const PointMm beside_name{right(lines[0]) + rng.between(4, 8), body(lines[0])};
  const double room = std::max(10.0, 128 - right(lines[0]));
  // To take a strike back people draw a ring around it, or write a word beside it.
  if (stroke.style == StrokeStyle::kUnstruck)
    paths.push_back(rng.chance(0.5) ? circle(lines, rng)
                                    : written(beside_name, rng.between(7, 10), lines[0].h_mm * 0.7, rng));
  if (stroke.style == StrokeStyle::kRewritten)
    paths.push_back(written(beside_name, std::min(28.0, room), lines[0].h_mm * 0.8, rng));
  return paths;
}

}  // namespace kiemphieu::forge

#include "tests/forge/stroke.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "config/base/check.h"

namespace kiemphieu::forge {
namespace {

using election::Mark;
using election::MarkShape;

struct StyleRow {
  StrokeStyle style;
  std::string_view text;
  MarkShape shape;
  Mark meaning;
  bool team_must_look;
};
constexpr std::array<StyleRow, kStrokeStyleCount> kStyles{{
    {StrokeStyle::kHorizontal, "horizontal", MarkShape::kHorizontal, Mark::kStruck, false},
    {StrokeStyle::kSlanted, "slanted", MarkShape::kSlanted, Mark::kStruck, false},
    {StrokeStyle::kVertical, "vertical", MarkShape::kVertical, Mark::kStruck, false},
    {StrokeStyle::kCross, "cross", MarkShape::kCross, Mark::kStruck, false},
    {StrokeStyle::kScribble, "scribble", MarkShape::kScribble, Mark::kStruck, false},
    {StrokeStyle::kDouble, "double", MarkShape::kHorizontal, Mark::kStruck, false},
    {StrokeStyle::kWavy, "wavy", MarkShape::kHorizontal, Mark::kStruck, false},
    {StrokeStyle::kPartial, "partial", MarkShape::kPartial, Mark::kKept, true},
    {StrokeStyle::kCircle, "circle", MarkShape::kCircle, Mark::kKept, true},
    {StrokeStyle::kUnderline, "underline", MarkShape::kUnderline, Mark::kKept, true},
    {StrokeStyle::kOverline, "overline", MarkShape::kOverline, Mark::kKept, true},
    {StrokeStyle::kOneOfTwoLines, "one_of_two_lines", MarkShape::kOneOfTwoLines, Mark::kStruck, false},
    {StrokeStyle::kFaint, "faint", MarkShape::kHorizontal, Mark::kStruck, true},
}};

const StyleRow& row(StrokeStyle style) {
  const auto& found = kStyles[static_cast<std::size_t>(style)];
  KP_CHECK(found.style == style);
  return found;
}

using forms::BoxMm;
double right(const BoxMm& box) { return box.x_mm + box.w_mm; }
double bottom(const BoxMm& box) { return box.y_mm + box.h_mm; }
double middle(const BoxMm& box) { return box.y_mm + box.h_mm / 2; }

/// How far a strike reaches beyond the name; a little of the first or last
/// letter may stay free, as it does on paper.
double overshoot(Rng& rng) { return std::clamp(rng.normal(1.8, 1.6), -0.5, 5.0); }

/// Through the letters and never along their feet: what could pass for an
/// underline has no certain truth.
Path through(const BoxMm& line, PointMm from, PointMm to, double tremble_mm, Rng& rng) {
  Path path = hand_line(from, to, tremble_mm, rng);
  for (PointMm& point : path)
    point.y_mm = std::clamp(point.y_mm, line.y_mm + 0.25 * line.h_mm, line.y_mm + 0.75 * line.h_mm);
  return path;
}

Path horizontal(const BoxMm& line, Rng& rng) {
  const double y = middle(line) + rng.normal(0.03, 0.06) * line.h_mm;
  const double tilt = rng.normal(0, 0.07) * line.h_mm;
  return through(line, {line.x_mm - overshoot(rng), y + tilt}, {right(line) + overshoot(rng), y - tilt}, 0.16,
                 rng);
}

Path slanted(const BoxMm& line, Rng& rng) {
  const double rise = line.h_mm * rng.between(0.45, 0.8);
  return hand_line({line.x_mm - overshoot(rng), middle(line) + rise},
                   {right(line) + overshoot(rng), middle(line) - rise}, 0.2, rng);
}

Path falling(const BoxMm& line, Rng& rng) {
  const double rise = line.h_mm * rng.between(0.45, 0.8);
  return hand_line({line.x_mm - overshoot(rng), middle(line) - rise},
                   {right(line) + overshoot(rng), middle(line) + rise}, 0.2, rng);
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

Path scribble(const BoxMm& line, Rng& rng) {
  Path path;
  const double start = line.x_mm - rng.between(0.2, 1.5), end = right(line) + rng.between(1.0, 2.5);
  bool up = true;
  for (double x = start; x < end; x += rng.between(0.7, 1.6), up = !up) {
    const double reach = line.h_mm * rng.between(0.35, 0.65);
    const PointMm to{x, middle(line) + (up ? -reach : reach)};
    if (path.empty()) {
      path.push_back(to);
      continue;
    }
    const Path leg = hand_line(path.back(), to, 0.1, rng);
    path.insert(path.end(), leg.begin(), leg.end());
  }
  return path;
}

Path wavy(const BoxMm& line, Rng& rng) {
  // Drawn along the middle, so that its crests stay within the name.
  Path path = hand_line({line.x_mm - overshoot(rng), middle(line)},
                        {right(line) + overshoot(rng), middle(line)}, 0.1, rng);
  const double period_mm = rng.between(5, 11), height_mm = rng.between(0.1, 0.18) * line.h_mm,
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

BoxMm left_part(const BoxMm& line, double share) {
  return {line.x_mm, line.y_mm, line.w_mm * share, line.h_mm};
}

void add_line(const Stroke& stroke, const BoxMm& line, Rng& rng, std::vector<Path>& paths) {
  switch (stroke.style) {
    case StrokeStyle::kHorizontal:
    case StrokeStyle::kOneOfTwoLines:
    case StrokeStyle::kFaint:
      paths.push_back(horizontal(line, rng));
      return;
    case StrokeStyle::kSlanted:
      paths.push_back(slanted(line, rng));
      return;
    case StrokeStyle::kVertical:
      vertical(line, rng, paths);
      return;
    case StrokeStyle::kCross:
      paths.push_back(slanted(line, rng));
      paths.push_back(falling(line, rng));
      return;
    case StrokeStyle::kScribble:
      paths.push_back(scribble(line, rng));
      return;
    case StrokeStyle::kDouble:
      for (const double offset : {-0.14, 0.14})
        paths.push_back(horizontal({line.x_mm, line.y_mm + offset * line.h_mm, line.w_mm, line.h_mm}, rng));
      return;
    case StrokeStyle::kWavy:
      paths.push_back(wavy(line, rng));
      return;
    case StrokeStyle::kPartial: {
      const BoxMm part = left_part(line, stroke.share);
      const double y = middle(part) + rng.normal(0.03, 0.06) * part.h_mm;
      paths.push_back(through(part, {part.x_mm - rng.between(0, 1.5), y}, {right(part), y}, 0.12, rng));
      return;
    }
    case StrokeStyle::kUnderline:
      paths.push_back(beside(line, 1, rng));
      return;
    case StrokeStyle::kOverline:
      paths.push_back(beside(line, -1, rng));
      return;
    case StrokeStyle::kCircle:
      return;  // goes around all lines at once
  }
}

}  // namespace

std::string_view to_text(StrokeStyle style) { return row(style).text; }
MarkShape shape_of(StrokeStyle style) { return row(style).shape; }
Mark meaning_of(StrokeStyle style) { return row(style).meaning; }
bool team_must_look(StrokeStyle style) { return row(style).team_must_look; }

Path hand_line(PointMm from, PointMm to, double tremble_mm, Rng& rng) {
  const double dx = to.x_mm - from.x_mm, dy = to.y_mm - from.y_mm, length = std::hypot(dx, dy);
  const int steps = std::max(4, static_cast<int>(length / 0.8));
  const double bow = rng.normal(0, std::min(0.006 * length, 0.35));
  const double slow = length / rng.between(14, 30), fast = length / rng.between(4, 7);
  const double slow_phase = rng.between(0, 6.3), fast_phase = rng.between(0, 6.3);
  const double nx = length > 0 ? -dy / length : 0, ny = length > 0 ? dx / length : 0;
  Path path;
  for (int i = 0; i <= steps; ++i) {
    const double t = static_cast<double>(i) / steps;
    const double off = bow * std::sin(std::numbers::pi * t) +
                       tremble_mm * std::sin(2 * std::numbers::pi * slow * t + slow_phase) +
                       0.3 * tremble_mm * std::sin(2 * std::numbers::pi * fast * t + fast_phase);
    path.push_back({from.x_mm + t * dx + off * nx, from.y_mm + t * dy + off * ny});
  }
  return path;
}

std::vector<Path> stroke_paths(const Stroke& stroke, const std::vector<BoxMm>& lines, Rng& rng) {
  KP_CHECK(!lines.empty());
  std::vector<Path> paths;
  if (stroke.style == StrokeStyle::kCircle) {
    paths.push_back(circle(lines, rng));
  } else if (stroke.style == StrokeStyle::kUnderline) {
    add_line(stroke, lines.back(), rng, paths);
  } else if (stroke.style == StrokeStyle::kOverline) {
    add_line(stroke, lines.front(), rng, paths);
  } else if (stroke.style == StrokeStyle::kOneOfTwoLines) {
    KP_CHECK(lines.size() == 2);
    add_line(stroke, lines[rng.chance(0.7) ? 0 : 1], rng, paths);
  } else if (stroke.style == StrokeStyle::kPartial) {
    // Only the first line of two: striking a part of each would be neither this nor one_of_two_lines.
    add_line(stroke, lines.front(), rng, paths);
  } else {
    for (const BoxMm& line : lines) add_line(stroke, line, rng, paths);
  }
  return paths;
}

Pen pen(PenKind kind) {
  switch (kind) {
    case PenKind::kBlue:
      return {"blue", {32, 48, 158}, 0.42, 0.88, 0.015};
    case PenKind::kBlack:
      return {"black", {28, 28, 34}, 0.42, 0.90, 0.015};
    case PenKind::kRed:
      return {"red", {190, 30, 40}, 0.42, 0.85, 0.02};
    case PenKind::kFeltTip:
      return {"felt_tip", {20, 22, 60}, 0.95, 0.96, 0.0};
    case PenKind::kPencil:
      return {"pencil", {95, 95, 100}, 0.5, 0.75, 0.05};
  }
  KP_CHECK(false);
  return {};
}

}  // namespace kiemphieu::forge

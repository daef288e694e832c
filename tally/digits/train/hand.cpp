#include "tally/digits/train/hand.h"

#include <algorithm>
#include <cmath>

namespace kiemphieu::digits {
namespace {

struct Spot {
  double x = 0, y = 0;
};
/// Control points in a square of one, x right, y down.
struct Line {
  bool smooth = true;
  std::vector<Spot> spots;
};
using Figure = std::vector<Line>;

Figure zero(Chance& chance) {
  const double open = chance.between(-0.08, 0.1);
  Figure figure{{true,
                 {{0.55 + open, 0.02},
                  {0.2, 0.15},
                  {0.05, 0.55},
                  {0.25, 0.92},
                  {0.55, 1},
                  {0.88, 0.8},
                  {0.95, 0.4},
                  {0.75, 0.08},
                  {0.5, 0}}}};
  if (chance.happens(0.12)) figure.push_back({false, {{0.85, 0.12}, {0.15, 0.9}}});
  return figure;
}

Figure one(Chance& chance) {
  if (chance.happens(0.2))  // a serif at the head, another at the foot
    return {{false, {{chance.between(0.1, 0.3), chance.between(0.2, 0.34)}, {0.55, 0}}},
            {false, {{0.55, 0}, {0.55, 1}}},
            {false, {{chance.between(0.1, 0.3), 1}, {chance.between(0.8, 1), 1}}}};
  switch (chance.pick(5)) {
    case 0:
      return {{false, {{0.5, 0}, {0.5, 1}}}};
    case 1:
      return {{false, {{0.3, 0.25}, {0.55, 0}, {0.55, 1}}}};
    case 2:
      return {{false, {{0.15, 0.35}, {0.6, 0}, {0.58, 1}}}};
    case 3:
      return {{false, {{0.2, 0.28}, {0.55, 0}, {0.55, 1}}}, {false, {{0.2, 1}, {0.9, 1}}}};
    default:
      return {{false, {{0.0, 0.5}, {0.6, 0}, {0.6, 1}}}};
  }
}

Figure two(Chance& chance) {
  if (chance.happens(0.35))
    return {{true,
             {{0.1, 0.28},
              {0.35, 0},
              {0.8, 0.1},
              {0.8, 0.4},
              {0.4, 0.8},
              {0.1, 0.95},
              {0.08, 0.8},
              {0.3, 0.8},
              {0.6, 0.97},
              {0.95, 0.92}}}};
  return {{true, {{0.1, 0.25}, {0.4, 0}, {0.85, 0.15}, {0.75, 0.45}, {0.1, 1}}},
          {false, {{0.1, 1}, {0.95, chance.between(0.9, 1.0)}}}};
}

Figure three(Chance& chance) {
  if (chance.happens(0.3))  // two bows
    return {{true, {{0.12, 0.18}, {0.4, 0}, {0.8, 0.12}, {0.8, 0.36}, {chance.between(0.35, 0.55), 0.49}}},
            {true, {{chance.between(0.35, 0.55), 0.49}, {0.85, 0.55}, {0.9, 0.82}, {0.5, 1}, {0.1, 0.88}}}};
  if (chance.happens(0.25))
    return {{false, {{0.1, 0}, {0.88, 0}, {0.42, 0.4}}},
            {true, {{0.42, 0.4}, {0.85, 0.5}, {0.85, 0.85}, {0.45, 1}, {0.08, 0.85}}}};
  return {{true,
           {{0.15, 0.14},
            {0.5, 0},
            {0.85, 0.2},
            {0.65, 0.42},
            {0.4, 0.47},
            {0.75, 0.52},
            {0.92, 0.75},
            {0.55, 1},
            {0.1, 0.86}}}};
}

Figure four(Chance& chance) {
  switch (chance.pick(4)) {
    case 0:
      return {{false, {{0.62, 0}, {0.05, 0.66}, {0.97, 0.66}}},
              {false, {{0.64, chance.between(0.0, 0.35)}, {0.64, 1}}}};
    case 1:
      return {{false, {{0.7, 1}, {0.7, 0}, {0.05, 0.68}, {1, 0.68}}}};
    case 2:
      return {{false, {{0.2, 0}, {0.12, 0.55}, {0.9, 0.52}}},
              {false, {{0.78, chance.between(0.0, 0.2)}, {0.74, 1}}}};
    default:
      return {{true, {{0.2, 0}, {0.1, 0.42}, {0.35, 0.58}, {0.85, 0.45}}},
              {false, {{0.86, 0.02}, {0.78, 1}}}};
  }
}

Figure five(Chance& chance) {
  if (chance.happens(0.3))
    return {
        {true, {{0.9, 0.03}, {0.35, 0.03}, {0.2, 0.4}, {0.65, 0.42}, {0.9, 0.7}, {0.55, 1}, {0.08, 0.9}}}};
  Figure figure{{false, {{0.25, 0.02}, {0.18, 0.45}}},
                {true, {{0.18, 0.45}, {0.6, 0.36}, {0.92, 0.65}, {0.6, 1}, {0.08, 0.9}}}};
  figure.push_back({false, {{0.25, 0.02}, {chance.between(0.7, 1.0), chance.between(-0.04, 0.04)}}});
  return figure;
}

Figure six(Chance& chance) {
  if (chance.happens(0.3))  // a stem and a ring that may not quite meet
    return {{false, {{chance.between(0.4, 0.7), 0}, {0.12, 0.7}}},
            {true, {{0.12, 0.72}, {0.3, 0.5}, {0.7, 0.5}, {0.9, 0.72}, {0.7, 0.97}, {0.3, 0.97}, {0.12, 0.74}}}};
  if (chance.happens(0.3))
    return {
        {true, {{0.6, 0}, {0.25, 0.4}, {0.08, 0.75}, {0.45, 1}, {0.9, 0.78}, {0.55, 0.52}, {0.12, 0.72}}}};
  return {{true,
           {{0.8, 0.03},
            {0.4, 0.12},
            {0.1, 0.6},
            {0.35, 0.98},
            {0.8, 0.9},
            {0.8, 0.6},
            {0.45, 0.52},
            {0.12, 0.75}}}};
}

Figure seven(Chance& chance) {
  Figure figure;
  switch (chance.pick(3)) {
    case 0:
      figure = {{false, {{0.05, 0.03}, {0.92, 0.03}, {0.4, 1}}}};
      break;
    case 1:
      figure = {{false, {{0.06, 0.2}, {0.1, 0.03}, {0.92, 0.04}, {0.42, 1}}}};
      break;
    default:
      figure = {{true, {{0.05, 0.08}, {0.5, 0.02}, {0.9, 0.06}, {0.6, 0.5}, {0.42, 1}}}};
      break;
  }
  if (chance.happens(0.5))
    figure.push_back(
        {false,
         {{0.25, chance.between(0.42, 0.58)}, {chance.between(0.75, 0.98), chance.between(0.42, 0.58)}}});
  return figure;
}

Figure eight(Chance& chance) {
  if (chance.happens(0.3))
    return {{true, {{0.5, 0.46}, {0.2, 0.3}, {0.3, 0.03}, {0.7, 0.03}, {0.8, 0.3}, {0.5, 0.46}}},
            {true, {{0.5, 0.46}, {0.1, 0.65}, {0.2, 0.97}, {0.8, 0.97}, {0.9, 0.65}, {0.5, 0.46}}}};
  return {{true,
           {{0.82, 0.15},
            {0.5, 0},
            {0.18, 0.2},
            {0.5, 0.46},
            {0.88, 0.75},
            {0.5, 1},
            {0.1, 0.76},
            {0.5, 0.48},
            {0.84, 0.22},
            {0.75, 0.08}}}};
}

Figure nine(Chance& chance) {
  const Line bowl{true, {{0.85, 0.22}, {0.5, 0}, {0.12, 0.25}, {0.4, 0.52}, {0.75, 0.4}, {0.85, 0.2}}};
  switch (chance.pick(3)) {
    case 0:
      return {bowl, {false, {{0.85, 0.15}, {0.82, 1}}}};
    case 1:
      return {bowl, {false, {{0.85, 0.2}, {0.55, 1}}}};
    default:
      return {bowl, {true, {{0.86, 0.2}, {0.84, 0.7}, {0.55, 1}, {0.12, 0.88}}}};
  }
}

Figure figure_of(int digit, Chance& chance) {
  using Maker = Figure (*)(Chance&);
  constexpr Maker kMakers[] = {zero, one, two, three, four, five, six, seven, eight, nine};
  return kMakers[digit](chance);
}

/// Catmull and Rom's curve through the spots, or straight from one to the next.
std::vector<Spot> way_of(const Line& line) {
  const auto& p = line.spots;
  if (!line.smooth || p.size() < 3) return p;
  std::vector<Spot> way;
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    const Spot a = p[i == 0 ? 0 : i - 1], b = p[i], c = p[i + 1], d = p[std::min(i + 2, p.size() - 1)];
    for (int k = 0; k < 8; ++k) {
      const double t = k / 8.0;
      const auto blend = [&](double va, double vb, double vc, double vd) {
        return 0.5 * (2 * vb + (vc - va) * t + (2 * va - 5 * vb + 4 * vc - vd) * t * t +
                      (3 * vb - va - 3 * vc + vd) * t * t * t);
      };
      way.push_back({blend(a.x, b.x, c.x, d.x), blend(a.y, b.y, c.y, d.y)});
    }
  }
  way.push_back(p.back());
  return way;
}

/// Where a figure stands in its box and how it is bent, mm.
struct Place {
  double left = 0, top = 0, width = 3, height = 5, slant = 0, turn = 0;
  /// A slow wave through the whole figure, as no two people draw the same curve.
  double wave_x = 0, wave_y = 0, phase_x = 0, phase_y = 0;

  Spot operator()(Spot s) const {
    s = {s.x + wave_x * std::sin(4 * s.y + phase_x), s.y + wave_y * std::sin(4 * s.x + phase_y)};
    const double x = (s.x - 0.5) * width - slant * (s.y - 0.5) * height, y = (s.y - 0.5) * height;
    return {left + width / 2 + x * std::cos(turn) - y * std::sin(turn),
            top + height / 2 + x * std::sin(turn) + y * std::cos(turn)};
  }
};

struct Pen {
  double width_mm = 0.4, level = 220;
};

Pen any_pen(Chance& chance) {
  const bool felt = chance.happens(0.12);
  return {felt ? chance.between(0.7, 1.1) : chance.between(0.22, 0.62),
          chance.between(chance.happens(0.2) ? 80 : 140, 250)};
}

BoxPicture empty_box(Chance& chance) {
  BoxPicture box;
  box.width_px = static_cast<int>(std::lround(chance.between(7.6, 9.2) * box.px_per_mm));
  box.height_px = static_cast<int>(std::lround(chance.between(5.6, 10.4) * box.px_per_mm));
  box.dark.assign(static_cast<std::size_t>(box.width_px) * static_cast<std::size_t>(box.height_px), 0);
  return box;
}

void ink_segment(BoxPicture& box, Spot from, Spot to, const Pen& pen) {
  const double k = box.px_per_mm, r = pen.width_mm * k / 2;
  const double ax = from.x * k, ay = from.y * k, bx = to.x * k, by = to.y * k;
  const double dx = bx - ax, dy = by - ay, length2 = dx * dx + dy * dy;
  const auto clip = [](double v, int high) { return std::clamp(static_cast<int>(v), 0, high); };
  for (int y = clip(std::min(ay, by) - r - 2, box.height_px);
       y < clip(std::max(ay, by) + r + 3, box.height_px); ++y)
    for (int x = clip(std::min(ax, bx) - r - 2, box.width_px);
         x < clip(std::max(ax, bx) + r + 3, box.width_px); ++x) {
      const double px = x + 0.5 - ax, py = y + 0.5 - ay;
      const double t = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0;
      const double distance = std::hypot(px - t * dx, py - t * dy);
      const double cover = std::clamp(0.5 + r - distance, 0.0, 1.0) * pen.level;
      auto& dark = box.dark[static_cast<std::size_t>(y * box.width_px + x)];
      dark = std::max(dark, static_cast<std::uint8_t>(cover));
    }
}

void draw(BoxPicture& box, const Figure& figure, const Place& place, const Pen& pen, Chance& chance) {
  const double loose = chance.between(0.015, 0.05);
  const double shake = chance.happens(0.2) ? chance.between(0.02, 0.045) : 0.012;
  for (Line line : figure) {
    for (Spot& spot : line.spots) spot.x += chance.bell(0, loose), spot.y += chance.bell(0, loose);
    const auto way = way_of(line);
    Spot before = place(way.front());
    for (std::size_t i = 1; i < way.size(); ++i) {
      Spot next = place({way[i].x + chance.bell(0, shake / 2), way[i].y + chance.bell(0, shake / 2)});
      ink_segment(box, before, next, pen);
      before = next;
    }
  }
}

Place any_place(const BoxPicture& box, double slim, double fat, Chance& chance) {
  const double box_w = box.width_px / box.px_per_mm, box_h = box.height_px / box.px_per_mm;
  Place place;
  place.height = box_h * chance.between(0.5, 0.98);
  place.width = std::min(place.height * chance.between(slim, fat), box_w * 0.95);
  place.left = std::clamp(chance.bell((box_w - place.width) / 2, 0.9), -0.3, box_w - place.width + 0.3);
  place.top = std::clamp(chance.bell((box_h - place.height) / 2, 0.6), -0.4, box_h - place.height + 0.4);
  place.slant = chance.bell(0.1, 0.17);
  place.turn = chance.bell(0, 0.07);
  place.wave_x = chance.bell(0, 0.06), place.wave_y = chance.bell(0, 0.05);
  place.phase_x = chance.between(0, 6.28), place.phase_y = chance.between(0, 6.28);
  return place;
}

std::pair<double, double> widths_of(int digit, Chance& chance) {
  if (digit == 1) return {0.15, 0.5};
  if (digit == 0 && chance.happens(0.25)) return {0.25, 0.4};
  return {0.42, 0.85};
}

/// What is left of the box's lines, the scanner's softness and noise.
void scan(BoxPicture& box, Chance& chance) {
  if (chance.happens(0.3)) {
    const double level = chance.between(20, 120);
    const int row = chance.happens(0.5) ? 0 : box.height_px - 1;
    for (int x = chance.pick(box.width_px); x < box.width_px && !chance.happens(0.03); ++x)
      box.dark[static_cast<std::size_t>(row * box.width_px + x)] = static_cast<std::uint8_t>(level);
  }
  const double soft = chance.between(0.05, 0.3), noise = chance.between(0, 9);
  for (int pass = 0; pass < 2; ++pass) {
    const std::vector<std::uint8_t> from = box.dark;
    const int step = pass == 0 ? 1 : box.width_px;
    for (std::size_t i = static_cast<std::size_t>(step); i + static_cast<std::size_t>(step) < from.size();
         ++i)
      box.dark[i] = static_cast<std::uint8_t>(
          from[i] * (1 - 2 * soft) +
          soft * (from[i - static_cast<std::size_t>(step)] + from[i + static_cast<std::size_t>(step)]));
  }
  for (auto& dark : box.dark)
    dark = static_cast<std::uint8_t>(std::clamp(dark + chance.bell(0, noise), 0.0, 255.0));
}

void write(BoxPicture& box, int digit, const Pen& pen, Chance& chance) {
  const auto [slim, fat] = widths_of(digit, chance);
  draw(box, figure_of(digit, chance), any_place(box, slim, fat, chance), pen, chance);
}

/// Strokes over what is written, well beyond it: no bar of a 7, no slash of a 0.
void strike(BoxPicture& box, const Pen& pen, Chance& chance) {
  const Place whole{chance.between(0.2, 0.8), chance.between(0.2, 1.0), box.width_px / box.px_per_mm - 1.4,
                    box.height_px / box.px_per_mm - 1.2};
  Figure figure;
  switch (chance.pick(4)) {
    case 0:
      figure = {{false, {{0, 0}, {1, 1}}}, {false, {{1, 0}, {0, 1}}}};
      break;
    case 1:
      figure = {{false, {{0, 0.4}, {1, 0.4}}}, {false, {{0, 0.6}, {1, 0.6}}}};
      break;
    case 2:
      figure = {{true, {{0, 0.2}, {0.9, 0.3}, {0.1, 0.5}, {0.9, 0.6}, {0.1, 0.8}, {1, 0.9}}}};
      break;
    default:
      figure = {{false, {{0, 0.95}, {1, 0.1}}}, {false, {{0.05, 0.75}, {0.95, 0}}}};
      break;
  }
  draw(box, figure, whole, pen, chance);
}

void two_in_one(BoxPicture& box, const Pen& pen, Chance& chance) {
  const double box_w = box.width_px / box.px_per_mm;
  for (int i = 0; i < 2; ++i) {
    Place place = any_place(box, 0.3, 0.6, chance);
    place.width = std::min(place.width, box_w * 0.42);
    place.left = box_w * (i == 0 ? chance.between(0.02, 0.12) : chance.between(0.48, 0.56));
    draw(box, figure_of(chance.pick(10), chance), place, pen, chance);
  }
}

Figure other_sign(Chance& chance) {
  switch (chance.pick(7)) {
    case 0:
      return {{false, {{0, 0.5}, {1, chance.between(0.4, 0.6)}}}};  // a dash
    case 1:
      return {{false, {{0, 0.55}, {0.3, 1}, {1, 0}}}};  // a tick
    case 2:
      return {{false, {{0, 0}, {1, 1}}}, {false, {{1, 0}, {0, 1}}}};  // a cross
    case 3:
      return {{false, {{0, 1}, {0.5, 0}, {1, 1}}}, {false, {{0.2, 0.6}, {0.8, 0.6}}}};  // A
    case 4:
      return {{false, {{0, 0}, {0, 1}}}, {false, {{1, 0}, {1, 1}}}, {false, {{0, 0.5}, {1, 0.5}}}};
    case 5:
      return {{false, {{0.5, 0}, {0.5, 1}}}, {false, {{0, 0.5}, {1, 0.5}}}};  // a plus
    default:
      break;
  }
  Line line{chance.happens(0.7), {}};
  for (int i = 5 + chance.pick(8); i > 0; --i) line.spots.push_back({chance.share(), chance.share()});
  return {line};
}

}  // namespace

Example write_digit(int digit, Chance& chance) {
  Example example{digit, empty_box(chance)};
  write(example.box, digit, any_pen(chance), chance);
  scan(example.box, chance);
  return example;
}

Example write_no_digit(Chance& chance) {
  Example example{10, empty_box(chance)};
  const Pen pen = any_pen(chance);
  switch (chance.pick(5)) {
    case 0:
      write(example.box, chance.pick(10), pen, chance), strike(example.box, pen, chance);
      break;
    case 1:
      two_in_one(example.box, pen, chance);
      break;
    case 2: {  // one over another: only pairs that leave no third digit
      constexpr std::pair<int, int> kPairs[] = {{0, 4}, {2, 5}, {7, 0}, {3, 7}, {4, 8},
                                                {2, 9}, {6, 7}, {5, 4}, {3, 4}, {2, 7}};
      const auto [a, b] = kPairs[chance.pick(10)];
      write(example.box, a, pen, chance), write(example.box, b, pen, chance);
      break;
    }
    default:
      draw(example.box, other_sign(chance), any_place(example.box, 0.4, 1.0, chance), pen, chance);
  }
  scan(example.box, chance);
  return example;
}

Example rewrite(int digit, const BoxPicture& figure, Chance& chance) {
  Example example{digit, empty_box(chance)};
  BoxPicture& box = example.box;
  const Place place = any_place(box, digit == 1 ? 0.6 : 0.7, 1.0, chance);
  const double gain = chance.between(0.6, 1.0), thick = chance.between(0.8, 1.5);
  const double c = std::cos(place.turn), s = std::sin(place.turn);
  for (int y = 0; y < box.height_px; ++y)
    for (int x = 0; x < box.width_px; ++x) {
      const double px = (x + 0.5) / box.px_per_mm - place.left - place.width / 2;
      const double py = (y + 0.5) / box.px_per_mm - place.top - place.height / 2;
      const double v = -px * s + py * c, u = px * c + py * s + place.slant * 0.6 * v;
      const double fx = (u / place.width + 0.5) * figure.width_px - 0.5,
                   fy = (v / place.height + 0.5) * figure.height_px - 0.5;
      if (fx < 0 || fy < 0 || fx >= figure.width_px - 1 || fy >= figure.height_px - 1) continue;
      const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
      const double rx = fx - ix, ry = fy - iy;
      const double value = (figure.at(ix, iy) * (1 - rx) + figure.at(ix + 1, iy) * rx) * (1 - ry) +
                           (figure.at(ix, iy + 1) * (1 - rx) + figure.at(ix + 1, iy + 1) * rx) * ry;
      box.dark[static_cast<std::size_t>(y * box.width_px + x)] =
          static_cast<std::uint8_t>(std::min(255.0, value * thick) * gain);
    }
  scan(box, chance);
  return example;
}

Example spoil(const BoxPicture& figure, const BoxPicture& other, Chance& chance) {
  Example example = rewrite(0, figure, chance);
  example.truth = 10;
  if (chance.happens(0.6)) {
    strike(example.box, any_pen(chance), chance);
    return example;
  }
  // Two of them side by side: the halves of a box each.
  Example second = rewrite(0, other, chance);
  BoxPicture both = empty_box(chance);
  for (int y = 0; y < both.height_px; ++y)
    for (int x = 0; x < both.width_px; ++x) {
      const BoxPicture& from = x < both.width_px / 2 ? example.box : second.box;
      const int fx = x % std::max(1, both.width_px / 2) * from.width_px / std::max(1, both.width_px / 2);
      const int fy = y * from.height_px / both.height_px;
      both.dark[static_cast<std::size_t>(y * both.width_px + x)] =
          from.at(std::min(fx, from.width_px - 1), fy);
    }
  example.box = std::move(both);
  return example;
}

}  // namespace kiemphieu::digits

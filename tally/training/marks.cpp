#include "tally/training/marks.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace kiemphieu::training {
namespace {

struct Drawer {
  const NamePlace& name;
  Chance& chance;
  HandHabits habits = random_habits(chance);
  std::vector<Movement> out{};

  double body() const { return name.body_bottom_mm - name.body_top_mm; }
  double width() const { return name.right_mm - name.left_mm; }
  /// A row within the letters, `share` 0 top … 1 bottom.
  double row(double share) const { return name.body_top_mm + share * body(); }
  void draw(const std::vector<Spot>& spots) { out.push_back(move_through(spots, habits, chance)); }
  /// Before the name, or a trifle inside.
  double start() { return name.left_mm - std::max(-0.5, chance.bell(1.2, 1.6)); }
  double end() { return name.right_mm + std::max(-0.5, chance.bell(1.2, 1.6)); }
};

/// A line with small bends between; rows as shares of the body.
void line(Drawer& d, double from_mm, double to_mm, double from_row, double to_row) {
  std::vector<Spot> spots{{from_mm, d.row(from_row)}};
  const int bends = d.chance.pick(3);
  for (int i = 1; i <= bends; ++i) {
    const double share = (i + d.chance.between(-0.2, 0.2)) / (bends + 1);
    const double at = from_row + share * (to_row - from_row) + d.chance.bell(0, 0.05);
    spots.push_back({from_mm + share * (to_mm - from_mm), d.row(at)});
  }
  spots.push_back({to_mm, d.row(to_row)});
  // A long way drawn in one go bends little, or it would leave the letters.
  const double calm = std::min(1.0, 0.25 * d.body() / std::max(1.0, to_mm - from_mm) * (bends + 1) / 0.12);
  HandHabits habits = d.habits;
  habits.bend_rad *= calm;
  d.out.push_back(move_through(spots, habits, d.chance));
}

void through(Drawer& d) {
  const double row = std::clamp(d.chance.bell(0.55, 0.18), 0.18, 0.86);
  const double other = std::clamp(row + d.chance.bell(0, 0.12), 0.15, 0.88);
  line(d, d.start(), d.end(), row, other);
}

void slanted(Drawer& d) {
  const double reach = d.chance.between(0.1, 1.0);
  const bool rising = d.chance.happens(0.6);
  line(d, d.start(), d.end(), rising ? 1 + reach / 2 : -reach / 2, rising ? -reach / 2 : 1 + reach / 2);
}

void wave(Drawer& d) {
  const double half = d.chance.between(1.6, 5), high = d.chance.between(0.08, 0.28),
               middle = d.chance.between(0.4, 0.6);
  std::vector<Spot> spots;
  double x = d.start();
  const double end = d.end();
  for (bool up = d.chance.happens(0.5); x < end; x += half * d.chance.between(0.7, 1.3), up = !up)
    spots.push_back({x, d.row(middle + (up ? -high : high) * d.chance.between(0.6, 1.2))});
  spots.push_back({end, d.row(middle)});
  d.draw(spots);
}

/// Up and down, or around and around, all along the name.
void scrawl(Drawer& d) {
  std::vector<Spot> spots;
  double x = d.start();
  const double end = d.end(), step = d.chance.between(0.5, 1.5), high = d.chance.between(0.5, 1.2);
  const double lean = d.chance.happens(0.4) ? d.chance.between(0.5, 1.5) : 0.0;  // loops step back
  for (bool up = true; x < end; x += step * d.chance.between(0.6, 1.4), up = !up)
    spots.push_back({x + (up ? lean : 0), d.row(0.5 + (up ? -high : high) * d.chance.between(0.7, 1.15))});
  if (spots.size() >= 2) d.draw(spots);
  if (d.chance.happens(0.3)) through(d);
}

void dashes(Drawer& d) {
  const int gaps = std::max(2, static_cast<int>(std::ceil(d.width() / d.chance.between(2.0, 5.5))));
  const double lean = d.chance.bell(0.3, 0.6);
  for (int i = 0; i <= gaps; ++i) {
    const double share = std::clamp((i + d.chance.bell(0, 0.08)) / gaps, 0.0, 1.0);
    const double x = d.name.left_mm + 0.3 + share * (d.width() - 0.6);
    d.draw({{x + lean / 2, d.row(-d.chance.between(0.15, 0.7))},
            {x - lean / 2, d.row(1 + d.chance.between(0.15, 0.7))}});
  }
}

/// The pen was lifted, but set down again at once.
void in_pieces(Drawer& d) {
  double x = d.start();
  const double end = d.end(), row = d.chance.between(0.25, 0.8);
  while (x < end) {
    const double to = std::min(end, x + d.chance.between(5, 16));
    const double at = row + d.chance.bell(0, 0.07);
    line(d, x, to, at, at + d.chance.bell(0, 0.05));
    x = to - d.chance.between(-0.35, 1.5);
    if (end - x < 2) x = end;
  }
}

void cross(Drawer& d) {
  const double reach = d.chance.between(0.2, 0.9);
  line(d, d.start(), d.end(), -reach / 2, 1 + reach / 2);
  line(d, d.start(), d.end(), 1 + reach / 2, -reach / 2);
}

// ---- no strike of the whole name ----

void part(Drawer& d) {
  const double share = d.chance.between(0.12, 0.82), free = (1 - share) * d.width();
  const double from = d.name.left_mm + (d.chance.happens(0.35)  ? 0
                                        : d.chance.happens(0.5) ? free
                                                                : d.chance.share() * free);
  const double row = d.chance.between(0.2, 0.85);
  if (d.chance.happens(0.75)) {
    line(d, from, from + share * d.width(), row, row + d.chance.bell(0, 0.1));
    return;
  }
  std::vector<Spot> spots;
  bool up = true;
  for (double x = from; x < from + share * d.width() || spots.size() < 2;
       x += d.chance.between(0.6, 1.4), up = !up)
    spots.push_back({x, d.row(up ? -0.3 : 1.3)});
  d.draw(spots);
}

/// Mostly the last: the given name is what people look for.
void one_word(Drawer& d) {
  const auto& words = d.name.words_mm;
  if (words.size() < 2) return part(d);
  const Spot& word = d.chance.happens(0.5)
                         ? words.back()
                         : words[static_cast<std::size_t>(d.chance.pick(static_cast<int>(words.size())))];
  const double row = d.chance.between(0.25, 0.8);
  line(d, word.x_mm - d.chance.between(-0.2, 0.6), word.y_mm + d.chance.between(-0.2, 0.9), row,
       row + d.chance.bell(0, 0.08));
}

/// A whole word stays free at one end: the last one mostly, by whatever mark.
void all_but_a_word(Drawer& d) {
  const auto& words = d.name.words_mm;
  if (words.size() < 2) return part(d);
  const bool last = d.chance.happens(0.75);
  NamePlace rest = d.name;
  if (last)
    rest.right_mm = words[words.size() - 2].y_mm + d.chance.between(-0.2, 0.5);
  else
    rest.left_mm = words[1].x_mm - d.chance.between(-0.2, 0.5);
  const double row = d.chance.between(0.25, 0.8);
  Drawer other{rest, d.chance};
  // Where the mark stops is the point: it does not reach on into the free word.
  const double from = last ? other.start() : rest.left_mm, to = last ? rest.right_mm : other.end();
  for (int i = d.chance.happens(0.2) ? 2 : 1; i > 0; --i)
    line(other, from, to, row, row + d.chance.bell(0, 0.1));
  std::ranges::move(other.out, std::back_inserter(d.out));
}

/// Under the feet, or over the heads.
void beside(Drawer& d) {
  const bool under = d.chance.happens(0.6);
  const double y =
      under ? d.name.bottom_mm + d.chance.between(0.1, 1.2) : d.name.top_mm - d.chance.between(0.1, 1.2);
  const double row = (y - d.name.body_top_mm) / d.body();
  line(d, d.start(), d.end(), row, row + d.chance.bell(0, 0.05));
}

void around(Drawer& d) {
  const double cx = (d.name.left_mm + d.name.right_mm) / 2, rx = d.width() / 2 + d.chance.between(1, 3.5);
  const double cy = d.row(0.5), ry = d.body() * d.chance.between(0.8, 1.5);
  std::vector<Spot> spots;
  const double start = d.chance.between(0, 6.28);
  for (int i = 0; i <= 14; ++i) {
    const double angle = start + 6.6 * i / 14;
    const auto squarer = [](double v) { return std::copysign(std::pow(std::abs(v), 0.6), v); };
    spots.push_back({cx + rx * squarer(std::cos(angle)), cy + ry * squarer(std::sin(angle))});
  }
  d.draw(spots);
}

void tick_or_blot(Drawer& d) {
  const double x = d.chance.between(d.name.left_mm - 1, d.name.right_mm - 1), size = d.chance.between(0.8, 4);
  const double y = d.row(d.chance.between(0.1, 0.9));
  switch (d.chance.pick(4)) {
    case 0:
      d.draw({{x, y}, {x + size / 3, y + size / 3}, {x + size, y - size / 2}});
      return;
    case 1:
      d.draw({{x, y}, {x + 0.8, y + 0.2}, {x, y + 0.5}, {x + 0.8, y + 0.6}});
      return;
    case 2:
      d.draw({{x, d.row(-0.5)}, {x + d.chance.bell(0, 0.5), d.row(1.5)}});
      return;
    default:
      d.draw({{x, y - size / 2}, {x + size, y + size / 2}});
      d.draw({{x + size, y - size / 2}, {x, y + size / 2}});
  }
}

/// Writing over or along a part of the name.
void words(Drawer& d) {
  std::vector<Spot> spots;
  double x = d.chance.between(d.name.left_mm, d.name.right_mm - 4);
  const double y = d.row(d.chance.between(-0.4, 1.2)), end = x + d.chance.between(4, 14);
  while (x < end) {
    spots.push_back({x, y + d.chance.between(-1.2, 1.2)});
    x += d.chance.between(-0.3, 1.6);
  }
  if (spots.size() >= 2) d.draw(spots);
}

/// Stops before the end, by more than a hand's carelessness.
void too_short(Drawer& d) {
  const double missing = std::min(d.chance.between(2.5, 6.0), 0.5 * d.width()),
               row = d.chance.between(0.25, 0.8);
  const bool left = d.chance.happens(0.5);
  line(d, left ? d.name.left_mm + missing : d.start(), left ? d.end() : d.name.right_mm - missing, row, row);
}

}  // namespace

std::vector<Movement> struck_mark(const NamePlace& name, Chance& chance) {
  Drawer d{name, chance};
  switch (chance.pick(16)) {
    case 0:
    case 1:
    case 2:
      slanted(d);
      break;
    case 3:
      wave(d);
      break;
    case 4:
    case 5:
      scrawl(d);
      break;
    case 6:
    case 7:
      dashes(d);
      break;
    case 8:
      in_pieces(d);
      break;
    case 9:
      cross(d);
      break;
    case 10:  // double and triple
    case 11:
      for (int i = 2 + chance.pick(2); i > 0; --i) through(d);
      break;
    default:
      through(d);
  }
  return std::move(d.out);
}

std::vector<Movement> other_mark(const NamePlace& name, Chance& chance) {
  Drawer d{name, chance};
  switch (chance.pick(16)) {
    case 0:
    case 1:
    case 2:
      part(d);
      break;
    case 3:
    case 4:
      one_word(d);
      break;
    case 5:
    case 6:
    case 7:
      all_but_a_word(d);
      break;
    case 8:
    case 9:
      beside(d);
      break;
    case 10:
      around(d);
      break;
    case 11:
      words(d);
      break;
    case 12:
    case 13:
      too_short(d);
      break;
    default:
      tick_or_blot(d);
  }
  return std::move(d.out);
}

std::vector<Movement> neighbours_mark(const NamePlace& name, Chance& chance) {
  Drawer d{name, chance};
  const double off = chance.between(1.9, 3.0);  // nearer it might underline this one
  if (chance.happens(0.3)) {                    // the tail of something left or right of the name
    const double x =
        chance.happens(0.5) ? name.left_mm - chance.between(1.4, 3) : name.right_mm + chance.between(1.4, 3);
    const double away = x < name.left_mm ? -6 : 6;
    d.draw({{x + away, d.row(chance.share())}, {x, d.row(chance.share())}});
    return std::move(d.out);
  }
  const double y = chance.happens(0.5) ? name.top_mm - off : name.bottom_mm + off;
  const double row = (y - name.body_top_mm) / d.body();
  HandHabits calm = d.habits;
  calm.bend_rad = 0, d.habits = calm;
  d.draw({{d.start(), d.row(row)}, {d.end(), d.row(row)}});
  return std::move(d.out);
}

}  // namespace kiemphieu::training

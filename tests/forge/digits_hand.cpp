#include "tests/forge/digits_hand.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kiemphieu::forge {
namespace {

constexpr double kPi = std::numbers::pi;

/// Strokes in a frame of its own: x and y from -0.5 to 0.5, y down.
struct Sketch {
  std::vector<Path> strokes;
  Rng& rng;
  double sloppy;

  double off() { return rng.normal(0, sloppy); }
  void line(double x0, double y0, double x1, double y1) {
    Path path;
    const double bow = rng.normal(0, sloppy / 2), ax = x0 + off(), ay = y0 + off(), bx = x1 + off(),
                 by = y1 + off();
    for (int i = 0; i <= 10; ++i) {
      const double t = i / 10.0, side = bow * std::sin(kPi * t);
      path.push_back({ax + t * (bx - ax) - side * (by - ay), ay + t * (by - ay) + side * (bx - ax)});
    }
    strokes.push_back(std::move(path));
  }
  /// From `from` to `to` degrees, 0 right, 90 down; joined to the last stroke when asked.
  void arc(double cx, double cy, double rx, double ry, double from, double to, bool joined = false) {
    Path path;
    const double mx = cx + off(), my = cy + off(), wide = rx * (1 + off()), high = ry * (1 + off());
    for (int i = 0; i <= 24; ++i) {
      const double a = (from + (to - from) * i / 24) * kPi / 180;
      path.push_back({mx + wide * std::cos(a), my + high * std::sin(a)});
    }
    if (joined)
      strokes.back().insert(strokes.back().end(), path.begin(), path.end());
    else
      strokes.push_back(std::move(path));
  }
};

void sketch_four(Sketch& s, const DigitHabits& habits) {
  if (habits.open_four) {
    s.line(-0.25, -0.48, -0.4, 0.12), s.line(-0.42, 0.12, 0.42, 0.08);
    s.line(0.22, -0.3, 0.18, 0.5);
  } else {
    s.line(0.12, -0.5, -0.42, 0.16), s.line(-0.42, 0.17, 0.45, 0.15);
    s.line(0.15, -0.46, 0.14, 0.5);
  }
}

void sketch_nine(Sketch& s, const DigitHabits& habits) {
  s.arc(0, -0.22, 0.34, 0.27, -20, -380);
  if (habits.curled_nine)
    s.line(0.34, -0.24, 0.31, 0.24), s.arc(0.0, 0.24, 0.31, 0.25, 0, 140);
  else
    s.line(0.33, -0.25, 0.24, 0.5);
}

void sketch_two(Sketch& s, const DigitHabits& habits) {
  s.arc(0, -0.22, 0.36, 0.27, -170, 40);
  const Path::value_type end = s.strokes.back().back();
  if (habits.looped_two) {
    s.line(end.x_mm, end.y_mm, -0.2, 0.4), s.arc(-0.26, 0.4, 0.12, 0.08, 60, 330),
        s.line(-0.16, 0.36, 0.45, 0.47);
  } else {
    s.line(end.x_mm, end.y_mm, -0.38, 0.48), s.line(-0.38, 0.48, 0.42, 0.46);
  }
}

void sketch(int digit, Sketch& s, const DigitHabits& habits) {
  switch (digit) {
    case 0:
      s.arc(0, 0, 0.4, 0.5, -80, -440);
      if (habits.slashed_zero) s.line(0.3, -0.32, -0.3, 0.34);
      return;
    case 1:
      s.line(0.05, -0.5, 0.05, 0.5);
      if (habits.one > 0) s.line(-0.28, -0.22, 0.05, -0.5);
      if (habits.one > 1) s.line(-0.28, 0.5, 0.36, 0.5);
      return;
    case 2:
      return sketch_two(s, habits);
    case 3:
      s.arc(-0.02, -0.25, 0.33, 0.25, -150, 80), s.arc(-0.04, 0.24, 0.38, 0.27, -85, 140);
      return;
    case 4:
      return sketch_four(s, habits);
    case 5:
      s.line(-0.22, -0.48, -0.28, -0.04), s.arc(-0.02, 0.18, 0.36, 0.31, -140, 135),
          s.line(-0.24, -0.49, 0.34, -0.5);
      return;
    case 6:
      s.arc(0.36, 0.2, 0.7, 0.72, -105, -180), s.arc(0, 0.21, 0.34, 0.29, 180, 540);
      return;
    case 7:
      s.line(-0.4, -0.47, 0.4, -0.47), s.line(0.4, -0.47, -0.08, 0.5);
      if (habits.barred_seven) s.line(-0.18, 0.02, 0.34, 0.0);
      return;
    case 8:
      s.arc(0, -0.25, 0.29, 0.25, 90, 450), s.arc(0, 0.25, 0.36, 0.25, -90, -450);
      return;
    default:
      return sketch_nine(s, habits);
  }
}

}  // namespace

DigitHabits any_digit_habits(Rng& rng) {
  DigitHabits habits;
  habits.one = rng.below(3);
  habits.open_four = rng.chance(0.5);
  habits.barred_seven = rng.chance(0.5);
  habits.curled_nine = rng.chance(0.4);
  habits.slashed_zero = rng.chance(0.1);
  habits.looped_two = rng.chance(0.25);
  habits.slim = rng.between(0.65, 1.05);
  habits.slant = rng.normal(0.08, 0.12);
  habits.sloppy = rng.between(0.01, 0.045);
  habits.height_share = rng.between(0.52, 0.92);
  return habits;
}

std::vector<Path> digit_paths(int digit, const forms::BoxMm& box, const DigitHabits& habits, Rng& rng) {
  Sketch s{{}, rng, habits.sloppy};
  sketch(digit, s, habits);
  const double height = box.h_mm * std::clamp(habits.height_share + rng.normal(0, 0.05), 0.45, 1.02);
  const double width = height * (digit == 1 ? 0.5 : 0.68) * habits.slim * rng.between(0.9, 1.1);
  const double cx = box.x_mm + box.w_mm / 2 + std::clamp(rng.normal(0, 0.6), -2.0, 2.0);
  const double cy = box.y_mm + box.h_mm / 2 + std::clamp(rng.normal(0, 0.3), -0.8, 0.8);
  const double turn = rng.normal(0, 0.05);
  for (Path& path : s.strokes)
    for (PointMm& at : path) {
      const double x = at.x_mm * width - habits.slant * at.y_mm * height, y = at.y_mm * height;
      at = {cx + x * std::cos(turn) - y * std::sin(turn), cy + x * std::sin(turn) + y * std::cos(turn)};
    }
  return std::move(s.strokes);
}

}  // namespace kiemphieu::forge

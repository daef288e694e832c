#include "tally/training/hand.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace kiemphieu::training {
namespace {

struct Piece {
  double start_s = 0, length_mm = 0, mu = 0, sigma = 0, from_rad = 0, to_rad = 0;
};

/// Share of a lognormal's area that has passed at `t` after its start.
double passed(const Piece& piece, double t) {
  if (t <= 0) return 0;
  return 0.5 * (1 + std::erf((std::log(t) - piece.mu) / (piece.sigma * std::numbers::sqrt2)));
}

std::vector<Piece> pieces_through(const std::vector<Spot>& spots, const HandHabits& habits, Chance& chance) {
  std::vector<Piece> pieces;
  double start = 0;
  for (std::size_t i = 1; i < spots.size(); ++i) {
    const double dx = spots[i].x_mm - spots[i - 1].x_mm, dy = spots[i].y_mm - spots[i - 1].y_mm;
    Piece piece;
    piece.start_s = start;
    piece.sigma = chance.between(0.18, 0.4);
    piece.mu = chance.between(-1.9, -1.3);
    const double bend = chance.bell(0, habits.bend_rad), along = std::atan2(dy, dx);
    piece.from_rad = along - bend / 2, piece.to_rad = along + bend / 2;
    piece.length_mm = std::hypot(dx, dy) * (std::abs(bend) < 1e-3 ? 1 : (bend / 2) / std::sin(bend / 2));
    pieces.push_back(piece);
    start += std::exp(piece.mu) * (1 + 2 * piece.sigma) * (1 - habits.overlap);
  }
  return pieces;
}

}  // namespace

HandHabits random_habits(Chance& chance) {
  HandHabits habits;
  habits.bend_rad = chance.between(0.02, 0.25);
  habits.overlap = chance.between(0.2, 0.6);
  habits.tremor_mm = chance.happens(0.15) ? chance.between(0.06, 0.14) : chance.between(0.0, 0.04);
  return habits;
}

Movement move_through(const std::vector<Spot>& spots, const HandHabits& habits, Chance& chance) {
  const std::vector<Piece> pieces = pieces_through(spots, habits, chance);
  const double end_s = pieces.back().start_s + std::exp(pieces.back().mu + 2.5 * pieces.back().sigma);
  constexpr int kSteps = 40;  // a piece
  const int steps = kSteps * static_cast<int>(pieces.size());
  const double dt = end_s / steps, hertz = chance.between(8, 12), phase = chance.between(0, 6.28);
  Movement movement{{spots.front(), 0}};
  Spot at = spots.front();
  std::vector<double> before(pieces.size(), 0);
  double shake = 0;
  for (int i = 1; i <= steps; ++i) {
    const double t = i * dt;
    double dx = 0, dy = 0;
    for (std::size_t p = 0; p < pieces.size(); ++p) {
      const Piece& piece = pieces[p];
      const double share = passed(piece, t - piece.start_s), done = share - before[p];
      before[p] = share;
      const double angle = piece.from_rad + (piece.to_rad - piece.from_rad) * (share - done / 2);
      dx += done * piece.length_mm * std::cos(angle), dy += done * piece.length_mm * std::sin(angle);
    }
    at.x_mm += dx, at.y_mm += dy;
    shake = 0.8 * shake + chance.bell(0, 0.6);
    const double off = habits.tremor_mm * (shake + std::sin(6.283 * hertz * t + phase));
    movement.push_back({{at.x_mm + 0.4 * off, at.y_mm + off}, std::hypot(dx, dy) / dt});
  }
  // The last percent of each lognormal and the bends leave a little that is missing.
  const double miss_x = spots.back().x_mm - at.x_mm, miss_y = spots.back().y_mm - at.y_mm;
  for (std::size_t i = 0; i < movement.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(movement.size() - 1);
    movement[i].at.x_mm += share * miss_x, movement[i].at.y_mm += share * miss_y;
  }
  return movement;
}

PenInk random_pen(Chance& chance) {
  PenInk pen;
  const auto tint = [&](double r, double g, double b) {
    pen.rgb = {r + chance.between(-0.06, 0.06), g + chance.between(-0.06, 0.06),
               b + chance.between(-0.06, 0.06)};
    for (double& part : pen.rgb) part = std::clamp(part, 0.02, 1.0);
  };
  pen.width_mm = chance.between(0.25, 0.6);
  pen.strength = chance.between(0.72, 0.95);
  pen.skips = chance.happens(0.3) ? chance.between(0.01, 0.10) : 0.0;
  switch (chance.pick(7)) {
    case 0:
    case 1:
      tint(0.14, 0.20, 0.60);
      break;  // blue
    case 2:
    case 3:
      tint(0.08, 0.08, 0.10);
      break;  // black
    case 4:
      tint(0.75, 0.12, 0.16);
      break;  // red
    case 5:   // pencil
      tint(0.36, 0.36, 0.38);
      pen.strength = chance.between(0.6, 0.9), pen.grain = chance.between(0.1, 0.4);
      break;
    default:  // felt tip, violet among them
      tint(chance.between(0.05, 0.35), 0.08, chance.between(0.1, 0.5));
      pen.width_mm = chance.between(0.7, 1.6), pen.strength = chance.between(0.85, 1.0), pen.skips = 0;
  }
  return pen;
}

void lay_ink(cv::Mat& ink, const Movement& movement, const PenInk& pen, double px_per_mm, Chance& chance) {
  double fast = 1;
  for (const Moment& moment : movement) fast = std::max(fast, moment.speed_mm_s);
  const double thinning = chance.between(0.0, 0.35), paling = chance.between(0.0, 0.25);
  constexpr int kShift = 4;
  const auto fixed = [&](const Spot& at) {
    return cv::Point(static_cast<int>(std::lround(at.x_mm * px_per_mm * (1 << kShift))),
                     static_cast<int>(std::lround(at.y_mm * px_per_mm * (1 << kShift))));
  };
  bool dry = false;
  for (std::size_t i = 1; i < movement.size(); ++i) {
    const double step_mm = std::hypot(movement[i].at.x_mm - movement[i - 1].at.x_mm,
                                      movement[i].at.y_mm - movement[i - 1].at.y_mm);
    // A skip lasts 0.4 mm in the mean; how often one begins follows from their share.
    dry = dry ? !chance.happens(std::min(1.0, step_mm / 0.4))
              : chance.happens(std::min(1.0, step_mm / 0.4 * pen.skips / (1 - pen.skips)));
    if (dry) continue;
    const double hurry = movement[i].speed_mm_s / fast;
    const int thick =
        std::max(2, static_cast<int>(std::lround(pen.width_mm * (1 - thinning * hurry) * px_per_mm)));
    const double value = 255 * (1 - paling * hurry);
    cv::line(ink, fixed(movement[i - 1].at), fixed(movement[i].at), cv::Scalar(value), thick, cv::LINE_8,
             kShift);
  }
}

}  // namespace kiemphieu::training

#pragma once
/// A hand that writes: each piece of a movement has a speed that rises and falls
/// as a lognormal and turns while it runs; pieces overlap in time, so corners
/// come out round and waves uneven (the sigma-lognormal model of Plamondon 1995).
/// The test forge's hands are made otherwise (bowed and trembling lines), so
/// that a reader trained here cannot pass by knowing its own teacher.

#include <array>
#include <vector>

#include <opencv2/core.hpp>

#include "tally/training/chance.h"

namespace kiemphieu::training {

struct Spot {
  double x_mm = 0, y_mm = 0;
};

struct HandHabits {
  double bend_rad = 0.15;   ///< how far a piece turns, sigma
  double overlap = 0.4;     ///< share of a piece that runs while the next begins
  double tremor_mm = 0.03;  ///< sigma of the 8 to 12 Hz tremor
};
HandHabits random_habits(Chance& chance);

/// One movement without lifting: where the pen is every millisecond or so, and how fast.
struct Moment {
  Spot at;
  double speed_mm_s = 0;
};
using Movement = std::vector<Moment>;

/// From the first spot through all others. Ends exactly where it shall.
Movement move_through(const std::vector<Spot>& spots, const HandHabits& habits, Chance& chance);

struct PenInk {
  std::array<double, 3> rgb{};  ///< 0 to 1: what it leaves of each colour of light
  double width_mm = 0.4;
  double strength = 0.9;  ///< 1 hides the paper
  double skips = 0;       ///< share of the way without ink
  double grain = 0;       ///< pencil: share of the paper's grain it misses
};
PenInk random_pen(Chance& chance);

/// Draws the movement's ink into `ink` (CV_8UC1, 255 = full): thinner and paler
/// where the hand is fast.
void lay_ink(cv::Mat& ink, const Movement& movement, const PenInk& pen, double px_per_mm, Chance& chance);

}  // namespace kiemphieu::training

// Whether the rim of a stamp is there, told from rings drawn point by point.

#include "tally/reading/stamp_shape.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>

using namespace kiemphieu::reading;

namespace {

constexpr double kPxPerMm = 4;

/// A stamp 36 mm across as the examples have it: two lines at the rim, one further in, letters between.
/// `inked` says of a place, in millimetres from the middle, whether it printed.
std::vector<cv::Point> stamp(const std::function<bool(double, double)>& inked) {
  std::vector<cv::Point> points;
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 200; ++x) {
      const double u = x / kPxPerMm - 25, v = y / kPxPerMm - 25, away = std::hypot(u, v);
      const bool line = std::abs(away - 17.65) < 0.35 || std::abs(away - 16.7) < 0.2 || std::abs(away - 11.8) < 0.2;
      const bool letters = away > 13 && away < 15.6 && static_cast<int>((std::atan2(v, u) + 4) * 9) % 2 == 0;
      if ((line || letters) && inked(u, v)) points.emplace_back(x, y);
    }
  return points;
}

}  // namespace

TEST_CASE("the rim of a stamp is measured on the stamp's own circle") {
  struct Row {
    const char* situation;
    std::function<bool(double, double)> inked;
    double least_rim, most_rim, least_gap, most_gap;
  };
  const auto turn = [](double u, double v) { return std::atan2(v, u) / std::numbers::pi; };
  const Row rows[] = {
      {"whole", [](double, double) { return true; }, 0.97, 1.0, 0.0, 0.03},
      {"the left third cut off", [](double u, double) { return u > -9; }, 0.60, 0.75, 0.27, 0.40},
      {"the upper half missing", [](double, double v) { return v > 0; }, 0.40, 0.58, 0.42, 0.60},
      {"a fold through it is no gap", [](double, double v) { return std::abs(v) > 1.5; }, 0.90, 1.0, 0.0, 0.06},
      {"every second tenth dry", [&](double u, double v) { return static_cast<int>((turn(u, v) + 1) * 5) % 2 == 0; },
       0.40, 0.65, 0.06, 0.16},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string{row.situation});
    const Roundness round = roundness(stamp(row.inked), kPxPerMm);
    CHECK(round.rim >= row.least_rim);
    CHECK(round.rim <= row.most_rim);
    CHECK(round.widest_gap >= row.least_gap);
    CHECK(round.widest_gap <= row.most_gap);
  }
}

TEST_CASE("what is no ring has no rim to speak of") {
  std::vector<cv::Point> line;
  for (int x = 0; x < 160; ++x)
    for (int y = 80; y < 84; ++y) line.emplace_back(x, y);
  CHECK(roundness(line, kPxPerMm).shape < 0.1);
  CHECK(roundness({}, kPxPerMm).rim == doctest::Approx(0));
  CHECK(roundness(std::vector<cv::Point>(30, cv::Point{5, 5}), kPxPerMm).rim == doctest::Approx(0));
  CHECK(roundness(std::vector<cv::Point>(300, cv::Point{5, 5}), kPxPerMm).shape < 0.1);
}

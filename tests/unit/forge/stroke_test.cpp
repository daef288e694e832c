// Strokes lie where their names say: a strike through the name, a circle around it.
#include "tests/forge/stroke.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace kiemphieu::forge {
namespace {

const std::vector<forms::BoxMm> kOneLine{{32, 100, 45, 4.5}};
const std::vector<forms::BoxMm> kTwoLines{{32, 100, 45, 4.5}, {32, 107, 60, 4.5}};

struct Reach {
  double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
};
Reach reach_of(const std::vector<Path>& paths) {
  Reach reach;
  for (const Path& path : paths)
    for (const PointMm& point : path) {
      reach.left = std::min(reach.left, point.x_mm);
      reach.right = std::max(reach.right, point.x_mm);
      reach.top = std::min(reach.top, point.y_mm);
      reach.bottom = std::max(reach.bottom, point.y_mm);
    }
  return reach;
}

/// Share of a line's width whose ink box the movements cross.
double crossed(const std::vector<Path>& paths, const forms::BoxMm& line) {
  std::vector<bool> columns(static_cast<std::size_t>(line.w_mm * 2));
  for (const Path& path : paths)
    for (std::size_t i = 1; i < path.size(); ++i)
      for (double t = 0; t <= 1; t += 0.05) {
        const double x = path[i - 1].x_mm + t * (path[i].x_mm - path[i - 1].x_mm) - line.x_mm;
        const double y = path[i - 1].y_mm + t * (path[i].y_mm - path[i - 1].y_mm);
        const auto column = static_cast<std::size_t>(std::max(0.0, x) * 2);
        if (x >= 0 && column < columns.size() && y > line.y_mm && y < line.y_mm + line.h_mm)
          columns[column] = true;
      }
  return static_cast<double>(std::count(columns.begin(), columns.end(), true)) /
         static_cast<double>(columns.size());
}

TEST_CASE("A strike over the whole name spans it from end to end") {
  for (const StrokeStyle style :
       {StrokeStyle::kHorizontal, StrokeStyle::kDouble, StrokeStyle::kWavy, StrokeStyle::kSlanted,
        StrokeStyle::kCross, StrokeStyle::kScribble, StrokeStyle::kVertical, StrokeStyle::kFaint})
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CAPTURE(to_text(style));
      CAPTURE(seed);
      Rng rng{seed};
      const Reach reach = reach_of(stroke_paths({style, 0}, kOneLine, rng));
      CHECK(reach.left < kOneLine[0].x_mm + 1.2);
      CHECK(reach.right > kOneLine[0].x_mm + kOneLine[0].w_mm - 1.2);
      CHECK(reach.top > kOneLine[0].y_mm - 3);
      CHECK(reach.bottom < kOneLine[0].y_mm + kOneLine[0].h_mm + 3);
    }
}

TEST_CASE("How much of the name is crossed") {
  struct Row {
    StrokeStyle style;
    double least, most;
  };
  for (const Row& row : {Row{StrokeStyle::kHorizontal, 0.97, 1}, Row{StrokeStyle::kWavy, 0.9, 1},
                         Row{StrokeStyle::kScribble, 0.9, 1}, Row{StrokeStyle::kPartial, 0.4, 0.5},
                         Row{StrokeStyle::kCircle, 0, 0.0}, Row{StrokeStyle::kUnderline, 0, 0.0},
                         Row{StrokeStyle::kOverline, 0, 0.0}})
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CAPTURE(to_text(row.style));
      CAPTURE(seed);
      Rng rng{seed};
      const double share = crossed(stroke_paths({row.style, 0.45}, kOneLine, rng), kOneLine[0]);
      CHECK(share >= row.least);
      CHECK(share <= row.most);
    }
}

TEST_CASE("A clear strike passes both ends, and what is called a part leaves no mere letter free") {
  const std::vector<forms::BoxMm> short_name{{32, 100, 15, 4.5}};
  for (int i = 0; i < kStrokeStyleCount; ++i) {
    const auto style = static_cast<StrokeStyle>(i);
    if (style == StrokeStyle::kOneOfTwoLines || style == StrokeStyle::kScribble) continue;
    const StrokePlace place{{}, 20, &kTwoLines};
    const bool over_two = style == StrokeStyle::kJoined || style == StrokeStyle::kAcross;
    for (std::uint64_t seed = 0; seed < 100 && !over_two; ++seed) {
      CAPTURE(to_text(style));
      CAPTURE(seed);
      Rng rng{seed};
      const auto paths = stroke_paths({style, 0.9}, short_name, rng, place);
      const Reach reach = reach_of(paths);
      if (certainty_of(style) == Certainty::kSure) {
        CHECK(reach.left < 32);
        CHECK(reach.right > 47);
        CHECK(crossed(paths, short_name[0]) > 0.9);
      } else if (shape_of(style) == election::MarkShape::kPartial) {
        CHECK(crossed(paths, short_name[0]) < 1 - 4.5 / 15);
      }
    }
  }
}

TEST_CASE("A stroke over two names is drawn once") {
  const std::vector<forms::BoxMm> next{{32, 109, 50, 4.5}};
  Rng rng{3};
  const auto joined = stroke_paths({StrokeStyle::kJoined}, kOneLine, rng, {{}, 20, &next});
  CHECK(joined.size() == 1);
  CHECK(crossed(joined, kOneLine[0]) > 0.95);
  CHECK(crossed(joined, next[0]) > 0.95);
  CHECK(stroke_paths({StrokeStyle::kJoined, 0, true}, next, rng).empty());
}

TEST_CASE("A name on two lines") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    Rng rng{seed};
    const auto both = stroke_paths({StrokeStyle::kHorizontal, 0}, kTwoLines, rng);
    CHECK(crossed(both, kTwoLines[0]) > 0.95);
    CHECK(crossed(both, kTwoLines[1]) > 0.95);
    const auto one = stroke_paths({StrokeStyle::kOneOfTwoLines, 0}, kTwoLines, rng);
    const double first = crossed(one, kTwoLines[0]), second = crossed(one, kTwoLines[1]);
    CHECK(std::max(first, second) > 0.95);
    CHECK(std::min(first, second) == 0);
    const Reach around = reach_of(stroke_paths({StrokeStyle::kCircle, 0}, kTwoLines, rng));
    CHECK(around.bottom > kTwoLines[1].y_mm + kTwoLines[1].h_mm);
    CHECK(around.right > kTwoLines[1].x_mm + kTwoLines[1].w_mm);
  }
}

}  // namespace
}  // namespace kiemphieu::forge

#include "tests/forge/physics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace kiemphieu::forge {
namespace {

constexpr int kTile = 256;  // noise repeats after so many pixels, at a random offset

/// Noise and paper grain, drawn once a process: every sheet reads it from another offset.
struct NoiseTiles {
  std::array<std::int8_t, kTile * kTile> fine{}, coarse{};
};

const NoiseTiles& noise_tiles() {
  static const NoiseTiles tiles = [] {
    NoiseTiles made;
    Rng rng{20260315};
    for (auto& value : made.fine)
      value = static_cast<std::int8_t>(std::clamp(rng.normal(0, 32), -127.0, 127.0));
    // Patches must join at the tile's edges: average what lies around, wrapping.
    for (int y = 0; y < kTile; ++y)
      for (int x = 0; x < kTile; ++x) {
        int sum = 0;
        for (int dy = -2; dy <= 2; ++dy)
          for (int dx = -2; dx <= 2; ++dx)
            sum += made.fine[static_cast<std::size_t>((y + dy + kTile) % kTile * kTile +
                                                      (x + dx + kTile) % kTile)];
        made.coarse[static_cast<std::size_t>(y * kTile + x)] =
            static_cast<std::int8_t>(std::clamp(sum / 5, -127, 127));
      }
    return made;
  }();
  return tiles;
}

void office(Physics& p, Rng& rng) {
  p.skew_deg = std::clamp(rng.normal(0, 0.5), -1.8, 1.8);
  p.scale = rng.normal(1, 0.004);
  p.border_mm = rng.between(0, 4);
  p.background = rng.chance(0.5) ? 248 : 22;
  p.shift_x_mm = rng.normal(0, 0.6);
  p.shift_y_mm = rng.normal(0, 0.6);
  p.upside_down = rng.chance(0.06);
  p.blur_px = rng.between(0.45, 0.75);
  p.noise = rng.between(1.5, 3);
  p.texture = rng.between(1, 2.5);
  p.gradient = rng.between(0, 0.05);
  p.jpeg_quality = 80 + rng.below(13);
  if (rng.chance(0.15)) p.fold_y_mm = rng.between(95, 115);
  p.fold_depth = rng.between(0.04, 0.12);
}

void rough(Physics& p, Rng& rng) {
  office(p, rng);
  p.skew_deg = rng.between(-5, 5);
  p.scale = rng.between(0.95, 1.05);
  p.feed_stretch = rng.between(0.99, 1.01);
  p.border_mm = rng.between(2, 12);
  p.upside_down = rng.chance(0.15);
  p.blur_px = rng.between(0.5, 1.0);
  p.noise = rng.between(3, 6);
  p.texture = rng.between(1, 4);
  p.gradient = rng.between(0, 0.15);
  p.toner = rng.between(0.6, 1);
  p.gray = rng.chance(0.25);
  p.jpeg_quality = 55 + rng.below(30);
  p.fold_y_mm.reset();
  if (rng.chance(0.3)) p.fold_y_mm = rng.between(60, 150);
  p.fold_depth = rng.between(0.08, 0.25);
  if (rng.chance(0.15)) p.dog_ear = static_cast<Corner>(1 + rng.below(3));
  p.dog_ear_mm = rng.between(5, 14);
  if (rng.chance(0.15))
    p.streak = Streak{rng.between(10, 140), rng.between(0.12, 0.35), rng.between(0.25, 0.7)};
}

void crease(Canvas& canvas, const Physics& p) {
  if (!p.fold_y_mm) return;
  const int centre = cvRound(*p.fold_y_mm * canvas.px_per_mm), reach = cvRound(1.6 * canvas.px_per_mm);
  for (int dy = -reach; dy <= reach; ++dy) {
    if (centre + dy < 0 || centre + dy >= canvas.rgb.rows) continue;
    const double mm = dy / canvas.px_per_mm;
    // A dark crease with the paper's lit shoulder below it.
    const double light = 1 - p.fold_depth * std::exp(-mm * mm / 0.18) +
                         0.25 * p.fold_depth * std::exp(-(mm - 0.9) * (mm - 0.9) / 0.1);
    cv::Mat row = canvas.rgb.row(centre + dy);
    row.convertTo(row, -1, light);
  }
}

void fold_corner(Canvas& canvas, const Physics& p) {
  if (!p.dog_ear) return;
  const int size = cvRound(p.dog_ear_mm * canvas.px_per_mm), right = canvas.rgb.cols - 1,
            bottom = canvas.rgb.rows - 1;
  const bool at_right = *p.dog_ear == Corner::kUpperRight || *p.dog_ear == Corner::kLowerRight;
  const bool at_bottom = *p.dog_ear == Corner::kLowerLeft || *p.dog_ear == Corner::kLowerRight;
  const int x = at_right ? right : 0, y = at_bottom ? bottom : 0;
  const int inner_x = at_right ? right - size : size, inner_y = at_bottom ? bottom - size : size;
  const auto fill = [&](std::vector<cv::Point> corners, cv::Scalar colour) {
    cv::fillPoly(canvas.rgb, std::vector<std::vector<cv::Point>>{std::move(corners)}, colour, cv::LINE_AA);
  };
  // The flap shows the unprinted back, a little in shade.
  fill({{inner_x, y}, {x, inner_y}, {inner_x, inner_y}},
       cv::Scalar(p.paper[0] * 0.93, p.paper[1] * 0.93, p.paper[2] * 0.93));
  fill({{x, y}, {inner_x, y}, {x, inner_y}}, cv::Scalar::all(p.background));
  cv::line(canvas.rgb, {inner_x, y}, {x, inner_y}, cv::Scalar::all(120), 1, cv::LINE_AA);
}

cv::Mat warp(const Canvas& canvas, const Physics& p) {
  const double border = p.border_mm * canvas.px_per_mm;
  const int width = canvas.rgb.cols + 2 * cvRound(border), height = canvas.rgb.rows + 2 * cvRound(border);
  const double angle = (p.skew_deg + (p.upside_down ? 180 : 0)) * std::numbers::pi / 180;
  const double c = std::cos(angle) * p.scale, s = std::sin(angle) * p.scale;
  const double from_x = canvas.rgb.cols / 2.0, from_y = canvas.rgb.rows / 2.0;
  const double to_x = width / 2.0 + p.shift_x_mm * canvas.px_per_mm,
               to_y = height / 2.0 + p.shift_y_mm * canvas.px_per_mm;
  // Turn clockwise as seen (y points down), then stretch along the feed.
  const double a = c, b = -s, d = s * p.feed_stretch, e = c * p.feed_stretch;
  const cv::Mat affine =
      (cv::Mat_<double>(2, 3) << a, b, to_x - a * from_x - b * from_y, d, e, to_y - d * from_x - e * from_y);
  cv::Mat out;
  cv::warpAffine(canvas.rgb, out, affine, cv::Size(width, height), cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                 cv::Scalar::all(p.background));
  return out;
}

/// Light left at each of `count` places, 256 = full, when it falls by `fall`
/// over the whole way (negative: from the far end).
std::vector<int> light_along(int count, double fall) {
  std::vector<int> light;
  for (int i = 0; i < count; ++i) {
    const double way = static_cast<double>(i) / count;
    light.push_back(cvRound(256 * (1 - std::abs(fall) * (fall < 0 ? 1 - way : way))));
  }
  return light;
}

/// Light and noise in one pass over the samples.
void expose(cv::Mat& image, const Physics& p, Rng& rng) {
  const NoiseTiles& tiles = noise_tiles();
  const int noise = cvRound(p.noise * 8), texture = cvRound(p.texture * 8);
  const double angle = p.gradient_angle_deg * std::numbers::pi / 180;
  const std::vector<int> across = light_along(image.cols, p.gradient * std::cos(angle));
  const std::vector<int> down = light_along(image.rows, p.gradient * std::sin(angle));
  const int samples = image.channels();
  for (int y = 0; y < image.rows; ++y) {
    const std::int8_t* fine = &tiles.fine[static_cast<std::size_t>(rng.below(kTile)) * kTile];
    const std::int8_t* coarse = &tiles.coarse[static_cast<std::size_t>(y % kTile) * kTile];
    const int offset = rng.below(kTile), row_light = down[static_cast<std::size_t>(y)];
    auto* pixel = image.ptr<std::uint8_t>(y);
    for (int x = 0; x < image.cols; ++x) {
      const int light = across[static_cast<std::size_t>(x)] * row_light;  // 65536 = full
      const int shake = (fine[(x + offset) % kTile] * noise + coarse[x % kTile] * texture) / 256;
      for (int channel = 0; channel < samples; ++channel, ++pixel)
        *pixel = static_cast<std::uint8_t>(std::clamp(((*pixel * light) >> 16) + shake, 0, 255));
    }
  }
}

void add_streak(cv::Mat& image, const Streak& streak, double px_per_mm) {
  const int left = cvRound(streak.x_mm * px_per_mm),
            width = std::max(1, cvRound(streak.width_mm * px_per_mm));
  if (left < 0 || left + width >= image.cols) return;
  cv::Mat columns = image(cv::Rect(left, 0, width, image.rows));
  columns.convertTo(columns, -1, 1 - streak.darkness, 60 * streak.darkness);
}

}  // namespace

std::optional<PhysicsLevel> physics_level_from(std::string_view text) {
  if (text == "plain") return PhysicsLevel::kPlain;
  if (text == "office") return PhysicsLevel::kOffice;
  if (text == "rough") return PhysicsLevel::kRough;
  return std::nullopt;
}

Physics random_physics(PhysicsLevel level, Rng& rng) {
  Physics physics;
  physics.gradient_angle_deg = rng.between(0, 360);
  switch (level) {
    case PhysicsLevel::kPlain:
      physics.noise = 1;
      physics.jpeg_quality = 92;
      break;
    case PhysicsLevel::kOffice:
      office(physics, rng);
      break;
    case PhysicsLevel::kRough:
      rough(physics, rng);
      break;
  }
  return physics;
}

void print_on_paper(Canvas& canvas, const Physics& physics) {
  cv::Mat table(1, 256, CV_8UC3);
  for (int value = 0; value < 256; ++value)
    for (int channel = 0; channel < 3; ++channel)
      table.at<cv::Vec3b>(0, value)[channel] = static_cast<std::uint8_t>(cvRound(
          (255 - (255 - value) * physics.toner) * physics.paper[static_cast<std::size_t>(channel)] / 255));
  cv::Mat printed;
  cv::LUT(canvas.rgb, table, printed);
  canvas.rgb = printed;
}

void handle_paper(Canvas& canvas, const Physics& physics) {
  crease(canvas, physics);
  fold_corner(canvas, physics);
}

imaging::Image scan(const Canvas& canvas, const Physics& physics, Rng& rng) {
  cv::Mat image = warp(canvas, physics);
  if (physics.gray) cv::cvtColor(image, image, cv::COLOR_RGB2GRAY);
  if (physics.blur_px > 0) cv::GaussianBlur(image, image, cv::Size(5, 5), physics.blur_px);
  expose(image, physics, rng);
  if (physics.streak) add_streak(image, *physics.streak, canvas.px_per_mm);
  const auto format = physics.gray ? imaging::PixelFormat::kGray8 : imaging::PixelFormat::kRgb8;
  return {imaging::Pixels(image.datastart, image.dataend), image.cols, image.rows, format, canvas.px_per_mm * 25.4};
}

}  // namespace kiemphieu::forge

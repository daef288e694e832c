#include "tests/forge/scanner.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "config/base/check.h"
#include "config/imaging/codec.h"

namespace kiemphieu::forge {
namespace {

constexpr int kTile = 256;       // the paper's grain repeats after so many pixels
constexpr int kNoise = 1 << 18;  // sensor noise: every row reads it from another place
constexpr int kRun = 3 * kTile;  // samples handled at once: a whole tile of RGB

/// Noise and paper grain, drawn once a process.
struct NoiseTiles {
  std::vector<std::int8_t> fine;
  std::vector<std::int16_t> coarse_rgb;  ///< each row holds a tile's row, every value three times
  std::vector<std::int16_t> coarse_gray;
};

NoiseTiles make_tiles() {
  NoiseTiles made;
  Rng rng{20260315};
  made.fine.resize(kNoise + kRun);
  for (auto& value : made.fine)
    value = static_cast<std::int8_t>(std::clamp(rng.normal(0, 32), -127.0, 127.0));
  made.coarse_gray.resize(kTile * kRun);
  made.coarse_rgb.resize(kTile * kRun);
  const auto fine_at = [&](int x, int y) {
    return made.fine[static_cast<std::size_t>((y + kTile) % kTile * kTile + (x + kTile) % kTile)];
  };
  // Patches must join at the tile's edges: average what lies around, wrapping.
  for (int y = 0; y < kTile; ++y)
    for (int x = 0; x < kTile; ++x) {
      int sum = 0;
      for (int dy = -2; dy <= 2; ++dy)
        for (int dx = -2; dx <= 2; ++dx) sum += fine_at(x + dx, y + dy);
      const auto grain = static_cast<std::int16_t>(std::clamp(sum / 5, -127, 127));
      const auto row = static_cast<std::size_t>(y * kRun);
      for (int i = 0; i < 3; ++i) {
        made.coarse_rgb[row + static_cast<std::size_t>(3 * x + i)] = grain;
        made.coarse_gray[row + static_cast<std::size_t>(x + i * kTile)] = grain;
      }
    }
  return made;
}

const NoiseTiles& noise_tiles() {
  static const NoiseTiles tiles = make_tiles();
  return tiles;
}

/// Light left at each of `count` places, 256 = full, when it falls by `fall`
/// over the whole way (negative: from the far end). Each place `repeat` times.
std::vector<std::uint16_t> light_along(int count, double fall, int repeat) {
  std::vector<std::uint16_t> light;
  light.reserve(static_cast<std::size_t>(count * repeat));
  for (int i = 0; i < count; ++i) {
    const double way = static_cast<double>(i) / count;
    const auto left =
        static_cast<std::uint16_t>(cvRound(256 * (1 - std::abs(fall) * (fall < 0 ? 1 - way : way))));
    light.insert(light.end(), static_cast<std::size_t>(repeat), left);
  }
  return light;
}

/// One run of samples; plain 16-bit arithmetic, so that the compiler may do eight at a time.
void expose_run(std::uint8_t* sample, const std::uint16_t* across, int row_light, const std::int8_t* fine,
                const std::int16_t* coarse, int noise, int texture, int count) {
  const auto down = static_cast<std::uint16_t>(row_light);
  const auto noise16 = static_cast<std::int16_t>(noise), texture16 = static_cast<std::int16_t>(texture);
  for (int i = 0; i < count; ++i) {
    const auto light = static_cast<std::uint16_t>(static_cast<std::uint16_t>(across[i] * down) >> 8U);
    const auto lit = static_cast<std::int16_t>(static_cast<std::uint16_t>(sample[i] * light) >> 8U);
    const auto shake = static_cast<std::int16_t>(
        static_cast<std::int16_t>(static_cast<std::int16_t>(fine[i] * noise16) +
                                  static_cast<std::int16_t>(coarse[i] * texture16)) >>
        8);
    sample[i] =
        static_cast<std::uint8_t>(std::clamp<std::int16_t>(static_cast<std::int16_t>(lit + shake), 0, 255));
  }
}

/// Light and noise in one pass over the samples.
void expose(cv::Mat& image, const Scanner& s, double texture_levels, Rng& rng) {
  const NoiseTiles& tiles = noise_tiles();
  const int noise = std::min(cvRound(s.noise * 8), 200), texture = std::min(cvRound(texture_levels * 8), 56);
  const double angle = s.gradient_angle_deg * std::numbers::pi / 180;
  const int channels = image.channels(), samples = image.cols * channels;
  const std::vector<std::uint16_t> across = light_along(image.cols, s.gradient * std::cos(angle), channels);
  const std::vector<std::uint16_t> down = light_along(image.rows, s.gradient * std::sin(angle), 1);
  const auto& coarse = channels == 3 ? tiles.coarse_rgb : tiles.coarse_gray;
  for (int y = 0; y < image.rows; ++y) {
    auto* row = image.ptr<std::uint8_t>(y);
    for (int at = 0; at < samples; at += kRun)
      // 255 and not 256 levels of light down the page keep the product within 16 bits.
      expose_run(row + at, across.data() + at, std::min<int>(255, down[static_cast<std::size_t>(y)]),
                 tiles.fine.data() + rng.below(kNoise), coarse.data() + y % kTile * kRun, noise, texture,
                 std::min(kRun, samples - at));
  }
}

void add_streak(cv::Mat& image, const Streak& streak, double px_per_mm) {
  const int left = cvRound(streak.x_mm * px_per_mm),
            width = std::max(1, cvRound(streak.width_mm * px_per_mm));
  if (left < 0 || left + width >= image.cols) return;
  cv::Mat columns = image(cv::Rect(left, 0, width, image.rows));
  columns.convertTo(columns, -1, 1 - streak.darkness, 60 * streak.darkness);
}

struct Way {
  cv::Matx23d affine;
  cv::Size size;
};

/// From canvas pixels to scan pixels: turn clockwise as seen (y points down), then stretch along the feed.
Way way_of(const Canvas& canvas, const Scanner& s, double zoom) {
  const double px = canvas.px_per_mm * zoom, border = 2 * s.border_mm * px;
  const cv::Size size{cvRound(canvas.rgb.cols * zoom + border), cvRound(canvas.rgb.rows * zoom + border)};
  const double angle = (s.skew_deg + (s.upside_down ? 180 : 0)) * std::numbers::pi / 180;
  const double cosine = std::cos(angle) * s.scale * zoom, sine = std::sin(angle) * s.scale * zoom;
  const double from_x = canvas.rgb.cols / 2.0, from_y = canvas.rgb.rows / 2.0;
  const double to_x = size.width / 2.0 + s.shift_x_mm * px, to_y = size.height / 2.0 + s.shift_y_mm * px;
  const double a = cosine, b = -sine, d = sine * s.feed_stretch, e = cosine * s.feed_stretch;
  return {{a, b, to_x - a * from_x - b * from_y, d, e, to_y - d * from_x - e * from_y}, size};
}

void warp_into(const cv::Mat& page, cv::Mat& out, const cv::Matx23d& affine, std::uint8_t background) {
  cv::warpAffine(page, out, affine, out.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                 cv::Scalar::all(background));
}

/// An uneven feed: bands of rows, each a little ahead of or behind its place.
void warp_wobbling(const cv::Mat& page, cv::Mat& out, const Way& way, const Scanner& s, double px_per_mm,
                   double phase) {
  constexpr int kBand = 8;
  for (int y = 0; y < out.rows; y += kBand) {
    const int rows = std::min(kBand, out.rows - y);
    const double at_mm = (y + rows / 2.0) / px_per_mm;
    const double ahead =
        s.wobble_mm * px_per_mm * std::sin(2 * std::numbers::pi * at_mm / s.wobble_period_mm + phase);
    cv::Matx23d affine = way.affine;
    affine(1, 2) += ahead - y;
    cv::Mat band = out.rowRange(y, y + rows);
    warp_into(page, band, affine, s.background);
  }
}

}  // namespace

std::optional<PhysicsLevel> physics_level_from(std::string_view text) {
  if (text == "plain") return PhysicsLevel::kPlain;
  if (text == "office") return PhysicsLevel::kOffice;
  if (text == "rough") return PhysicsLevel::kRough;
  return std::nullopt;
}

imaging::Image scan(const Canvas& canvas, const Scanner& scanner, double texture, Rng& rng) {
  const double dpi = scanner.dpi > 0 ? scanner.dpi : canvas.px_per_mm * 25.4, px_per_mm = dpi / 25.4;
  const double zoom = px_per_mm / canvas.px_per_mm;
  const Way way = way_of(canvas, scanner, zoom);
  cv::Mat page = canvas.rgb;
  if (scanner.gray) cv::cvtColor(canvas.rgb, page, cv::COLOR_RGB2GRAY);
  // A coarser eye sees the mean of what lies below each of its pixels.
  if (zoom < 0.95) {
    cv::Mat coarse;
    cv::GaussianBlur(page, coarse, cv::Size(3, 3), 0.45 / zoom);
    page = coarse;
  }
  const auto format = scanner.gray ? imaging::PixelFormat::kGray8 : imaging::PixelFormat::kRgb8;
  imaging::Image picture;
  picture.width_px = way.size.width;
  picture.height_px = way.size.height;
  picture.format = format;
  picture.dpi = dpi;
  picture.pixels.resize(static_cast<std::size_t>(way.size.area()) * channels(format));
  cv::Mat image(way.size, page.type(), picture.pixels.data());
  if (scanner.wobble_mm > 0)
    warp_wobbling(page, image, way, scanner, px_per_mm, rng.between(0, 6.28));
  else
    warp_into(page, image, way.affine, scanner.background);
  const double blur = scanner.blur_px * px_per_mm * 25.4 / 200;  // stated for 200 dpi
  if (blur > 0) cv::GaussianBlur(image, image, blur < 0.62 ? cv::Size(3, 3) : cv::Size(5, 5), blur);
  expose(image, scanner, texture, rng);
  if (scanner.streak) add_streak(image, *scanner.streak, px_per_mm);
  KP_CHECK(image.data == picture.pixels.data());  // every step worked in place
  return picture;
}

imaging::Image through_file(imaging::Image picture, const Scanner& scanner) {
  if (scanner.raw) return picture;
  const auto file = imaging::encode_jpeg(picture.view(), scanner.jpeg_quality);
  KP_CHECK(file);
  auto back = imaging::decode(*file);
  KP_CHECK(back);
  return *std::move(back);
}

}  // namespace kiemphieu::forge

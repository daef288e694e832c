#include "tally/training/scans.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "config/base/check.h"
#include "config/imaging/codec.h"
#include "tally/reading/field.h"

namespace kiemphieu::training {
namespace {

using reading::kFieldPxPerMm;
using reading::kNetOne;
using reading::LineModel;
using reading::WindowSight;

constexpr int kEdgePx = 16;  // of the fine picture around the field: what registration may be off

/// Everything that lies on this piece of paper, fine.
struct Piece {
  cv::Mat print;                                 ///< CV_32F darkness 0 … 1
  std::vector<std::pair<cv::Mat, PenInk>> inks;  ///< CV_8UC1
  cv::Mat shade;                                 ///< CV_32F share of light that is taken away
};

cv::Mat grain(cv::Size size, int patch_px, Chance& chance) {
  cv::Mat small(size.height / patch_px + 2, size.width / patch_px + 2, CV_32F), out;
  for (int y = 0; y < small.rows; ++y)
    for (int x = 0; x < small.cols; ++x) small.at<float>(y, x) = static_cast<float>(chance.share());
  cv::resize(small, out, size, 0, 0, cv::INTER_CUBIC);
  return out;
}

NamePlace place_of(const LineModel& line) {
  const double k = 1 / kFieldPxPerMm;
  NamePlace place{line.left_px * k,
                  line.right_px * k,
                  line.top_px * k,
                  line.bottom_px * k,
                  line.body_top_px * k,
                  line.body_bottom_px * k,
                  {},
                  line.field.width * k,
                  line.field.height * k};
  for (const cv::Range& word : line.words) place.words_mm.push_back({word.start * k, word.end * k});
  return place;
}

/// Faint toner, toner that spread, letters with holes.
void wear_print(cv::Mat& print, Chance& chance) {
  if (chance.happens(0.3)) {
    const cv::Mat disc = cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3});
    chance.happens(0.7) ? cv::dilate(print, print, disc) : cv::erode(print, print, disc);
  }
  if (chance.happens(0.25)) {
    cv::Mat paler = print * chance.between(0.3, 0.8);
    paler.copyTo(print, grain(print.size(), 9, chance) > 0.7);
  }
  print *= chance.happens(0.25) ? chance.between(0.40, 0.75) : chance.between(0.75, 1.0);
}

void draw(Piece& piece, const std::vector<Movement>& movements, const PenInk& pen, Chance& chance) {
  cv::Mat ink(piece.print.size(), CV_8UC1, cv::Scalar(0));
  for (Movement movement : movements) {
    for (Moment& moment : movement)
      moment.at.x_mm += kEdgePx / kFinePxPerMm, moment.at.y_mm += kEdgePx / kFinePxPerMm;
    lay_ink(ink, movement, pen, kFinePxPerMm, chance);
  }
  if (pen.grain > 0) ink.setTo(0, grain(ink.size(), 2, chance) < pen.grain);
  cv::GaussianBlur(ink, ink, {5, 5}, chance.between(0.5, 1.4));
  piece.inks.emplace_back(ink, pen);
}

/// A crease: dark along its middle, a soft shade on one side, toner cracked off.
/// True when it runs through the letters.
bool fold(Piece& piece, const NamePlace& name, Chance& chance) {
  const double body = name.body_bottom_mm - name.body_top_mm;
  const double at_mm = chance.between(0.2, name.field_height_mm - 0.2), sigma_mm = chance.between(0.12, 0.6);
  const double depth = chance.happens(0.3) ? chance.between(0.02, 0.07) : chance.between(0.12, 0.5),
               slope = chance.bell(0, 0.006), soft = chance.between(0, 0.5 * depth);
  const bool cracks = chance.happens(0.5);
  for (int y = 0; y < piece.shade.rows; ++y)
    for (int x = 0; x < piece.shade.cols; ++x) {
      const double off = (y - kEdgePx) / kFinePxPerMm - at_mm - slope * (x / kFinePxPerMm);
      const double dark = depth * std::exp(-off * off / (2 * sigma_mm * sigma_mm)) +
                          (off > 0 ? soft * std::exp(-off / 1.5) : 0);
      piece.shade.at<float>(y, x) = 1 - (1 - piece.shade.at<float>(y, x)) * static_cast<float>(1 - dark);
      if (cracks && std::abs(off) < 0.15) piece.print.at<float>(y, x) *= 0.4F;
    }
  return depth > 0.07 && at_mm > name.body_top_mm - 0.15 * body && at_mm < name.body_bottom_mm + 0.15 * body;
}

/// Paper that was carried in a pocket: fine creases in all directions, the fibres
/// raised along them, so that each is darker on one side and lighter on the other.
/// None is as dark as a pen.
void crumple(Piece& piece, Chance& chance) {
  for (int i = 2 + chance.pick(6); i > 0; --i) {
    const double x0 = chance.share() * piece.shade.cols, y0 = chance.share() * piece.shade.rows;
    const double angle = chance.between(0, std::numbers::pi), nx = -std::sin(angle), ny = std::cos(angle);
    const double half_px = chance.between(3, 25) * kFinePxPerMm, depth = chance.between(0.015, 0.10);
    const double sigma_px = chance.between(0.08, 0.3) * kFinePxPerMm, light = chance.between(0, 0.8);
    for (int y = 0; y < piece.shade.rows; ++y)
      for (int x = 0; x < piece.shade.cols; ++x) {
        const double off = (x - x0) * nx + (y - y0) * ny, along = (x - x0) * ny - (y - y0) * nx;
        if (std::abs(off) > 5 * sigma_px || std::abs(along) > half_px) continue;
        const double dark = std::exp(-off * off / (2 * sigma_px * sigma_px)),
                     other = std::exp(-(off - 2 * sigma_px) * (off - 2 * sigma_px) / (2 * sigma_px * sigma_px));
        float& shade = piece.shade.at<float>(y, x);
        shade = std::max(-0.05F, shade + static_cast<float>(depth * (dark - light * other)));
      }
  }
}

/// Fingers and machines rubbed it: the paper gray in large soft patches.
void soil(Piece& piece, Chance& chance) {
  const cv::Mat patches = grain(piece.shade.size(), 20 + chance.pick(60), chance);
  piece.shade += patches * chance.between(0.02, 0.14);
}

/// Dirt on the scanner's glass: a line down the whole field. True when it crosses the name.
bool streak(Piece& piece, const NamePlace& name, Chance& chance) {
  const double at_mm = chance.between(0, name.field_width_mm), half_mm = chance.between(0.08, 0.3);
  const double depth = chance.happens(0.3) ? chance.between(0.03, 0.1) : chance.between(0.3, 0.9);
  const int from = static_cast<int>((at_mm - half_mm) * kFinePxPerMm) + kEdgePx;
  const cv::Rect at =
      cv::Rect(from, 0, std::max(2, static_cast<int>(2 * half_mm * kFinePxPerMm)), piece.shade.rows) &
      cv::Rect({}, piece.shade.size());
  piece.shade(at).setTo(static_cast<float>(depth));
  return depth > 0.15 && at_mm > name.left_mm && at_mm < name.right_mm;
}

/// Specks. True when one is large enough to be taken for a mark.
bool dirt(Piece& piece, Chance& chance) {
  bool large = false;
  for (int i = 1 + chance.pick(3); i > 0; --i) {
    const double radius_mm = chance.happens(0.2) ? chance.between(0.45, 0.9) : chance.between(0.05, 0.2);
    const int radius = std::max(1, static_cast<int>(radius_mm * kFinePxPerMm));
    const cv::Point at(chance.pick(piece.shade.cols), chance.pick(piece.shade.rows));
    cv::ellipse(piece.shade, at, {radius, std::max(1, static_cast<int>(radius * chance.between(0.5, 1)))},
                chance.between(0, 180), 0, 360, cv::Scalar(chance.between(0.2, 0.8)), cv::FILLED);
    large = large || radius_mm > 0.3;
  }
  return large;
}

/// The other side shines through: soft, pale, mirrored letters or a stroke.
void show_through(Piece& piece, const NamePlace& name, Chance& chance) {
  cv::Mat back;
  if (chance.happens(0.5)) {
    cv::flip(piece.print, back, 1);
  } else {
    cv::Mat ink(piece.print.size(), CV_8UC1, cv::Scalar(0));
    for (const Movement& movement : struck_mark(name, chance))
      lay_ink(ink, movement, PenInk{{}, 0.9, 1, 0, 0}, kFinePxPerMm, chance);
    ink.convertTo(back, CV_32F, 1 / 255.0);
  }
  const int soft = 5 + 2 * chance.pick(4);
  for (int i = 0; i < 2; ++i) cv::blur(back, back, {soft, soft});
  cv::Mat moved;
  const double dx = chance.bell(0, 20), dy = chance.bell(0, 20);
  cv::warpAffine(back, moved, cv::Matx23d(1, 0, dx, 0, 1, dy), back.size());
  piece.shade = cv::max(piece.shade, moved * chance.between(0.02, 0.10));
}

/// From kFinePxPerMm to kFieldPxPerMm.
cv::Mat at_field_scale(const cv::Mat& fine) {
  cv::Mat out;
  cv::resize(fine, out, fine.size() / 2, 0, 0, cv::INTER_AREA);
  return out;
}

/// Paper, print, inks and shade as light; then optics. At kFieldPxPerMm.
cv::Mat expose(const Piece& piece, bool gray, Chance& chance) {
  std::array<double, 3> paper{1, 1, 1};
  if (chance.happens(0.6)) paper = {chance.between(0.72, 1), chance.between(0.75, 1), chance.between(0.7, 1)};
  const double bright = chance.between(0.82, 1.0);
  std::vector<cv::Mat> light;
  for (std::size_t c = 0; c < 3; ++c) {
    cv::Mat part = (1 - 0.94 * piece.print) * (255 * paper[c] * bright);
    for (const auto& [ink, pen] : piece.inks) {
      cv::Mat cover;
      ink.convertTo(cover, CV_32F, pen.strength * (1 - pen.rgb[c]) / 255);
      part = part.mul(1 - cover);
    }
    light.push_back(part.mul(1 - piece.shade));
  }
  cv::Mat page;
  if (gray)
    page = 0.299 * light[0] + 0.587 * light[1] + 0.114 * light[2];
  else
    cv::merge(light, page);
  page = at_field_scale(page);
  cv::GaussianBlur(page, page, {7, 7},
                   chance.happens(0.15) ? chance.between(0.8, 1.3) : chance.between(0.25, 0.8));
  return page;
}

void add_noise(cv::Mat& page, Chance& chance) {
  const double sigma = chance.between(0, 5), texture = chance.between(0, 6);
  const cv::Mat paper = (grain(page.size(), 3, chance) - 0.5) * texture;
  const double lost = chance.happens(0.3) ? chance.between(0, 0.12) : 0.0;
  const int channels = page.channels();
  for (int y = 0; y < page.rows; ++y) {
    auto* p = page.ptr<float>(y);
    for (int x = 0; x < page.cols; ++x)
      for (int c = 0; c < channels; ++c) {
        float& v = p[x * channels + c];
        v = static_cast<float>(v * (1 - lost * x / page.cols) + static_cast<double>(paper.at<float>(y, x)) +
                               sigma * 2.45 * (chance.share() + chance.share() - 1));
      }
  }
}

/// From the field as the reader believes it to lie, a little off, to the picture with its edge.
cv::Matx23d misplaced(const LineModel& line, Chance& chance) {
  const auto off = [&] { return std::clamp(chance.bell(0, 0.10), -0.32, 0.32) * kFieldPxPerMm; };
  const double turn = chance.bell(0, 0.0012), sx = 1 + chance.bell(0, 0.002), sy = 1 + chance.bell(0, 0.004);
  const double cx = line.field.width / 2.0, cy = line.field.height / 2.0;
  const double ox = cx + kEdgePx / 2.0 + off(), oy = cy + kEdgePx / 2.0 + off();
  return {sx, -turn, ox - sx * cx + turn * cy, turn, sy, oy - turn * cx - sy * cy};
}

cv::Mat through_jpeg(const cv::Mat& page, Chance& chance) {
  if (chance.happens(0.25)) return page;
  imaging::ImageView view{page.data,
                          page.cols,
                          page.rows,
                          page.step[0],
                          page.channels() == 1 ? imaging::PixelFormat::kGray8 : imaging::PixelFormat::kRgb8,
                          200};
  const auto file = imaging::encode_jpeg(view, 55 + chance.pick(40));
  KP_CHECK(file.has_value());
  const auto back = imaging::decode(*file);
  KP_CHECK(back.has_value());
  return cv::Mat(page.rows, page.cols, page.type(), const_cast<std::uint8_t*>(back->pixels.data()))
      .clone();  // NOLINT
}

/// What a perfect window net would answer: from the ink alone.
std::vector<WindowSight> truth_of(const cv::Mat& inked, const LineModel& line, double strength, int windows) {
  const int body = line.body_bottom_px - line.body_top_px, rim = body / 8;
  const int lean = std::max(1, body / 6);
  const auto rows_with_ink = [&](int x0, int x1, int y0, int y1) {
    int rows = 0;
    for (int y = std::max(0, y0); y < std::min(inked.rows, y1); ++y) {
      bool any = false;
      for (int x = std::max(0, x0); x < std::min(inked.cols, x1) && !any; ++x)
        any = inked.at<std::uint8_t>(y, x) != 0;
      rows += any ? 1 : 0;
    }
    return rows;
  };
  std::vector<WindowSight> sights;
  for (int i = 0; i < windows; ++i) {
    const cv::Range at = reading::window_columns_px(line, i);
    int covered = 0, above = 0, below = 0, tallest = 0;
    for (int x = at.start; x < at.end; ++x) {
      covered += rows_with_ink(x, x + 1, line.body_top_px + rim, line.body_bottom_px) > 0 ? 1 : 0;
      above += rows_with_ink(x, x + 1, line.body_top_px - 3 * body / 4, line.body_top_px - rim) > 0 ? 1 : 0;
      below +=
          rows_with_ink(x, x + 1, line.body_bottom_px + rim, line.body_bottom_px + 3 * body / 4) > 0 ? 1 : 0;
      tallest =
          std::max(tallest, rows_with_ink(x - lean, x + lean + 1, line.body_top_px, line.body_bottom_px));
    }
    const auto share = [&](int n) { return static_cast<int>(strength * n * kNetOne / (at.end - at.start)); };
    const bool crossed = 100 * tallest >= 88 * body;
    sights.push_back(
        {share(covered), crossed ? static_cast<int>(strength * kNetOne) : 0, share(above), share(below)});
  }
  return sights;
}

}  // namespace

Example make_example(const PrintedNames& names, std::size_t index, Chance& chance) {
  const LineModel& line = names.lines[index];
  const NamePlace place = place_of(line);
  const cv::Rect fine(2 * line.field.x - kEdgePx, 2 * line.field.y - kEdgePx,
                      2 * line.field.width + 2 * kEdgePx, 2 * line.field.height + 2 * kEdgePx);
  Piece piece;
  cv::Mat crop(fine.size(), CV_8UC1, cv::Scalar(0));
  const cv::Rect inside = fine & cv::Rect({}, names.print.size());
  names.print(inside).copyTo(crop(inside - fine.tl()));
  crop.convertTo(piece.print, CV_32F, 1 / 255.0);
  piece.shade = cv::Mat(crop.size(), CV_32F, cv::Scalar(0));
  wear_print(piece.print, chance);

  Example example;
  PenInk pen = random_pen(chance);
  const bool gray = chance.happens(0.3);
  const double kind = chance.share();
  double strength = 1;
  if (kind < 0.36) {
    example.truth = LineClass::kStruck;
    draw(piece, struck_mark(place, chance), pen, chance);
  } else if (kind < 0.56) {
    example.truth = LineClass::kNeither;
    draw(piece, other_mark(place, chance), pen, chance);
  } else if (kind < 0.60) {  // too faint to be sure
    example.truth = LineClass::kNeither;
    strength = chance.between(0.35, 0.65);
    pen.strength = 0.05 + 0.25 * strength, pen.rgb = {0.2, 0.2, 0.2}, pen.skips = 0;
    draw(piece, struck_mark(place, chance), pen, chance);
  }
  if (chance.happens(0.15)) draw(piece, neighbours_mark(place, chance), random_pen(chance), chance);
  bool doubt = false;
  for (int folds = chance.happens(0.20) ? 1 + chance.pick(2) : 0; folds > 0; --folds)
    doubt = fold(piece, place, chance) || doubt;
  for (int streaks = chance.happens(0.10) ? 1 + chance.pick(2) : 0; streaks > 0; --streaks)
    doubt = streak(piece, place, chance) || doubt;
  if (chance.happens(0.15)) crumple(piece, chance);
  if (chance.happens(0.15)) soil(piece, chance);
  if (chance.happens(0.15)) doubt = dirt(piece, chance) || doubt;
  if (chance.happens(0.12)) show_through(piece, place, chance);
  if (doubt && example.truth == LineClass::kClean) example.truth = LineClass::kNeither;

  const cv::Matx23d map = misplaced(line, chance);
  cv::Mat page = expose(piece, gray, chance), field, pixels;
  cv::warpAffine(page, field, map, line.field.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  add_noise(field, chance);
  field.convertTo(pixels, field.channels() == 1 ? CV_8UC1 : CV_8UC3);
  reading::PageView view;  // the field is straight already
  view.pixels = through_jpeg(pixels, chance), view.px_per_mm = kFieldPxPerMm,
  view.colour = pixels.channels() == 3;
  const reading::Affine as_it_lies{kFieldPxPerMm, 0, 0, 0, kFieldPxPerMm, 0};
  example.dark = reading::straight_darkness(view, as_it_lies, {0, 0, pixels.cols, pixels.rows});

  cv::Mat inked(line.field.size(), CV_8UC1, cv::Scalar(0));
  for (const auto& [ink, used] : piece.inks) {
    cv::Mat laid;
    cv::warpAffine(at_field_scale(ink), laid, map, line.field.size(),
                   cv::INTER_LINEAR | cv::WARP_INVERSE_MAP);
    inked |= laid > 100;
  }
  const int windows = reading::cells_of(example.dark, line).windows();
  example.windows = truth_of(inked, line, strength, windows);
  return example;
}

}  // namespace kiemphieu::training

#pragma once
/// One page to print, as values: what stands where, in millimetres from the
/// page's upper left corner, x right, y down. layout.h composes pages, draw.h
/// puts them on paper or into pixels.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tally/forms/qr.h"
#include "tally/forms/template.h"

namespace kiemphieu::forms {

/// "Noto Serif", "Noto Sans"; "DejaVu Serif" and "DejaVu Sans" as another printer might have them.
enum class Face : std::uint8_t { kSerif, kSans, kOtherSerif, kOtherSans };
enum class Align : std::uint8_t { kLeft, kCentre, kRight };

struct TextStyle {
  Face face = Face::kSerif;
  double size_pt = 11;
  bool bold = false;
  bool italic = false;
  std::string family = {};  ///< another typeface than the face's own, for trying other people's prints
};

using Rgb = std::array<std::uint8_t, 3>;
inline constexpr Rgb kBlack = {0, 0, 0};

/// One line of text. x_mm is its left end, centre or right end.
struct Text {
  std::string text;
  TextStyle style;
  Align align = Align::kLeft;
  double x_mm = 0, baseline_mm = 0;
  double max_width_mm = 0;  ///< wider is kFormOverflow: text is never cut or squeezed
  Rgb colour = kBlack;
};

struct PointMm {
  double x_mm = 0, y_mm = 0;
};

/// A line through points; `opacity` 1 covers what is below it.
struct Stroke {
  std::vector<PointMm> points;
  double width_mm = 0.25;
  Rgb colour = kBlack;
  double opacity = 1;
};

struct Outline {
  BoxMm box;
  double width_mm = 0.25;
};

struct Circle {
  PointMm centre;
  double radius_mm = 0, width_mm = 0.25;
  Rgb colour = kBlack;
};

struct QrCode {
  BoxMm box;  ///< without the quiet zone, which must be left free around it
  std::string payload;
  QrMode mode = QrMode::kBytes;
};

struct Page {
  double width_mm = 148.0, height_mm = 210.0;  ///< A5 portrait
  std::vector<Text> texts;
  std::vector<Stroke> strokes;
  std::vector<Outline> outlines;
  std::vector<Circle> circles;
  std::vector<BoxMm> filled;
  std::vector<QrCode> codes;
};

}  // namespace kiemphieu::forms

#pragma once
/// Points and affine maps between the frames of reading: form millimetres
/// (origin upper left, x right, y down) and scan pixels.

#include <cmath>

namespace kiemphieu::reading {

struct Point {
  double x = 0, y = 0;
};

/// x' = a x + b y + tx; y' = c x + d y + ty.
struct Affine {
  double a = 1, b = 0, tx = 0;
  double c = 0, d = 1, ty = 0;

  Point operator()(double x, double y) const { return {a * x + b * y + tx, c * x + d * y + ty}; }
  Point operator()(Point p) const { return (*this)(p.x, p.y); }

  /// Turn by `angle_rad` (clockwise as seen, y down), scale, then move.
  static Affine similarity(double scale, double angle_rad, double tx, double ty) {
    const double cs = scale * std::cos(angle_rad), sn = scale * std::sin(angle_rad);
    return {cs, -sn, tx, sn, cs, ty};
  }
  /// Mean length scale: pixels a millimetre when the map goes from form to scan.
  double scale() const { return std::sqrt(std::abs(a * d - b * c)); }
  double angle_rad() const { return std::atan2(c - b, a + d); }
  Affine moved(double dx, double dy) const { return {a, b, tx + dx, c, d, ty + dy}; }
  Affine scaled(double factor) const {
    return {a * factor, b * factor, tx * factor, c * factor, d * factor, ty * factor};
  }
  Affine inverse() const {
    const double det = a * d - b * c;
    const double ia = d / det, ib = -b / det, ic = -c / det, id = a / det;
    return {ia, ib, -(ia * tx + ib * ty), ic, id, -(ic * tx + id * ty)};
  }
};

}  // namespace kiemphieu::reading

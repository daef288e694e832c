#include "tests/forge/pen.h"

#include <algorithm>

#include "config/base/check.h"

namespace kiemphieu::forge {

Pen pen(PenKind kind) {
  switch (kind) {
    case PenKind::kBlue:
      return {"blue", {32, 48, 158}, 0.42, 0.88, 0.015};
    case PenKind::kBlack:
      return {"black", {28, 28, 34}, 0.42, 0.90, 0.015};
    case PenKind::kRed:
      return {"red", {190, 30, 40}, 0.42, 0.85, 0.02};
    case PenKind::kViolet:
      return {"violet", {96, 40, 150}, 0.42, 0.86, 0.02};
    case PenKind::kGel:
      return {"gel", {18, 22, 70}, 0.55, 0.96, 0.004, 0.03};
    case PenKind::kFeltTip:
      return {"felt_tip", {20, 22, 60}, 0.95, 0.96, 0.0, 0.08};
    case PenKind::kPencil:
      return {"pencil", {95, 95, 100}, 0.5, 0.75, 0.04, 0, 0.15};
  }
  KP_CHECK(false);
  return {};
}

Pen any_pen(PenKind kind, double worn, Rng& rng) {
  Pen made = pen(kind);
  made.width_mm *= rng.between(0.85, 1.25);
  made.darkness *= rng.between(1 - 0.12 - 0.25 * worn, 1.02);
  made.darkness = std::min(made.darkness, 0.98);
  made.skips *= rng.between(0.3, 1.5);
  // Felt tips run out, they do not skip; a ballpoint does both.
  if (kind != PenKind::kFeltTip && kind != PenKind::kGel) made.skips += worn * rng.between(0, 0.12);
  made.bleed_mm *= rng.between(0.6, 1.8);
  return made;
}

bool is_arguable(const Pen& pen) { return pen.skips > 0.10 || pen.darkness < 0.5; }

bool is_too_faint(const Pen& pen) { return pen.darkness < 0.3 || pen.skips > 0.35; }

}  // namespace kiemphieu::forge

#include "tests/forge/conditions.h"

#include <algorithm>

namespace kiemphieu::forge {
namespace {

void office(SheetPlan& plan, Rng& rng) {
  Scanner& s = plan.scanner;
  s.skew_deg = std::clamp(rng.normal(0, 0.5), -1.8, 1.8);
  s.scale = rng.normal(1, 0.004);
  s.border_mm = rng.between(0, 4);
  s.background = rng.chance(0.5) ? 248 : 22;
  s.shift_x_mm = rng.normal(0, 0.6);
  s.shift_y_mm = rng.normal(0, 0.6);
  s.upside_down = rng.chance(0.06);
  s.blur_px = rng.between(0.45, 0.75);
  s.noise = rng.between(1.5, 3);
  s.gradient = rng.between(0, 0.05);
  s.jpeg_quality = 80 + rng.below(13);
  plan.paper.texture = rng.between(1, 2.5);
  if (rng.chance(0.15)) plan.paper.creases.push_back({rng.between(95, 115), rng.between(0.04, 0.12)});
}

void rough(SheetPlan& plan, Rng& rng) {
  office(plan, rng);
  Scanner& s = plan.scanner;
  s.skew_deg = rng.between(-5, 5);
  s.scale = rng.between(0.95, 1.05);
  s.feed_stretch = rng.between(0.99, 1.01);
  s.border_mm = rng.between(2, 12);
  s.upside_down = rng.chance(0.15);
  s.blur_px = rng.between(0.5, 1.0);
  s.noise = rng.between(3, 6);
  s.gradient = rng.between(0, 0.15);
  s.gray = rng.chance(0.25);
  s.jpeg_quality = 55 + rng.below(30);
  if (rng.chance(0.15))
    s.streak = Streak{rng.between(10, 140), rng.between(0.12, 0.35), rng.between(0.25, 0.7)};
  plan.print.toner = rng.between(0.6, 1);
  plan.paper.texture = rng.between(1, 4);
  plan.paper.creases.clear();
  if (rng.chance(0.3)) plan.paper.creases.push_back({rng.between(60, 150), rng.between(0.08, 0.25)});
  if (rng.chance(0.15)) plan.paper.dog_ear = static_cast<Corner>(1 + rng.below(3));
  plan.paper.corner_mm = rng.between(5, 14);
}

}  // namespace

void set_conditions(SheetPlan& plan, PhysicsLevel level, Rng& rng) {
  plan.scanner.gradient_angle_deg = rng.between(0, 360);
  switch (level) {
    case PhysicsLevel::kPlain:
      plan.scanner.noise = 1;
      plan.scanner.jpeg_quality = 92;
      return;
    case PhysicsLevel::kOffice:
      return office(plan, rng);
    case PhysicsLevel::kRough:
      return rough(plan, rng);
  }
}

}  // namespace kiemphieu::forge

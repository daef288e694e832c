#include "tests/golden/same_paper.h"

#include "config/base/check.h"
#include "config/imaging/codec.h"

namespace kiemphieu::golden {
namespace {

void make_alike(forge::SheetPlan& plan, bool struck) {
  for (std::size_t c = 0; c < plan.marks.size(); ++c) {
    plan.marks[c].reset();
    if (struck && c >= plan.marks.size() / 2) plan.marks[c] = forge::Stroke{forge::StrokeStyle::kHorizontal, 0.45};
  }
  plan.pen = forge::pen(forge::PenKind::kBlue);
  plan.extras.clear();
  plan.seal.kind = forge::SealKind::kRed;
  plan.seal.inking = std::max(plan.seal.inking, 0.62);
}

}  // namespace

std::vector<forge::SheetPlan> paper_plans(const Deck& deck, std::size_t contest, Habits habits, int first, int count,
                                          std::uint64_t seed) {
  auto plans = forge::electorate(deck.forges[contest]->form(), deck.election.contests[contest].paper.rgb,
                                 first + count, seed, forge::PhysicsLevel::kOffice);
  plans.erase(plans.begin(), plans.begin() + first);
  if (habits != Habits::kElectorate)
    for (forge::SheetPlan& plan : plans) make_alike(plan, habits == Habits::kAlike);
  return plans;
}

forge::Canvas paper_of(const Deck& deck, std::size_t contest, const forge::SheetPlan& plan) {
  forge::SheetPlan unscanned = plan;
  const forge::Physics& on_paper = plan.physics;
  unscanned.physics = {};  // what the scanner does comes with each scan
  unscanned.physics.paper = on_paper.paper;
  unscanned.physics.toner = on_paper.toner;
  unscanned.physics.fold_y_mm = on_paper.fold_y_mm;
  unscanned.physics.fold_depth = on_paper.fold_depth;
  unscanned.physics.dog_ear = on_paper.dog_ear;
  unscanned.physics.dog_ear_mm = on_paper.dog_ear_mm;
  const imaging::Image page = deck.forges[contest]->make(unscanned);
  KP_CHECK(page.format == imaging::PixelFormat::kRgb8);
  forge::Canvas paper;
  paper.px_per_mm = page.dpi / 25.4;
  paper.rgb = cv::Mat(page.height_px, page.width_px, CV_8UC3, const_cast<std::uint8_t*>(page.view().data),
                      page.view().stride_bytes)
                  .clone();
  return paper;
}

imaging::Image scan_of(const forge::Canvas& paper, const forge::SheetPlan& plan, int pass) {
  forge::Rng rng = forge::Rng{plan.seed}.fork(100 + static_cast<std::uint64_t>(pass));
  forge::Physics physics = plan.physics;
  if (pass > 0) {
    physics = forge::random_physics(pass == 1 ? forge::PhysicsLevel::kOffice : forge::PhysicsLevel::kRough, rng);
    physics.upside_down = rng.chance(0.5);
  }
  physics.gray = false;
  const imaging::Image page = forge::scan(paper, physics, rng);
  const auto jpeg = imaging::encode_jpeg(page.view(), physics.jpeg_quality);
  KP_CHECK(jpeg.has_value());
  auto decoded = imaging::decode(*jpeg);
  KP_CHECK(decoded.has_value());
  decoded->dpi = page.dpi;
  return *std::move(decoded);
}

}  // namespace kiemphieu::golden

#include "tests/golden/same_paper.h"

#include "config/base/check.h"
#include "tests/forge/conditions.h"

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
  forge::SheetPlan unscanned = plan;  // what the scanner does comes with each scan
  unscanned.scanner = {};
  unscanned.scanner.background = plan.scanner.background;
  unscanned.paper.texture = 0;
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
  forge::SheetPlan scanned = plan;
  if (pass > 0) {
    forge::set_conditions(scanned, pass == 1 ? forge::PhysicsLevel::kOffice : forge::PhysicsLevel::kRough, rng);
    scanned.scanner.upside_down = rng.chance(0.5);
    scanned.scanner.dpi = plan.scanner.dpi;  // a station has one scanner
  }
  scanned.scanner.gray = scanned.scanner.raw = false;
  return forge::through_file(forge::scan(paper, scanned.scanner, plan.paper.texture, rng), scanned.scanner);
}

}  // namespace kiemphieu::golden

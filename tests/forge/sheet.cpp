#include "tests/forge/sheet.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "config/base/check.h"

namespace kiemphieu::forge {
namespace {

constexpr double kSealDiameterMm = 36;

/// Gray, and its resolution.
cv::Mat plate_of(const imaging::Image& page) {
  KP_CHECK(page.dpi > 0);
  const bool gray = page.format == imaging::PixelFormat::kGray8;
  const imaging::ImageView view = page.view();
  const cv::Mat pixels(page.height_px, page.width_px, gray ? CV_8UC1 : CV_8UC3,
                       const_cast<std::uint8_t*>(view.data), view.stride_bytes);
  cv::Mat plate;
  if (gray)
    plate = pixels.clone();
  else
    cv::cvtColor(pixels, plate, cv::COLOR_RGB2GRAY);
  return plate;
}

PointMm seal_centre(const forms::Template& form, const Seal& seal) {
  const forms::BoxMm zone = form.seal.value_or(forms::BoxMm{10, 25, 45, 45});
  return {zone.x_mm + zone.w_mm / 2 + seal.dx_mm, zone.y_mm + zone.h_mm / 2 + seal.dy_mm};
}

Pen pen_for(const Stroke& stroke, const Pen& pen) {
  if (stroke.style != StrokeStyle::kFaint) return pen;
  Pen faint = pen;
  // Hard to see on paper, and still there in a noisy gray scan: nobody is blamed for what no eye finds.
  faint.darkness = 0.28;
  faint.skips = 0.25;
  return faint;
}

/// Where the scan ends: within the lines of the names.
int cut_row(const forms::Template& form, double px_per_mm, Rng& rng) {
  const forms::BoxMm first = form.candidates.front().lines.front(),
                     last = form.candidates.back().lines.back();
  return cvRound(rng.between(first.y_mm, last.y_mm + last.h_mm * 0.6) * px_per_mm);
}

}  // namespace

BallotForge::BallotForge(forms::Template form, const imaging::Image& blank)
    : form_(std::move(form)),
      px_per_mm_(blank.dpi / 25.4),
      plate_(plate_of(blank)),
      stranger_(plate_),
      behind_(print_behind(plate_, px_per_mm_)),
      stamp_(kSealDiameterMm, px_per_mm_) {}

BallotForge::BallotForge(const Typeset& set, const PrintJob& job) : BallotForge(set.form, set.blank) {
  ink_ = job.ink;
  stranger_ = plate_of(set.stranger);
}

void BallotForge::mark(Canvas& canvas, const SheetPlan& plan, const Rng& rng) const {
  Rng hand = rng.fork(1), seal = rng.fork(2), extra = rng.fork(3);
  KP_CHECK(plan.marks.size() == form_.candidates.size());
  stamp_.press(canvas, plan.seal, seal_centre(form_, plan.seal), seal);
  for (std::size_t i = 0; i < plan.marks.size(); ++i) {
    const auto& stroke = plan.marks[i];
    if (!stroke) continue;
    const auto& lines = form_.candidates[i].lines;
    const StrokePlace place{plan.hand, lines.front().x_mm - 12,
                            i + 1 < plan.marks.size() ? &form_.candidates[i + 1].lines : nullptr};
    draw_paths(canvas, stroke_paths(*stroke, lines, hand, place), pen_for(*stroke, plan.pen), hand);
  }
  for (const ExtraKind kind : plan.extras) draw_extra(canvas, kind, form_, plan.pen, extra);
}

imaging::Image BallotForge::make(const SheetPlan& plan) const {
  const Rng rng{plan.seed};
  Rng extra = rng.fork(3), light = rng.fork(4), paper = rng.fork(5), print = rng.fork(6);
  const bool printed = is_ballot(plan.kind) || plan.kind == SheetKind::kStranger;
  const cv::Mat bare = printed ? cv::Mat() : cv::Mat(plate_.size(), CV_8U, cv::Scalar(255));
  Paper sheet = plan.paper;
  if (plan.kind == SheetKind::kOtherSide) sheet.show_through = std::max(0.12, sheet.show_through);
  const cv::Mat& plate = !printed ? bare : plan.kind == SheetKind::kStranger ? stranger_ : plate_;
  Canvas canvas = print_on_paper(plate, behind_, px_per_mm_, ink_, plan.print, sheet, print);
  if (plan.kind == SheetKind::kForeignPaper) draw_foreign_page(canvas, extra);
  if (plan.kind == SheetKind::kPhotograph) draw_photograph(canvas, extra);
  if (printed) mark(canvas, plan, rng);
  handle_paper(canvas, sheet, plan.scanner.background, paper);
  if (plan.kind == SheetKind::kTornBallot)
    canvas.rgb.rowRange(canvas.rgb.rows * 11 / 20, canvas.rgb.rows)
        .setTo(cv::Scalar::all(plan.scanner.background));
  if (plan.kind == SheetKind::kTwoSheets) feed_two(canvas, extra.between(8, 90), extra);
  if (plan.kind == SheetKind::kCutOff) canvas.rgb = canvas.rgb.rowRange(0, cut_row(form_, px_per_mm_, extra));
  return scan(canvas, plan.scanner, plan.paper.texture, light);
}

}  // namespace kiemphieu::forge

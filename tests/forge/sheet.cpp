#include "tests/forge/sheet.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "config/base/check.h"

namespace kiemphieu::forge {
namespace {

using election::Mark;
using election::Reason;
using election::Validity;

constexpr double kSealDiameterMm = 36;
/// A seal printed on less of its face than this cannot be vouched for at a glance.
constexpr double kDoubtfulInking = 0.35;

std::optional<Reason> reason_of(StrokeStyle style) {
  switch (style) {
    case StrokeStyle::kFaint:
      return Reason::kFaintStrike;
    case StrokeStyle::kPartial:
      return Reason::kPartialStrike;
    case StrokeStyle::kCircle:
      return Reason::kCircled;
    case StrokeStyle::kUnderline:
      return Reason::kUnderlined;
    case StrokeStyle::kOverline:
      return Reason::kOverlined;
    default:
      return std::nullopt;
  }
}

void judge_seal(const Seal& seal, SheetTruth& truth) {
  if (seal.kind == SealKind::kAbsent) truth.reasons.push_back(Reason::kNoSeal);
  const bool odd = seal.kind == SealKind::kPhotocopy;
  if (odd || (seal.kind == SealKind::kRed && seal.inking < kDoubtfulInking))
    truth.reasons.push_back(Reason::kSealDoubtful);
}

/// Luật 85/2015 Điều 74(1): not issued by the team, no seal, too many left, all struck, content added.
bool is_invalid(const SheetPlan& plan, const SheetTruth& truth, int seats) {
  return plan.seal.kind == SealKind::kAbsent || plan.seal.kind == SealKind::kPhotocopy ||
         truth.elects > seats || truth.elects == 0 ||
         std::any_of(plan.extras.begin(), plan.extras.end(), is_content);
}

Canvas canvas_of(const imaging::Image& page) {
  KP_CHECK(page.dpi > 0);
  const bool gray = page.format == imaging::PixelFormat::kGray8;
  const imaging::ImageView view = page.view();
  const cv::Mat pixels(page.height_px, page.width_px, gray ? CV_8UC1 : CV_8UC3,
                       const_cast<std::uint8_t*>(view.data), view.stride_bytes);
  Canvas canvas;
  canvas.px_per_mm = page.dpi / 25.4;
  if (gray)
    cv::cvtColor(pixels, canvas.rgb, cv::COLOR_GRAY2RGB);
  else
    canvas.rgb = pixels.clone();
  return canvas;
}

PointMm seal_centre(const forms::Template& form, const Seal& seal) {
  const forms::BoxMm zone = form.seal.value_or(forms::BoxMm{10, 25, 45, 45});
  return {zone.x_mm + zone.w_mm / 2 + seal.dx_mm, zone.y_mm + zone.h_mm / 2 + seal.dy_mm};
}

Pen pen_for(const Stroke& stroke, const Pen& pen) {
  if (stroke.style != StrokeStyle::kFaint) return pen;
  Pen faint = pen;
  faint.darkness = 0.2;
  faint.width_mm *= 0.8;
  faint.skips = 0.25;
  return faint;
}

void print_foreign_page(Canvas& canvas, Rng& rng) {
  const double line_mm = rng.between(6, 9);
  for (double y = 22; y * canvas.px_per_mm < canvas.rgb.rows - 120; y += line_mm) {
    std::string text;
    for (int i = 18 + rng.below(14); i > 0; --i)
      text += rng.chance(0.18) ? ' ' : static_cast<char>('a' + rng.below(26));
    cv::putText(canvas.rgb, text, {cvRound(14 * canvas.px_per_mm), cvRound(y * canvas.px_per_mm)},
                cv::FONT_HERSHEY_COMPLEX, 0.9, cv::Scalar::all(30), 1, cv::LINE_AA);
  }
}

}  // namespace

std::string_view to_text(Expected expected) {
  switch (expected) {
    case Expected::kClear:
      return "clear";
    case Expected::kMustReview:
      return "must_review";
    case Expected::kMustReturn:
      return "must_return";
  }
  KP_CHECK(false);
  return {};
}

SheetTruth truth_of(const SheetPlan& plan, const forms::Template& form) {
  SheetTruth truth;
  if (plan.kind == SheetKind::kBlankPaper || plan.kind == SheetKind::kForeignPaper) {
    truth.expected = Expected::kMustReturn;
    truth.reasons.push_back(Reason::kWrongForm);
    return truth;
  }
  KP_CHECK(plan.marks.size() == form.candidates.size());
  truth.contest = form.contest;
  bool look = false;
  for (std::size_t i = 0; i < plan.marks.size(); ++i) {
    CandidateTruth candidate{form.candidates[i].id, Mark::kKept, election::MarkShape::kNone};
    if (const auto& stroke = plan.marks[i]) {
      candidate.mark = meaning_of(stroke->style);
      candidate.shape = shape_of(stroke->style);
      look = look || team_must_look(stroke->style);
      if (const auto reason = reason_of(stroke->style)) truth.reasons.push_back(*reason);
    }
    if (candidate.mark == Mark::kKept) ++truth.elects;
    truth.candidates.push_back(std::move(candidate));
  }
  if (truth.elects > form.seats) truth.reasons.push_back(Reason::kTooManyLeft);
  if (truth.elects == 0) truth.reasons.push_back(Reason::kAllStruck);
  judge_seal(plan.seal, truth);
  if (std::any_of(plan.extras.begin(), plan.extras.end(), is_content))
    truth.reasons.push_back(Reason::kExtraContent);
  if (plan.kind == SheetKind::kTornBallot) truth.reasons.push_back(Reason::kDamaged);
  std::sort(truth.reasons.begin(), truth.reasons.end());
  truth.reasons.erase(std::unique(truth.reasons.begin(), truth.reasons.end()), truth.reasons.end());
  truth.validity = is_invalid(plan, truth, form.seats) ? Validity::kInvalid : Validity::kValid;
  if (look || !truth.reasons.empty()) truth.expected = Expected::kMustReview;
  return truth;
}

BallotForge::BallotForge(forms::Template form, const imaging::Image& blank)
    : form_(std::move(form)), blank_(canvas_of(blank)), stamp_(kSealDiameterMm, blank_.px_per_mm) {}

imaging::Image BallotForge::make(const SheetPlan& plan) const {
  const Rng rng{plan.seed};
  Rng hand = rng.fork(1), seal = rng.fork(2), extra = rng.fork(3), light = rng.fork(4);
  Canvas canvas = blank_;
  const bool ballot = plan.kind == SheetKind::kBallot || plan.kind == SheetKind::kTornBallot;
  if (!ballot) canvas.rgb = cv::Mat(canvas.rgb.size(), CV_8UC3, cv::Scalar::all(255));
  if (plan.kind == SheetKind::kForeignPaper) print_foreign_page(canvas, extra);
  print_on_paper(canvas, plan.physics);
  if (ballot) {
    KP_CHECK(plan.marks.size() == form_.candidates.size());
    stamp_.press(canvas, plan.seal, seal_centre(form_, plan.seal), seal);
    for (std::size_t i = 0; i < plan.marks.size(); ++i)
      if (const auto& stroke = plan.marks[i])
        draw_paths(canvas, stroke_paths(*stroke, form_.candidates[i].lines, hand), pen_for(*stroke, plan.pen),
                   hand);
    for (const ExtraKind kind : plan.extras) draw_extra(canvas, kind, form_, plan.pen, extra);
  }
  handle_paper(canvas, plan.physics);
  if (plan.kind == SheetKind::kTornBallot)
    canvas.rgb.rowRange(canvas.rgb.rows * 11 / 20, canvas.rgb.rows)
        .setTo(cv::Scalar::all(plan.physics.background));
  return scan(canvas, plan.physics, light);
}

}  // namespace kiemphieu::forge

#include "tests/forge/tally_sheet.h"

#include <algorithm>
#include <opencv2/core.hpp>

#include "tests/forge/conditions.h"
#include "tests/forge/ink.h"
#include "tests/forge/print.h"

namespace kiemphieu::forge {
namespace {

constexpr std::size_t kVoters = 0, kInvalid = 5, kFirstClass = 6;

void write_number(Canvas& canvas, const forms::DigitField& field, const TallyPlan& plan, int number,
                  Rng& hand) {
  std::string digits = std::to_string(number);
  const std::size_t boxes = field.boxes.size();
  if (plan.zeros_in_front) digits.insert(0, boxes - std::min(boxes, digits.size()), '0');
  const std::size_t first = plan.left_aligned ? 0 : boxes - std::min(boxes, digits.size());
  for (std::size_t i = 0; i < digits.size() && first + i < boxes; ++i)
    draw_paths(canvas, digit_paths(digits[i] - '0', field.boxes[first + i], plan.habits, hand),
               plan.sheet.pen, hand);
}

/// Strikes a box out, with a cross or a thick scribble.
void cross_out(Canvas& canvas, const forms::BoxMm& box, const Pen& pen, Rng& hand) {
  const double x0 = box.x_mm + 0.8, x1 = box.x_mm + box.w_mm - 0.8, y0 = box.y_mm + 0.8,
               y1 = box.y_mm + box.h_mm - 0.8;
  if (hand.chance(0.5)) {
    draw_paths(canvas, {hand_line({x0, y0}, {x1, y1}, 0.1, hand), hand_line({x1, y0}, {x0, y1}, 0.1, hand)},
               pen, hand);
    return;
  }
  Path path;
  for (int i = 0; i <= 12; ++i) path.push_back({i % 2 == 0 ? x0 : x1, y0 + (y1 - y0) * i / 12});
  draw_paths(canvas, {path}, pen, hand);
}

void write_figures(Canvas& canvas, const forms::Template& form, const TallyPlan& plan, Rng& hand) {
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const bool slipped = plan.slip_field == i;
    if (plan.slip == Slip::kLeftEmpty && slipped) continue;
    write_number(canvas, form.fields[i], plan, plan.figures[i], hand);
    const auto& box = form.fields[i].boxes[plan.left_aligned ? 0 : form.fields[i].boxes.size() - 1];
    if (plan.slip == Slip::kCrossedOut && slipped) cross_out(canvas, box, plan.sheet.pen, hand);
    if (plan.slip == Slip::kWrittenOver && slipped) {
      constexpr int kOver[] = {4, 7, 4, 8, 2, 2, 9, 4, 5, 4};  // no pair of these looks like a third figure
      const int last = plan.left_aligned ? std::to_string(plan.figures[i])[0] - '0' : plan.figures[i] % 10;
      const int first = plan.zeros_in_front && plan.left_aligned ? 0 : last;
      draw_paths(canvas, digit_paths(kOver[first], box, plan.habits, hand), plan.sheet.pen, hand);
    }
  }
}

}  // namespace

std::vector<int> any_figures(int seats, int candidates, int voters, Rng& rng) {
  const int voted = voters - rng.below(1 + voters / 20),
            collected = voted - (rng.chance(0.3) ? rng.below(4) : 0);
  const int invalid = std::min(collected, rng.below(1 + std::max(3, collected / 40)));
  std::vector<int> figures = {voters, voted, voted + rng.below(5), collected, collected - invalid, invalid};
  std::vector<int> classes(static_cast<std::size_t>(seats), 0),
      votes(static_cast<std::size_t>(candidates), 0);
  std::vector<double> liked;
  for (int i = 0; i < candidates; ++i) liked.push_back(rng.between(0.1, 1));
  for (int ballot = 0; ballot < collected - invalid; ++ballot) {
    const int elects = rng.chance(0.8) ? seats : 1 + rng.below(seats);
    ++classes[static_cast<std::size_t>(elects - 1)];
    std::vector<bool> chosen(votes.size(), false);
    for (int left = elects; left > 0;) {
      const auto who = static_cast<std::size_t>(rng.below(candidates));
      if (chosen[who] || !rng.chance(liked[who])) continue;
      chosen[who] = true, ++votes[who], --left;
    }
  }
  figures.insert(figures.end(), classes.begin(), classes.end());
  figures.insert(figures.end(), votes.begin(), votes.end());
  return figures;
}

TallyPlan any_tally_plan(int seats, int candidates, int voters, PhysicsLevel level, Slip slip, Rng& rng) {
  TallyPlan plan;
  plan.figures = any_figures(seats, candidates, voters - rng.below(1 + voters / 2), rng);
  plan.slip = slip;
  plan.slip_field = static_cast<std::size_t>(rng.below(static_cast<int>(plan.figures.size())));
  if (slip == Slip::kTooLarge) plan.figures[kVoters] = std::min(9999, voters + 1 + rng.below(3000));
  if (slip == Slip::kWrongSum) {  // of a figure that a sum holds
    plan.slip_field = kInvalid + static_cast<std::size_t>(rng.below(1 + seats + candidates));
    plan.figures[plan.slip_field] += 1 + rng.below(9);
  }
  plan.left_aligned = rng.chance(0.25);
  plan.zeros_in_front = !plan.left_aligned && rng.chance(0.15);
  plan.habits = any_digit_habits(rng);
  constexpr PenKind kPens[] = {PenKind::kBlue, PenKind::kBlue,    PenKind::kBlack,
                               PenKind::kGel,  PenKind::kFeltTip, PenKind::kPencil};
  plan.sheet.pen = any_pen(kPens[rng.below(6)], level == PhysicsLevel::kRough ? 0.5 : 0.15, rng);
  set_conditions(plan.sheet, level, rng);
  plan.sheet.seed = rng.next();
  return plan;
}

imaging::Image make_tally_sheet(const forms::Template& form, const TallyPlan& plan) {
  const imaging::ImageView blank = form.reference.view();
  const cv::Mat plate(blank.height_px, blank.width_px, CV_8UC1, const_cast<std::uint8_t*>(blank.data),
                      blank.stride_bytes);
  const double px_per_mm = form.reference_dpi / 25.4;
  const Rng rng{plan.sheet.seed};
  Rng hand = rng.fork(1), light = rng.fork(4), paper = rng.fork(5), print = rng.fork(6);
  Canvas canvas = print_on_paper(plate, print_behind(plate, px_per_mm), px_per_mm, {0, 0, 0},
                                 plan.sheet.print, plan.sheet.paper, print);
  write_figures(canvas, form, plan, hand);
  handle_paper(canvas, plan.sheet.paper, plan.sheet.scanner.background, paper);
  return through_file(scan(canvas, plan.sheet.scanner, plan.sheet.paper.texture, light), plan.sheet.scanner);
}

}  // namespace kiemphieu::forge

#include "tests/unit/tally/learning/trial.h"

#include <algorithm>
#include <cmath>

#include "config/base/check.h"
#include "tally/forms/draw.h"
#include "tally/reading/reader.h"
#include "tests/forge/conditions.h"

namespace kiemphieu::learning::test {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

forms::Template truth_form(const PrintedVariant& printed, const election::Contest& contest, double scale) {
  forms::Template form;
  form.contest = contest.id;
  form.seats = contest.seats;
  form.seal = forms::BoxMm{11, 26, 44, 40};
  for (std::size_t i = 0; i < contest.candidates.size(); ++i)
    form.candidates.push_back({contest.candidates[i].id, static_cast<int>(i) + 1,
                               contest.candidates[i].full_name(), printed.names[i]});
  for (auto& candidate : form.candidates)
    for (auto& line : candidate.lines)
      line = {scale * line.x_mm, scale * line.y_mm, scale * line.w_mm, scale * line.h_mm};
  return form;
}

/// Every second name or so struck straight across, stamped, scanned by the forge's office.
void read_ballots(const Trial& trial, const election::Contest& contest, const PrintedVariant& printed,
                  const forms::Template& learnt, TrialResult& result) {
  auto reader = reading::Reader::create({learnt});
  if (!reader) {
    result.refused = "reader: " + reader.error().log_line();
    return;
  }
  // The voters' ballots come from the same copier as the blank one.
  const ScanVariant& seen = trial.scans[0];
  const forms::Template truth = truth_form(printed, contest, seen.print_scale);
  const ScanVariant copier{.print_scale = seen.print_scale,
                           .photocopy = seen.photocopy,
                           .blur_px = 0,
                           .noise = 0,
                           .jpeg_quality = 100};
  const forge::BallotForge maker(truth, scan_variant(printed.page, {255, 255, 255}, copier, trial.seed));
  forge::Rng rng{trial.seed * 77 + 5};
  for (int ballot = 0; ballot < trial.ballots; ++ballot) {
    forge::SheetPlan plan;
    forge::set_conditions(plan, forge::PhysicsLevel::kOffice, rng);
    plan.paper.rgb = trial.print.paper;
    plan.paper.creases.clear();
    plan.print.toner = seen.toner;
    plan.pen = forge::pen(rng.chance(0.5) ? forge::PenKind::kBlue : forge::PenKind::kBlack);
    plan.seed = rng.next();
    for (std::size_t i = 0; i < contest.candidates.size(); ++i)
      plan.marks.push_back(rng.chance(0.5) ? std::optional{forge::Stroke{}} : std::nullopt);
    const imaging::Image scan = maker.make(plan);
    const reading::SheetReading reading = reader->read(scan.view(), contest.id);
    ++result.sheets;
    if (reading.form != reading::Form::kBallot) continue;
    ++result.recognised;
    for (std::size_t i = 0; i < contest.candidates.size(); ++i) {
      const double score = reading.candidates[i].score;
      const bool struck = plan.marks[i].has_value();
      ++result.names;
      ++(score > 0.15 && score < 0.85 ? result.doubtful
         : (score >= 0.85) == struck  ? result.right
                                      : result.wrong);
    }
  }
}

}  // namespace

election::Election example() {
  auto election = election::load("config/examples/election.json");
  KP_CHECK(election.has_value());
  return *std::move(election);
}

double worst_edge_mm(const forms::Template& learnt, const PrintedVariant& truth, double print_scale) {
  std::vector<double> x_off, y_off;
  std::vector<std::array<double, 4>> off;
  for (std::size_t i = 0; i < truth.names.size(); ++i) {
    if (learnt.candidates[i].lines.size() != truth.names[i].size()) return 99;
    for (std::size_t k = 0; k < truth.names[i].size(); ++k) {
      const forms::BoxMm& a = learnt.candidates[i].lines[k];
      const forms::BoxMm& b = truth.names[i][k];
      off.push_back({a.x_mm - print_scale * b.x_mm, a.y_mm - print_scale * b.y_mm,
                     a.x_mm + a.w_mm - print_scale * (b.x_mm + b.w_mm),
                     a.y_mm + a.h_mm - print_scale * (b.y_mm + b.h_mm)});
      x_off.insert(x_off.end(), {off.back()[0], off.back()[2]});
      y_off.insert(y_off.end(), {off.back()[1], off.back()[3]});
    }
  }
  const double dx = median(x_off), dy = median(y_off);
  double worst = 0;
  for (const auto& edges : off)
    for (std::size_t e = 0; e < 4; ++e) worst = std::max(worst, std::abs(edges[e] - (e % 2 == 0 ? dx : dy)));
  return worst;
}

TrialResult run(const Trial& trial, const election::Election& election) {
  const election::Contest contest =
      invented_contest(election.contests[0], trial.candidates, trial.two_lines, trial.seed);
  const PrintedVariant printed = print_variant(contest, trial.print);
  std::vector<imaging::Image> scans;
  for (std::size_t i = 0; i < trial.scans.size(); ++i)
    scans.push_back(scan_variant(printed.page, trial.print.paper, trial.scans[i], trial.seed * 13 + i));
  TrialResult result;
  const auto learned = learn_template(election, contest, scans);
  if (!learned) {
    result.refused = learned.error().log_line();
    return result;
  }
  result.worst_box_mm = worst_edge_mm(learned->form, printed, trial.scans[0].print_scale);
  result.size_pt = learned->face.size_pt;
  result.likeness = learned->likeness;
  for (const Warning& warning : learned->warnings) result.warnings.push_back(warning.id);
  read_ballots(trial, contest, printed, learned->form, result);
  return result;
}

}  // namespace kiemphieu::learning::test

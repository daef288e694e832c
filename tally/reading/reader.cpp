// Method and what makes each step refuse: docs/reading.md.
// Tested by tests/unit/tally/reading and the golden set in tests/golden.
#include "tally/reading/reader.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "tally/reading/batch_header.h"
#include "tally/reading/disturbed.h"
#include "tally/reading/extra_ink.h"
#include "tally/reading/field.h"
#include "tally/reading/line_ink.h"
#include "tally/reading/page_trouble.h"
#include "tally/reading/seal.h"
#include "tally/reading/strike.h"
#include "tally/reading/take_fingerprint.h"
#include "tally/reading/tally_sheet_reader.h"

namespace kiemphieu::reading {
namespace {

using election::MarkShape;
using election::Reason;

constexpr double kMinFit = 0.10;  // coarse ink at the print's places; noise and other forms stay below
constexpr double kMinNamesPresent = 0.66;   // of the name lines; those that miss are reported as damaged
constexpr double kMinPxPerMm = 140 / 25.4;  // below 140 dpi a letter's openings are not resolved
constexpr double kScaleLow = 0.947,
                 kScaleHigh = 1.053;  // 95 to 105 %, with what the measure itself may be off
constexpr double kSameName = 0.10;    // presence must differ by more to tell two like templates apart
constexpr double kZoneInkMm2 = 4.0;   // of pen ink inside the seal's zone
constexpr double kMaxPixels = 400e6;

/// A template that was found on the page, with every name line looked at.
struct Found {
  const PrintModel* model = nullptr;
  Registration registration;
  std::vector<std::vector<LineInk>> lines;  ///< by candidate
  double present = 0;                       ///< mean presence of the print
  bool thick_print = false;                 ///< the lines were measured with more tolerance
};

struct Search {
  std::optional<Found> found;
  bool similar = false;  ///< the form lay there, but with other names
};

/// The names decide whose ballot it is: layout and headings are alike.
bool names_are_these(Found& found) {
  std::size_t present = 0, all = 0;
  double sum = 0;
  for (const auto& lines : found.lines)
    for (const LineInk& line : lines) {
      ++all;
      sum += line.print_present;
      present += line.print_present >= kPrintPresent ? 1U : 0U;
    }
  found.present = sum / static_cast<double>(all);
  return static_cast<double>(present) >= kMinNamesPresent * static_cast<double>(all);
}

/// The line's model as this sheet's print asks for it.
LineModel model_of(const Found& found, std::size_t candidate, std::size_t line) {
  LineModel model = found.model->candidates[candidate].lines[line];
  if (found.thick_print) model.open = model.open_wide;
  return model;
}

/// Letters thickened by copying are dark beyond the print's tolerance on every
/// name alike, where a strike darkens a few places of some: then all lines are
/// measured again with more tolerance.
void allow_for_thick_print(Found& found) {
  constexpr double kThickRim = 0.25;
  std::vector<double> rims;
  for (const auto& candidate : found.lines)
    for (const LineInk& line : candidate) rims.push_back(line.rim_dark);
  if (rims.empty()) return;
  std::nth_element(rims.begin(), rims.begin() + static_cast<std::ptrdiff_t>(rims.size() / 3), rims.end());
  if (rims[rims.size() / 3] < kThickRim) return;
  found.thick_print = true;
  for (std::size_t i = 0; i < found.lines.size(); ++i)
    for (std::size_t k = 0; k < found.lines[i].size(); ++k)
      found.lines[i][k] = measured_again(found.lines[i][k], model_of(found, i, k), {});
}

Search search(const PageView& view, const PageInk& ink, const PrintModel& model) {
  Search result;
  for (const Pose& pose : find_poses(view, ink, model)) {
    if (pose.fit < kMinFit) break;
    const auto registration = register_form(view, model, pose);
    if (!registration) continue;
    Found found{&model, *registration, {}, 0, false};
    for (const auto& candidate : model.candidates) {
      auto& lines = found.lines.emplace_back();
      for (const auto& line : candidate.lines)
        lines.push_back(look_at_line(view, registration->form_to_page, line));
    }
    if (names_are_these(found)) {
      allow_for_thick_print(found);
      result.found = std::move(found);
      return result;
    }
    result.similar = true;
  }
  return result;
}

void add(std::vector<Reason>& findings, Reason reason) {
  if (std::find(findings.begin(), findings.end(), reason) == findings.end()) findings.push_back(reason);
}

/// A fold or a scratch runs on where no hand would: beyond the frame, or from
/// one side of it to the other.
bool runs_across(const PageView& view, const LineInk& ink, const LineModel& line, const PrintModel& model) {
  const Stroke& s = ink.stroke;
  if (s.coverage < 0.6) return false;
  const forms::BoxMm frame = model.form.frame.value_or(
      forms::BoxMm{4, 4, model.form.page_width_mm - 8, model.form.page_height_mm - 8});
  const double top = line.field.y / kFieldPxPerMm, width = line.name.w_mm;
  const double slope = (s.right_y - s.left_y) / kFieldPxPerMm / (0.8 * width);
  const double middle_x = line.name.x_mm + width / 2, middle_y = top + s.middle_y / kFieldPxPerMm;
  const double dark = std::max(0.04, 0.5 * s.contrast);
  const auto share = [&](double from_x, double to_x) {
    return dark_share(view, ink.map, {from_x, middle_y + slope * (from_x - middle_x)},
                      {to_x, middle_y + slope * (to_x - middle_x)}, dark);
  };
  const double right = frame.x_mm + frame.w_mm;
  const bool inside = share(frame.x_mm + 1.2, frame.x_mm + 6) > 0.7 && share(right - 9, right - 1.2) > 0.7;
  const bool outside =
      share(frame.x_mm - 3.5, frame.x_mm - 0.8) > 0.7 && share(right + 0.8, right + 3.5) > 0.7;
  return inside || outside;
}

CandidateReading read_candidate(const PageView& view, const Found& found, std::size_t index,
                                const PageLines& lines, SheetReading& reading) {
  const CandidateModel& model = found.model->candidates[index];
  std::vector<LineVerdict> verdicts;
  CandidateReading candidate;
  candidate.id = model.id;
  for (std::size_t i = 0; i < model.lines.size(); ++i) {
    const LineInk& ink = found.lines[index][i];
    auto [verdict, fold, along, streak, without] =
        lines.any() ? judge_disturbed(view, ink, model_of(found, index, i), *found.model, lines)
                    : DisturbedVerdict{judge_line(ink)};
    if (!along && verdict.shape != MarkShape::kNone && runs_across(view, ink, model.lines[i], *found.model)) {
      verdict.score = 0.5;
      fold = true;
    }
    if (fold) add(reading.findings, Reason::kFoldOnName);
    if (streak) add(reading.findings, Reason::kStreak);
    candidate.lines.push_back(ink.evidence);
    if (without) candidate.lines.back().second = *without;
    confirm(verdict, candidate.lines.back().second, along);
    if (!candidate.lines.back().second.agrees) add(reading.findings, Reason::kReadersDisagree);
    verdicts.push_back(verdict);
  }
  const LineVerdict name = judge_name(verdicts);
  candidate.shape = name.shape;
  candidate.score = name.score;
  if (name.damaged) add(reading.findings, Reason::kDamaged);
  if (name.faint) add(reading.findings, Reason::kFaintStrike);
  if (name.correction) add(reading.findings, Reason::kCorrection);
  return candidate;
}

constexpr double kStretchedMm = 0.45;   // how far a line lay from where the page's map has it
constexpr double kFaintContrast = 0.40;  // of the print on the names, median

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// What is odd about the paper and its way through the scanner. Some of it the team must see.
void name_troubles(const PageView& view, const Found& found, const PageLines& lines, SheetReading& reading) {
  const Registration& at = found.registration;
  const PrintModel& model = *found.model;
  const auto trouble = [&](bool there, Trouble what, std::vector<double> at_mm = {}) {
    if (there) reading.troubles.push_back({what, std::move(at_mm)});
    return there;
  };
  if (trouble(shows_second_sheet(view, at.form_to_page, model), Trouble::kTwoSheets))
    add(reading.findings, Reason::kTwoSheets);
  if (trouble(is_cut_off(view, at.form_to_page, model), Trouble::kCutOff)) add(reading.findings, Reason::kDamaged);
  trouble(is_torn(view, at.form_to_page, model), Trouble::kTorn);
  if (trouble(view.resolution_stated && (at.scale < kScaleLow || at.scale > kScaleHigh), Trouble::kScale))
    add(reading.findings, Reason::kScale);
  double shift = 0;
  std::vector<double> contrast;
  for (const auto& candidate : found.lines)
    for (const LineInk& line : candidate)
      shift = std::max(shift, line.shift_mm), contrast.push_back(line.print_contrast);
  trouble(shift > kStretchedMm, Trouble::kStretched);
  trouble(!contrast.empty() && median(contrast) < kFaintContrast, Trouble::kFaintPrint);
  trouble(!lines.streaks_mm.empty(), Trouble::kStreak, lines.streaks_mm);
  trouble(!lines.fold_rows_mm.empty() || !lines.fold_columns_mm.empty(), Trouble::kFold, lines.fold_rows_mm);
  trouble(at.upside_down, Trouble::kUpsideDown);
}

void read_form(const PageView& view, const Found& found, SheetReading& reading) {
  const Registration& at = found.registration;
  reading.form = Form::kBallot;
  reading.contest = found.model->form.contest;
  reading.quality = {at.upside_down, static_cast<int>(std::lround(at.skew_deg * 1000)),
                     static_cast<int>(std::lround(at.scale * 1000)), at.residual_px};
  const PageLines lines = find_page_lines(view, at.form_to_page, *found.model);
  name_troubles(view, found, lines, reading);
  ExtraInk extra = look_for_extra_ink(view, at.form_to_page, *found.model, lines);
  for (std::size_t i = 0; i < found.lines.size(); ++i)
    reading.candidates.push_back(read_candidate(view, found, i, lines, reading));

  const SealLook seal = look_for_seal(view, at.form_to_page, *found.model, lines.streaks_mm);
  reading.fingerprint = take_fingerprint(*found.model, found.lines, seal);
  reading.seal = seal.finding;
  reading.seal_score = seal.score;
  reading.seal_box = seal.box;
  if (seal.other_ink_mm2 > kZoneInkMm2)
    extra.boxes.push_back(box_on_page(at.form_to_page, *found.model->form.seal));
  if (!extra.boxes.empty()) add(reading.findings, Reason::kExtraContent);
  reading.extra_ink = std::move(extra.boxes);
}

/// A sheet that could be a ballot, had it been scanned well, is unreadable; what
/// cannot be one is no form of ours.
Reason reason_for(Trouble why) {
  const bool scan_again = why == Trouble::kSkewed || why == Trouble::kTurned || why == Trouble::kCoarseScan;
  return scan_again ? Reason::kUnreadable : Reason::kWrongForm;
}

std::int64_t microseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

bool usable(const imaging::ImageView& page) {
  return page.data != nullptr && page.width_px >= 200 && page.height_px >= 200 &&
         static_cast<double>(page.width_px) * page.height_px <= kMaxPixels &&
         page.stride_bytes >= static_cast<std::size_t>(page.width_px) * imaging::channels(page.format);
}

/// A sheet that says by its code what it is: a batch header or a tally sheet.
bool read_coded_sheet(const imaging::ImageView& page, double px_per_mm,
                      const std::vector<TallySheetReader>& tally_sheets, SheetReading& reading) {
  const std::string code = find_qr(page, px_per_mm);
  if (auto header = parse_batch_header(code)) {
    reading.form = Form::kBatchHeader;
    reading.contest = header->contest;
    reading.batch_header = std::move(header);
    return true;
  }
  const auto sheet = parse_tally_sheet(code);
  if (!sheet) return false;
  for (const TallySheetReader& reader : tally_sheets)
    if (reader.is_for(*sheet)) return reader.read(page, *sheet, reading);
  return false;
}

}  // namespace

struct Reader::State {
  std::vector<PrintModel> models;
  std::vector<TallySheetReader> tally_sheets;
  std::vector<std::vector<bool>> alike;  ///< alike[i][j]: j's names are also found on i's blank form
};

Result<Reader> Reader::create(std::vector<forms::Template> templates) {
  if (templates.empty()) return fail(ErrorCode::kTemplateInvalid, "no template");
  // One page, one thread: callers read pages side by side, and OpenCV's own
  // threads only get in their way.
  cv::setNumThreads(1);
  auto state = std::make_unique<State>();
  const auto ballots = std::stable_partition(templates.begin(), templates.end(),
                                             [](const auto& form) { return !form.candidates.empty(); });
  for (auto form = ballots; form != templates.end(); ++form) {
    auto sheet = TallySheetReader::create(*form);
    if (!sheet) return std::move(sheet).error().with_context("tally sheet of " + form->contest);
    state->tally_sheets.push_back(std::move(sheet).value());
  }
  templates.erase(ballots, templates.end());
  if (templates.empty()) return fail(ErrorCode::kTemplateInvalid, "no ballot's template");
  for (const auto& form : templates) {
    auto model = PrintModel::of(form);
    if (!model) return std::move(model).error().with_context("template of " + form.contest);
    state->models.push_back(std::move(model).value());
  }
  const std::size_t n = templates.size();
  state->alike.assign(n, std::vector<bool>(n, false));
  for (std::size_t i = 0; i < n; ++i) {
    imaging::ImageView blank = templates[i].reference.view();
    blank.dpi = templates[i].reference_dpi;
    const PageView view = PageView::of(blank, templates[i].page_width_mm);
    const PageInk ink = page_ink(view);
    for (std::size_t j = 0; j < n; ++j) {
      const bool there = search(view, ink, state->models[j]).found.has_value();
      if (i == j && !there)
        return fail(ErrorCode::kTemplateInvalid, "not found on its own reference: " + templates[i].contest);
      state->alike[i][j] = i != j && there;
    }
  }
  return Reader(std::move(state));
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

SheetReading Reader::read(const imaging::ImageView& page, const std::string& expected_contest) const {
  const auto start = std::chrono::steady_clock::now();
  SheetReading reading;
  if (!usable(page)) {
    reading.findings = {Reason::kUnreadable};
    return reading;
  }
  const auto& models = state_->models;
  std::vector<std::size_t> order(models.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t i) { return models[i].form.contest == expected_contest; });

  const PageView view = PageView::of(page, models[order.front()].form.page_width_mm);
  const PageInk ink = page_ink(view);
  std::optional<Found> found;
  bool similar = false, ambiguous = false;
  for (const std::size_t i : order) {
    Search result = search(view, ink, models[i]);
    similar = similar || result.similar;
    if (!result.found) continue;
    for (std::size_t j = 0; j < models.size(); ++j) {
      if (!state_->alike[i][j]) continue;
      const Search other = search(view, ink, models[j]);
      ambiguous = ambiguous || (other.found && other.found->present > result.found->present - kSameName);
    }
    if (!ambiguous) found = std::move(result.found);
    break;
  }
  const auto registered = std::chrono::steady_clock::now();
  if (found && view.px_per_mm * found->registration.scale < kMinPxPerMm) {
    found.reset();
    add(reading.findings, Reason::kUnreadable);
    reading.troubles.push_back({Trouble::kCoarseScan, {}});
  } else if (found) {
    read_form(view, *found, reading);
  } else if (!read_coded_sheet(page, view.px_per_mm, state_->tally_sheets, reading)) {
    const Trouble why = why_not_found(view, ink);
    const bool askew = why == Trouble::kSkewed || why == Trouble::kTurned;  // then what seemed similar is not
    const bool other_form = (!askew && (similar || ambiguous)) || why == Trouble::kForeignForm;
    add(reading.findings, other_form ? Reason::kWrongForm : reason_for(why));
    reading.troubles.push_back({other_form ? Trouble::kForeignForm : why, {}});
  }
  const auto end = std::chrono::steady_clock::now();
  reading.timing = {microseconds(registered - start), microseconds(end - registered)};
  return reading;
}

}  // namespace kiemphieu::reading

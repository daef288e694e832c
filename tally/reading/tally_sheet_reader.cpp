#include "tally/reading/tally_sheet_reader.h"

#include <cmath>

#include "tally/reading/digit_boxes.h"
#include "tally/reading/pose.h"
#include "tally/reading/registration.h"

namespace kiemphieu::reading {
namespace {

constexpr double kMinPxPerMm = 140 / 25.4;               // below 140 dpi a digit's loops close
constexpr double kScaleLow = 0.947, kScaleHigh = 1.053;  // as for ballots: docs/reading.md

std::optional<Registration> lay_on(const PageView& view, const PrintModel& model) {
  for (const Pose& pose : find_poses(view, page_ink(view), model))
    if (auto registration = register_form(view, model, pose)) return registration;
  return std::nullopt;
}

/// Handwriting and boxes can hide how the rows lie; the code's corners cannot be
/// mistaken. Over their 28 mm they say where the far end of the page is to about 2 mm,
/// which registration follows.
Pose pose_of_code(const std::array<Point, 4>& form_mm, const std::array<Point, 4>& page_px) {
  Point form{0, 0}, page{0, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    form.x += form_mm[i].x / 4, form.y += form_mm[i].y / 4;
    page.x += page_px[i].x / 4, page.y += page_px[i].y / 4;
  }
  double cosine = 0, sine = 0, length = 0;  // of the turn, times the scale: least squares
  for (std::size_t i = 0; i < 4; ++i) {
    const double x = form_mm[i].x - form.x, y = form_mm[i].y - form.y;
    const double u = page_px[i].x - page.x, v = page_px[i].y - page.y;
    cosine += x * u + y * v, sine += x * v - y * u, length += x * x + y * y;
  }
  cosine /= length, sine /= length;
  Pose pose;
  pose.form_to_page = {cosine, -sine, page.x - cosine * form.x + sine * form.y,
                       sine, cosine,  page.y - sine * form.x - cosine * form.y};
  pose.upside_down = cosine < 0;
  return pose;
}

}  // namespace

Result<TallySheetReader> TallySheetReader::create(const forms::Template& form) {
  KP_TRY(PrintModel model, PrintModel::of(form));
  for (const forms::DigitField& field : form.fields)
    for (const forms::BoxMm& box : field.boxes)
      if (box.w_mm < kSmallestBoxMm || box.h_mm < kSmallestBoxMm)
        return fail(ErrorCode::kTemplateInvalid, "field " + field.id + ": a box is too small to write in");
  imaging::ImageView blank = form.reference.view();
  blank.dpi = form.reference_dpi;
  const PageView view = PageView::of(blank, form.page_width_mm);
  if (!lay_on(view, model)) return fail(ErrorCode::kTemplateInvalid, "not found on its own reference");
  auto code = find_code(blank, view.px_per_mm);
  if (!code) return fail(ErrorCode::kTemplateInvalid, "no code on its own reference");
  for (Point& corner : code->corners) corner = {corner.x / view.px_per_mm, corner.y / view.px_per_mm};
  return TallySheetReader(std::move(model), code->corners);
}

bool TallySheetReader::is_for(const TallySheetCode& code) const {
  return code.contest == model_.form.contest && code.election_digest_hex == model_.form.election.hex();
}

bool TallySheetReader::read(const imaging::ImageView& page, const TallySheetCode& code,
                            SheetReading& reading) const {
  const PageView view = PageView::of(page, model_.form.page_width_mm);
  auto at = lay_on(view, model_);
  if (!at)
    if (const auto found = find_code(page, view.px_per_mm))
      at = register_form(view, model_, pose_of_code(code_mm_, found->corners));
  if (!at) return false;
  reading.form = Form::kTallySheet;
  reading.contest = code.contest;
  reading.station = code.station;
  reading.quality = {at->upside_down, static_cast<int>(std::lround(at->skew_deg * 1000)),
                     static_cast<int>(std::lround(at->scale * 1000)), at->residual_px};
  if (view.resolution_stated && (at->scale < kScaleLow || at->scale > kScaleHigh))
    reading.findings.push_back(election::Reason::kScale);
  if (view.px_per_mm * at->scale < kMinPxPerMm) reading.findings.push_back(election::Reason::kUnreadable);
  for (const forms::DigitField& field : model_.form.fields)
    reading.fields.push_back(read_field(view, at->form_to_page, field));
  return true;
}

}  // namespace kiemphieu::reading

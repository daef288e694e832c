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

}  // namespace

Result<TallySheetReader> TallySheetReader::create(const forms::Template& form) {
  KP_TRY(PrintModel model, PrintModel::of(form));
  for (const forms::DigitField& field : form.fields)
    for (const forms::BoxMm& box : field.boxes)
      if (box.w_mm < kSmallestBoxMm || box.h_mm < kSmallestBoxMm)
        return fail(ErrorCode::kTemplateInvalid, "field " + field.id + ": a box is too small to write in");
  imaging::ImageView blank = form.reference.view();
  blank.dpi = form.reference_dpi;
  if (!lay_on(PageView::of(blank, form.page_width_mm), model))
    return fail(ErrorCode::kTemplateInvalid, "not found on its own reference");
  return TallySheetReader(std::move(model));
}

bool TallySheetReader::is_for(const TallySheetCode& code) const {
  return code.contest == model_.form.contest && code.election_digest_hex == model_.form.election.hex();
}

bool TallySheetReader::read(const imaging::ImageView& page, const TallySheetCode& code,
                            SheetReading& reading) const {
  const PageView view = PageView::of(page, model_.form.page_width_mm);
  const auto at = lay_on(view, model_);
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

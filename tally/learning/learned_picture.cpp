#include <fmt/format.h>

#include "tally/forms/draw.h"
#include "tally/learning/learn.h"

namespace kiemphieu::learning {
namespace {

using forms::BoxMm;
using forms::Rgb;

constexpr double kLegendMm = 100;  ///< beside the page
constexpr double kPictureDpi = 150;
constexpr Rgb kGray = {110, 110, 110}, kBlue = {20, 80, 190}, kGreen = {0, 130, 60}, kRed = {200, 30, 30},
              kAmber = {190, 110, 0};

void add_box(forms::Page& page, const BoxMm& box, const Rgb& colour, double width_mm = 0.3) {
  const double right = box.x_mm + box.w_mm, bottom = box.y_mm + box.h_mm;
  page.strokes.push_back({{{box.x_mm, box.y_mm}, {right, box.y_mm}, {right, bottom}, {box.x_mm, bottom}, {box.x_mm, box.y_mm}},
                          width_mm, colour, 1});
}

/// Words beside the page, with a thin line to what they speak of.
void add_legend(forms::Page& page, double page_width_mm, double y_mm, const BoxMm& about, const std::string& text,
                const Rgb& colour, bool bold) {
  const double left = page_width_mm + 3;
  page.strokes.push_back({{{about.x_mm + about.w_mm, about.y_mm + about.h_mm / 2}, {left - 0.7, y_mm - 1.2}}, 0.12, colour, 0.6});
  page.texts.push_back({text, {forms::Face::kSans, 8, bold}, forms::Align::kLeft, left, y_mm, 400, colour});
}

/// The reference's ink under the drawing.
void lay_under(imaging::Image& picture, const Learned& learned) {
  const imaging::Image& reference = learned.form.reference;
  const double step = learned.form.reference_dpi / kPictureDpi;
  for (int y = 0; y < picture.height_px; ++y)
    for (int x = 0; x < picture.width_px; ++x) {
      const int from_x = static_cast<int>(x * step), from_y = static_cast<int>(y * step);
      if (from_x >= reference.width_px || from_y >= reference.height_px) continue;
      const int light = reference.pixels[static_cast<std::size_t>(from_y) * static_cast<std::size_t>(reference.width_px) +
                                         static_cast<std::size_t>(from_x)];
      std::uint8_t* rgb = &picture.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width_px) +
                                           static_cast<std::size_t>(x)) * 3];
      for (int c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>(rgb[c] * light / 255);
    }
}

}  // namespace

Result<imaging::Image> draw_learned(const Learned& learned, const election::Contest& contest) {
  const forms::Template& form = learned.form;
  forms::Page page;
  page.width_mm = form.page_width_mm + kLegendMm;
  page.height_mm = form.page_height_mm;
  const double width = form.page_width_mm;
  add_box(page, {0.2, 0.2, width - 0.2, form.page_height_mm - 0.4}, kGray, 0.15);
  if (form.frame) {
    add_box(page, *form.frame, kBlue);
    add_legend(page, width, form.frame->y_mm, {form.frame->x_mm, form.frame->y_mm, form.frame->w_mm, 0}, "khung / frame", kBlue, false);
  }
  add_box(page, learned.header, kBlue);
  add_legend(page, width, learned.header.y_mm + learned.header.h_mm / 2, learned.header, "đầu phiếu / header", kBlue, false);
  if (form.seal) {
    add_box(page, *form.seal, kRed, 0.4);
    add_legend(page, width, form.seal->y_mm + form.seal->h_mm / 2, *form.seal, "chỗ đóng dấu / seal's place", kRed, true);
  }
  add_box(page, learned.seats_line, kAmber);
  add_legend(page, width, learned.seats_line.y_mm + learned.seats_line.h_mm / 2 + 1.2, learned.seats_line,
             fmt::format("Được bầu {} đại biểu", form.seats), kAmber, true);
  for (std::size_t i = 0; i < form.candidates.size(); ++i) {
    const auto& candidate = form.candidates[i];
    for (const BoxMm& line : candidate.lines) add_box(page, line, kGreen);
    std::string wanted{to_text(contest.candidates[i].honorific)};
    for (const std::string& part : contest.candidates[i].printed_lines()) wanted += " " + part;
    const BoxMm& first = candidate.lines.front();
    add_legend(page, width, first.y_mm + first.h_mm / 2 + 1.2, first,
               fmt::format("{} · {} · {}", candidate.row, candidate.id, wanted), kGreen, true);
  }
  KP_TRY(imaging::Image picture, forms::draw_rgb(page, kPictureDpi, {255, 255, 255}));
  lay_under(picture, learned);
  return picture;
}

}  // namespace kiemphieu::learning

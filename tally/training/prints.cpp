#include "tally/training/prints.h"

#include <array>
#include <string>

#include <opencv2/imgproc.hpp>

#include "tally/forms/draw.h"

namespace kiemphieu::training {
namespace {

constexpr double kPageWidthMm = 240, kPageHeightMm = 130;
constexpr double kReferenceDpi = 200;

constexpr std::array kFamilyNames = {"Nguyễn", "Trần", "Lê",  "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ",    "Võ",
                                     "Đặng",   "Bùi",  "Đỗ",  "Hồ",   "Ngô",   "Dương", "Lý",   "Giàng", "Lò",
                                     "Vàng",   "Siu",  "Kpă", "Y",    "Thạch", "Kim",   "Châu", "Tống"};
constexpr std::array kMiddleNames = {"Thị",  "Văn",   "Hữu",    "Đức",  "Ngọc",  "Minh", "Quốc",
                                     "Xuân", "Thanh", "Hồng",   "Công", "Quang", "Thúy", "Bích",
                                     "Mỹ",   "Gia",   "Phương", "A",    "Thế",   "Đình"};
constexpr std::array kGivenNames = {"Anh",  "Bình", "Cường", "Dũng",   "Giang",  "Hà",    "Hải",  "Hạnh",
                                    "Hiền", "Hòa",  "Hùng",  "Hương",  "Khánh",  "Lan",   "Linh", "Loan",
                                    "Long", "Mai",  "Nam",   "Nga",    "Nghĩa",  "Oanh",  "Phúc", "Quyên",
                                    "Sơn",  "Tâm",  "Thảo",  "Thuận",  "Trang",  "Tú",    "Tuấn", "Uyên",
                                    "Vân",  "Việt", "Ỷ",     "Ngưỡng", "Khuynh", "Quyền", "Tỵ",   "Ưng"};

template <std::size_t N>
std::string any_of(const std::array<const char*, N>& names, Chance& chance) {
  return names[static_cast<std::size_t>(chance.pick(static_cast<int>(N)))];
}

std::string random_name(Chance& chance) {
  std::string name = any_of(kFamilyNames, chance);
  for (int i = chance.pick(3); i > 0; --i) name += " " + any_of(kMiddleNames, chance);
  name += " " + any_of(kGivenNames, chance);
  if (chance.happens(0.15))
    name += " (" + any_of(kGivenNames, chance) + " " + any_of(kGivenNames, chance) + ")";
  return name;
}

struct Composed {
  forms::Page page;
  std::vector<std::size_t> names;  ///< indices of page.texts
};

/// Names one below the other between filler lines, which the reader registers by.
Composed compose(Chance& chance) {
  Composed out;
  out.page.width_mm = kPageWidthMm, out.page.height_mm = kPageHeightMm;
  forms::TextStyle style;
  style.face = static_cast<forms::Face>(chance.pick(4));
  style.size_pt = chance.between(11.5, 18);
  style.bold = chance.happens(0.55);
  style.italic = chance.happens(0.1);
  const bool capitals = chance.happens(0.6), with_title = chance.happens(0.6);
  const double pitch_mm = style.size_pt * chance.between(0.5, 0.85);
  const auto add = [&](const std::string& text, double x, double y, const forms::TextStyle& as) {
    forms::Text line;
    line.text = text, line.style = as, line.x_mm = x, line.baseline_mm = y, line.max_width_mm = 190;
    out.page.texts.push_back(line);
  };
  forms::TextStyle small{forms::Face::kSerif, 10, false, false};
  for (const double y : {9.0, 14.0, 19.0, 120.0})
    add(random_name(chance) + " " + random_name(chance) + " " + random_name(chance), 8, y, small);
  double y = 30;
  const double left = chance.between(10, 30);
  while (y < 110) {
    const std::string name = random_name(chance);
    double x = left;
    if (with_title) {
      add("1. Ông", 3 + chance.between(0, 3), y, small);
      x = left + 10;
    }
    out.names.push_back(out.page.texts.size());
    add(capitals ? forms::upper_case(name) : name, x, y, style);
    y += pitch_mm;
  }
  if (chance.happens(0.5)) out.page.outlines.push_back({{2.5, 3, kPageWidthMm - 5, kPageHeightMm - 6}, 0.3});
  return out;
}

/// What a template learnt from a scan has instead of a drawn reference.
void wear_reference(imaging::Image& reference, Chance& chance) {
  cv::Mat gray(reference.height_px, reference.width_px, CV_8UC1, reference.pixels.data());
  const double sigma = chance.between(0.4, 1.0), toner = chance.between(0.7, 1.0);
  cv::GaussianBlur(gray, gray, {5, 5}, sigma);
  gray.convertTo(gray, CV_8UC1, toner, 255 * (1 - toner));
}

}  // namespace

Result<PrintedNames> print_names(Chance& chance) {
  const Composed composed = compose(chance);
  KP_TRY(const auto boxes, forms::measure_ink(composed.page));
  forms::Template form;
  form.contest = "training";
  form.page_width_mm = kPageWidthMm, form.page_height_mm = kPageHeightMm;
  form.reference_dpi = kReferenceDpi;
  KP_TRY(form.reference, forms::draw_gray(composed.page, kReferenceDpi));
  for (const std::size_t text : composed.names) {
    forms::CandidateLines candidate;
    candidate.id = "c" + std::to_string(form.candidates.size() + 1);
    candidate.lines.push_back(boxes[text]);
    form.candidates.push_back(std::move(candidate));
  }
  if (chance.happens(0.3)) wear_reference(form.reference, chance);
  KP_TRY(const reading::PrintModel model, reading::PrintModel::of(form));
  PrintedNames names;
  for (const auto& candidate : model.candidates) names.lines.push_back(candidate.lines.front());
  KP_TRY(const imaging::Image fine, forms::draw_gray(composed.page, 2 * kReferenceDpi));
  const cv::Mat light(fine.height_px, fine.width_px, CV_8UC1,
                      const_cast<std::uint8_t*>(fine.pixels.data()));  // NOLINT
  cv::bitwise_not(light, names.print);
  return names;
}

}  // namespace kiemphieu::training

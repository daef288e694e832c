#include "tests/unit/tally/learning/printed_variants.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "config/base/check.h"
#include "config/imaging/codec.h"
#include "tally/forms/draw.h"

namespace kiemphieu::learning::test {
namespace {

using forms::Align;
using forms::Text;
using forms::TextStyle;

constexpr double kMmPerPoint = 25.4 / 72.0;

cv::Mat as_mat(imaging::Image& image) {
  return {image.height_px, image.width_px, image.format == imaging::PixelFormat::kRgb8 ? CV_8UC3 : CV_8UC1,
          image.pixels.data()};
}

void add_around(forms::Page& page, const election::Contest& contest, const PrintVariant& v) {
  const auto add = [&](const std::string& text, double pt, bool bold, double x, double y) {
    page.texts.push_back(
        Text{text, {v.face, pt, bold, false, v.family}, Align::kCentre, x, y, 146, forms::kBlack});
  };
  add("Đơn vị bầu cử số: " + contest.constituency, 9, false, 36, 16.5);
  add(contest.area, 9, false, 36, 21.5);
  add("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 8, true, 98, 16.5);
  add("Độc lập - Tự do - Hạnh phúc", 9, true, 98, 21.5);
  page.strokes.push_back({{{76, 24}, {120, 24}}, 0.25});
  if (v.frame) page.outlines.push_back({{8, 9, 132, 192}, 0.4});
  if (v.seal_label) {
    add("Vị trí đóng dấu", 9, false, 34, 40);
    add("của Tổ bầu cử", 9, false, 34, 45);
  }
  add("PHIẾU BẦU CỬ", 16, true, 74, 72);
  add("ĐẠI BIỂU QUỐC HỘI KHÓA XVI", 12, true, 74, 79);
  add("Được bầu " + std::to_string(contest.seats) + " đại biểu", 12, false, 74, 87);
}

void photocopy(cv::Mat& picture, forge::Rng& rng) {
  cv::Mat soft, gray;
  cv::GaussianBlur(picture, soft, {0, 0}, 1.2);
  cv::erode(soft, soft, cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));  // ink grows
  soft.convertTo(picture, CV_8U, 3.0, -255);                                    // nearly a threshold
  for (int i = 0; i < 250; ++i)
    cv::circle(picture, {rng.below(picture.cols), rng.below(picture.rows)}, rng.chance(0.15) ? 1 : 0,
               cv::Scalar::all(60), -1);
}

void colour_paper(cv::Mat& picture, const forms::Rgb& paper, double toner) {
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x)
      for (int c = 0; c < 3; ++c) {
        std::uint8_t& v = picture.ptr<std::uint8_t>(y)[3 * x + c];
        const double light = 1 - toner * (255 - v) / 255.0 * 0.92;  // toner is never wholly black
        v = static_cast<std::uint8_t>(paper[static_cast<std::size_t>(c)] * light);
      }
}

/// The sheet on the glass: turned about its middle, lid around it.
cv::Mat on_glass(const cv::Mat& sheet, const ScanVariant& s) {
  const double px = s.dpi / 25.4;
  const cv::Size size(static_cast<int>(std::lround((148 + 2 * s.border_mm) * px)),
                      static_cast<int>(std::lround((210 + 2 * s.border_mm) * px)));
  const double angle = -s.skew_deg + (s.upside_down ? 180 : 0);  // OpenCV turns counter-clockwise
  cv::Mat map = cv::getRotationMatrix2D(cv::Point(sheet.cols, sheet.rows) / 2, angle, 1);
  map.at<double>(0, 2) += (size.width - sheet.cols) / 2.0;
  map.at<double>(1, 2) += (size.height - sheet.rows) / 2.0;
  cv::Mat glass;
  cv::warpAffine(sheet, glass, map, size, cv::INTER_CUBIC, cv::BORDER_CONSTANT, cv::Scalar::all(s.lid));
  return glass;
}

void light_and_noise(cv::Mat& glass, const ScanVariant& s, forge::Rng& rng) {
  if (s.blur_px > 0) cv::GaussianBlur(glass, glass, {0, 0}, s.blur_px);
  for (int y = 0; y < glass.rows; ++y) {
    auto* p = glass.ptr<std::uint8_t>(y);
    for (int x = 0; x < glass.cols; ++x) {
      const double light = 1 - s.shade * x / glass.cols;
      const double grain = s.noise * 3.4 * (rng.uniform() - 0.5);
      for (int c = 0; c < 3; ++c, ++p) *p = cv::saturate_cast<std::uint8_t>(*p * light + grain);
    }
  }
}

struct Syllables {
  std::vector<const char*> family = {"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ",
                                     "Đặng",   "Bùi",  "Đỗ", "Ngô",  "Lý",    "H'Mlăng"};
  std::vector<const char*> middle = {"Thị Ngọc", "Văn",      "Hữu",  "Đức",      "Thị",
                                     "Quốc",     "Thị Hồng", "Xuân", "Vũ Hoàng", "Minh"};
  std::vector<const char*> given = {"Ánh",   "Bảy",  "Chiến", "Dưỡng", "Đạt",   "Giỏi",  "Hằng",
                                    "Khởi",  "Lẫm",  "Mỹ",    "Nghĩa", "Phước", "Quỳnh", "Sỹ",
                                    "Tuyết", "Uyên", "Vượng", "Xuyến", "Yến"};
};

}  // namespace

PrintedVariant print_variant(const election::Contest& contest, const PrintVariant& v) {
  PrintedVariant printed;
  add_around(printed.page, contest, v);
  const double size = v.size_pt * kMmPerPoint;
  const TextStyle style{v.face, v.size_pt, v.bold, false, v.family};
  std::vector<std::vector<std::size_t>> texts;
  double baseline = 100;
  for (const auto& candidate : contest.candidates) {
    const auto lines = candidate.printed_lines();
    const std::string honorific = std::string{to_text(candidate.honorific)} + " ";
    const double step =
        forms::advance_mm(honorific + "|", style).value() - forms::advance_mm("|", style).value();
    double left = 14;
    if (v.centred) left = 74 - (step + forms::advance_mm(lines[0], style).value()) / 2;
    printed.page.texts.push_back(Text{honorific, style, Align::kLeft, left, baseline, 40, forms::kBlack});
    std::vector<std::size_t> mine;
    for (const std::string& line : lines) {
      if (!mine.empty()) baseline += 1.35 * size;
      mine.push_back(printed.page.texts.size());
      printed.page.texts.push_back(
          Text{line, style, Align::kLeft, left + step, baseline, 150 - left - step, forms::kBlack});
    }
    texts.push_back(mine);
    baseline += v.spacing * size;
  }
  KP_CHECK(baseline - v.spacing * size < 197);
  const auto ink = forms::measure_ink(printed.page);
  KP_CHECK(ink.has_value());
  for (const auto& mine : texts) {
    printed.names.emplace_back();
    for (const std::size_t text : mine) printed.names.back().push_back((*ink)[text]);
  }
  return printed;
}

imaging::Image scan_variant(const forms::Page& page, const forms::Rgb& paper, const ScanVariant& s,
                            std::uint64_t seed) {
  forge::Rng rng{seed};
  imaging::Image image = forms::draw_rgb(page, s.dpi * s.print_scale, {255, 255, 255}).value();
  cv::Mat drawn = as_mat(image);
  cv::Mat sheet(static_cast<int>(std::lround(210 * s.dpi / 25.4)),
                static_cast<int>(std::lround(148 * s.dpi / 25.4)), CV_8UC3, cv::Scalar::all(255));
  const cv::Rect common = cv::Rect(0, 0, drawn.cols, drawn.rows) & cv::Rect(0, 0, sheet.cols, sheet.rows);
  drawn(common).copyTo(sheet(common));
  if (s.photocopy) photocopy(sheet, rng);
  for (int i = 0; i < s.dirt; ++i)
    cv::circle(sheet, {rng.below(sheet.cols), rng.below(sheet.rows)},
               1 + rng.below(static_cast<int>(s.dpi / 50)), cv::Scalar::all(70), -1);
  colour_paper(sheet, paper, s.toner);
  cv::Mat glass = on_glass(sheet, s);
  light_and_noise(glass, s, rng);
  auto scan = imaging::Image::blank(
      glass.cols, glass.rows, s.gray ? imaging::PixelFormat::kGray8 : imaging::PixelFormat::kRgb8, s.dpi);
  cv::Mat out = as_mat(scan);
  if (s.gray)
    cv::cvtColor(glass, out, cv::COLOR_RGB2GRAY);
  else
    glass.copyTo(out);
  const Bytes file = imaging::encode_jpeg(scan.view(), s.jpeg_quality).value();
  imaging::Image result = imaging::decode(file).value();
  result.dpi = s.state_dpi ? s.dpi : 0;
  return result;
}

election::Contest invented_contest(const election::Contest& like, int candidates, bool two_lines,
                                   std::uint64_t seed) {
  const Syllables syllables;
  forge::Rng rng{seed};
  const auto pick = [&](const std::vector<const char*>& from) {
    return std::string{from[static_cast<std::size_t>(rng.below(static_cast<int>(from.size())))]};
  };
  election::Contest contest = like;
  contest.candidates.clear();
  for (int i = 0; i < candidates; ++i) {
    election::Candidate candidate;
    candidate.id = "c" + std::to_string(i + 1);
    candidate.honorific = rng.chance(0.5) ? election::Honorific::kBa : election::Honorific::kOng;
    candidate.family_name = pick(syllables.family);
    if (!rng.chance(0.15)) candidate.middle_name = pick(syllables.middle);
    candidate.given_name = pick(syllables.given);
    candidate.birth_date = "19" + std::to_string(60 + rng.below(40)) + "-0" +
                           std::to_string(1 + rng.below(9)) + "-1" + std::to_string(rng.below(10));
    if (i % 3 == 1) {
      candidate.other_name = rng.chance(0.5) ? "Thượng tọa Minh Tường" : "Amí Lan";
      candidate.other_name_on_own_line =
          two_lines || candidate.full_name().size() > 18 || candidate.other_name->size() > 12;
    } else if (rng.chance(0.15) && candidate.full_name().size() < 13) {
      candidate.print_birth_date = true;
    }
    contest.candidates.push_back(std::move(candidate));
  }
  return contest;
}

}  // namespace kiemphieu::learning::test

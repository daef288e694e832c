#include "tally/reading/print_model.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "tally/reading/learned_reader.h"
#include "tally/reading/page_view.h"

namespace kiemphieu::reading {
namespace {

constexpr int kInkDark = 120;      // of 255: the core of a printed stroke in the reference
constexpr int kPaperLight = 25;    // of 255: surely paper
constexpr int kSolid = 170;        // of 255: no edge pixel
constexpr int kOpenBelow = 40;     // of the grown print: under it a place is the print's paper
constexpr double kSmearMm = 0.26;  // toner spread, blur and half a pixel of misfit: 2 px at 200 dpi
constexpr double kThickSmearMm = 0.40;  // and with letters that copying has thickened: one pixel more
constexpr double kPrintedGrowMm = 1.2;
constexpr double kEdgeMm = 4.0;  // of the paper: shadows and cut edges
constexpr std::size_t kBlockPoints = 160;
constexpr std::size_t kLinePoints = 320;
constexpr std::size_t kWholePoints = 700;
constexpr double kBlockWidthMm = 10, kBlockHeightMm = 6;
constexpr int kBlocksAcross = 5, kBlocksDown = 8;

int px(double mm) { return static_cast<int>(std::lround(mm * kFieldPxPerMm)); }

cv::Rect rect_px(const forms::BoxMm& box) {
  return {px(box.x_mm), px(box.y_mm), std::max(1, px(box.w_mm)), std::max(1, px(box.h_mm))};
}

cv::Mat disc(double radius_mm, double px_per_mm) {
  const int r = std::max(1, static_cast<int>(std::lround(radius_mm * px_per_mm)));
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * r + 1, 2 * r + 1});
}

/// The same pick in every run, so that readings can be replayed bit by bit.
void thin_out(std::vector<Point>& points, std::size_t keep) {
  if (points.size() <= keep) return;
  std::mt19937 random(20260315);
  for (std::size_t i = 0; i < keep; ++i) std::swap(points[i], points[i + random() % (points.size() - i)]);
  points.resize(keep);
}

/// Ink points inside `area` and paper points a little beside them.
PrintBlock block_of(const cv::Mat& darkness, const cv::Rect& area, std::size_t points, double px_per_mm) {
  PrintBlock block;
  block.centre = {(area.x + area.width / 2.0) / px_per_mm, (area.y + area.height / 2.0) / px_per_mm};
  const cv::Mat near_ink = [&] {
    cv::Mat grown, far;
    cv::dilate(darkness(area), grown, disc(0.3, px_per_mm));
    cv::dilate(darkness(area), far, disc(1.0, px_per_mm));
    return cv::Mat((grown < kPaperLight) & (far > kInkDark));
  }();
  for (int y = 0; y < area.height; ++y)
    for (int x = 0; x < area.width; ++x) {
      const Point mm{(area.x + x + 0.5) / px_per_mm, (area.y + y + 0.5) / px_per_mm};
      if (darkness.at<std::uint8_t>(area.y + y, area.x + x) > kInkDark)
        block.ink.push_back(mm);
      else if (near_ink.at<std::uint8_t>(y, x) != 0)
        block.paper.push_back(mm);
    }
  thin_out(block.ink, points);
  thin_out(block.paper, points);
  return block;
}

/// Darkness against the paper's own level, so that a reference learnt from a
/// scan on coloured paper is as good as a rendered one.
cv::Mat darkness_of(const forms::Template& form) {
  const imaging::Image& image = form.reference;
  const cv::Mat gray(image.height_px, image.width_px, CV_8UC1,
                     const_cast<std::uint8_t*>(image.pixels.data()));  // NOLINT
  cv::Mat scaled;
  const double factor = kFieldPxPerMm * 25.4 / form.reference_dpi;
  cv::resize(gray, scaled, {}, factor, factor, factor < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  std::array<int, 256> histogram{};
  for (int y = 0; y < scaled.rows; ++y)
    for (int x = 0; x < scaled.cols; ++x) ++histogram[scaled.at<std::uint8_t>(y, x)];
  int paper = 255;
  for (int seen = 0; paper > 100; --paper)
    if ((seen += histogram[static_cast<std::size_t>(paper)]) > static_cast<int>(scaled.total() / 5)) break;
  cv::Mat darkness(scaled.size(), CV_8UC1);
  for (int y = 0; y < scaled.rows; ++y)
    for (int x = 0; x < scaled.cols; ++x)
      darkness.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(std::clamp(255 - 255 * scaled.at<std::uint8_t>(y, x) / paper, 0, 255));
  return darkness;
}

void normalise(std::vector<float>& profile) {
  std::vector<float> smooth(profile.size());
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const float before = profile[i > 0 ? i - 1 : i], after = profile[std::min(i + 1, profile.size() - 1)];
    smooth[i] = std::sqrt(before + 2 * profile[i] + after);
  }
  float mean = 0;
  for (float v : smooth) mean += v / static_cast<float>(smooth.size());
  for (float& v : smooth) v -= mean;
  profile = std::move(smooth);
}

void prepare_coarse(PrintModel& model) {
  cv::Mat small, light;
  cv::bitwise_not(model.reference, light);
  const cv::Size size(static_cast<int>(std::lround(model.reference.cols / kFieldPxPerMm * kPrintedPxPerMm)),
                      static_cast<int>(std::lround(model.reference.rows / kFieldPxPerMm * kPrintedPxPerMm)));
  cv::resize(light, small, size, 0, 0, cv::INTER_AREA);
  const cv::Mat ink = coarse_ink({small});
  model.rows.assign(static_cast<std::size_t>(size.height / kPrintedPxPerMm) + 1, 0.0F);
  for (int y = 0; y < ink.rows; ++y)
    for (int x = 0; x < ink.cols; ++x) {
      const float v = ink.at<std::uint8_t>(y, x) > 50 ? 1.0F : 0.0F;
      model.rows[static_cast<std::size_t>(y / kPrintedPxPerMm)] += v;
    }
  normalise(model.rows);
  model.whole = block_of(ink, {0, 0, ink.cols, ink.rows}, kWholePoints, kPrintedPxPerMm);
  const auto [left, right] = std::minmax_element(model.whole.ink.begin(), model.whole.ink.end(),
                                                 [](const Point& a, const Point& b) { return a.x < b.x; });
  if (left != model.whole.ink.end()) model.ink_left_mm = left->x, model.ink_right_mm = right->x;
  // A machine mark or a bold bar is too thick to be ink for the black-hat, but it is print.
  const cv::Mat solid = small < 255 - kInkDark;
  cv::dilate((ink > 30) | solid, model.printed, disc(kPrintedGrowMm, kPrintedPxPerMm));
  cv::dilate(solid, model.solid, disc(kPrintedGrowMm, kPrintedPxPerMm));
  const auto area = [](const forms::BoxMm& box) {
    const auto at = [](double mm) { return static_cast<int>(std::lround(mm * kPrintedPxPerMm)); };
    return cv::Rect(at(box.x_mm), at(box.y_mm), at(box.w_mm), at(box.h_mm));
  };
  const cv::Rect page(0, 0, size.width, size.height);
  model.watched = cv::Mat::zeros(size, CV_8UC1);
  const cv::Rect within = area({kEdgeMm, kEdgeMm, model.form.page_width_mm - 2 * kEdgeMm,
                                model.form.page_height_mm - 2 * kEdgeMm}) & page;
  model.watched(within).setTo(255, model.printed(within) == 0);
  for (const forms::BoxMm& ignored : model.form.ignored) model.watched(area(ignored) & page).setTo(0);
}

/// Texture that pins a block in both directions: the weaker of the two gradients.
std::vector<PrintBlock> choose_blocks(const PrintModel& model) {
  cv::Mat usable = model.reference.clone();
  for (const auto& candidate : model.form.candidates)
    for (const auto& line : candidate.lines) {  // names may be struck
      forms::BoxMm wide{line.x_mm - 1, line.y_mm - 1, line.w_mm + 2, line.h_mm + 2};
      usable(rect_px(wide) & cv::Rect(0, 0, usable.cols, usable.rows)).setTo(0);
    }
  cv::Mat gx, gy;
  cv::Sobel(usable, gx, CV_32F, 1, 0);
  cv::Sobel(usable, gy, CV_32F, 0, 1);
  cv::Mat wx, wy;
  const cv::Size window(px(kBlockWidthMm), px(kBlockHeightMm));
  cv::boxFilter(gx.mul(gx), wx, CV_32F, window);
  cv::boxFilter(gy.mul(gy), wy, CV_32F, window);
  const cv::Mat texture = cv::min(wx, wy);
  double best = 0;
  cv::minMaxLoc(texture, nullptr, &best);
  std::vector<PrintBlock> blocks;
  for (int row = 0; row < kBlocksDown; ++row)
    for (int column = 0; column < kBlocksAcross; ++column) {
      const cv::Rect cell(column * usable.cols / kBlocksAcross, row * usable.rows / kBlocksDown,
                          usable.cols / kBlocksAcross, usable.rows / kBlocksDown);
      double strength = 0;
      cv::Point at;
      cv::minMaxLoc(texture(cell), nullptr, &strength, nullptr, &at);
      if (strength < 0.08 * best) continue;
      const cv::Rect area = cv::Rect(cell.x + at.x - window.width / 2, cell.y + at.y - window.height / 2,
                                     window.width, window.height) &
                            cv::Rect(0, 0, usable.cols, usable.rows);
      PrintBlock block = block_of(usable, area, kBlockPoints, kFieldPxPerMm);
      if (block.ink.size() >= 30 && block.paper.size() >= 30) blocks.push_back(std::move(block));
    }
  return blocks;
}

/// Rows of the letters' bodies: those with at least 45 % of the fullest row's
/// ink; marks above capitals and descenders fall outside.
void find_body(LineModel& line) {
  std::vector<int> ink(static_cast<std::size_t>(line.print.rows), 0);
  int fullest = 1;
  for (int y = line.top_px; y < line.bottom_px; ++y) {
    int& n = ink[static_cast<std::size_t>(y)];
    for (int x = line.left_px; x < line.right_px; ++x)
      n += line.print.at<std::uint8_t>(y, x) > kInkDark ? 1 : 0;
    fullest = std::max(fullest, n);
  }
  line.body_top_px = line.top_px;
  line.body_bottom_px = line.bottom_px;
  while (line.body_top_px < line.bottom_px - 1 &&
         20 * ink[static_cast<std::size_t>(line.body_top_px)] < 9 * fullest)
    ++line.body_top_px;
  while (line.body_bottom_px > line.body_top_px + 1 &&
         20 * ink[static_cast<std::size_t>(line.body_bottom_px - 1)] < 9 * fullest)
    --line.body_bottom_px;
}

/// Words are parted by at least 0.9 mm without ink.
void find_words(LineModel& line) {
  const int gap = px(0.9);
  int start = -1, last = -gap;
  for (int x = line.left_px; x < line.right_px; ++x) {
    bool inked = false;
    for (int y = line.top_px; y < line.bottom_px && !inked; ++y)
      inked = line.print.at<std::uint8_t>(y, x) > kInkDark;
    if (!inked) continue;
    if (start < 0) start = x;
    if (last >= 0 && x - last > gap) {
      line.words.emplace_back(start, last + 1);
      start = x;
    }
    last = x;
  }
  if (start >= 0) line.words.emplace_back(start, last + 1);
}

Result<LineModel> line_of(const PrintModel& model, const forms::BoxMm& name) {
  const cv::Rect page(0, 0, model.reference.cols, model.reference.rows);
  LineModel line;
  line.name = name;
  line.field = rect_px({name.x_mm - kFieldMarginXMm, name.y_mm - kFieldMarginYMm,
                        name.w_mm + 2 * kFieldMarginXMm, name.h_mm + 2 * kFieldMarginYMm});
  const cv::Rect& field = line.field;
  if ((field & page) != field)
    return fail(ErrorCode::kTemplateInvalid, "a name line is too near the page's edge");
  line.print = model.reference(field).clone();
  cv::Mat grown;
  cv::dilate(line.print, grown, disc(kSmearMm, kFieldPxPerMm));
  line.open = grown < kOpenBelow;
  cv::dilate(line.print, grown, disc(kThickSmearMm, kFieldPxPerMm));
  line.open_wide = grown < kOpenBelow;
  line.left_px = px(kFieldMarginXMm);
  line.right_px = field.width - px(kFieldMarginXMm);
  line.top_px = px(kFieldMarginYMm);
  line.bottom_px = field.height - px(kFieldMarginYMm);
  find_body(line);
  find_words(line);
  line.print_cells = reference_cells(line);
  for (int y = line.top_px; y < line.bottom_px; ++y)
    for (int x = line.left_px; x < line.right_px; ++x)
      if (line.print.at<std::uint8_t>(y, x) > kSolid) line.solid_px.push_back(y * field.width + x);
  // The block reaches left over "Ông/Bà", which a strike seldom touches.
  const int reach = std::min(px(14), field.x);
  cv::Rect wide(field.x - reach + px(kFieldMarginXMm), px(name.y_mm) - px(0.5),
                field.width + reach - 2 * px(kFieldMarginXMm) + px(1), px(name.h_mm) + px(1));
  line.block = block_of(model.reference, wide & page, kLinePoints, kFieldPxPerMm);
  if (line.words.empty() || line.block.ink.size() < 50 || line.block.paper.size() < 30)
    return fail(ErrorCode::kTemplateInvalid, "a name line has no print in the reference image");
  return line;
}

Result<void> check(const forms::Template& form) {
  const auto& image = form.reference;
  if (image.format != imaging::PixelFormat::kGray8 || image.width_px < 100 || image.height_px < 100 ||
      image.pixels.size() <
          static_cast<std::size_t>(image.width_px) * static_cast<std::size_t>(image.height_px))
    return fail(ErrorCode::kTemplateInvalid, "no gray reference image");
  if (!(form.reference_dpi >= 100 && form.reference_dpi <= 1200))
    return fail(ErrorCode::kTemplateInvalid, fmt::format("reference at {} dpi", form.reference_dpi));
  if (!(form.page_width_mm > 50 && form.page_width_mm < 500 && form.page_height_mm > 50 &&
        form.page_height_mm < 500))
    return fail(ErrorCode::kTemplateInvalid, "page size");
  const double width_mm = image.width_px / form.reference_dpi * 25.4;
  const double height_mm = image.height_px / form.reference_dpi * 25.4;
  if (std::abs(width_mm - form.page_width_mm) > 2 || std::abs(height_mm - form.page_height_mm) > 2)
    return fail(ErrorCode::kTemplateInvalid, "reference image and page differ in size");
  for (const auto& candidate : form.candidates) {
    if (candidate.lines.empty() || candidate.lines.size() > 2)
      return fail(ErrorCode::kTemplateInvalid, "candidate " + candidate.id + " needs one or two lines");
    for (const auto& line : candidate.lines)
      if (!(line.w_mm >= 5 && line.h_mm >= 1.5 && line.x_mm > 0 && line.y_mm > 0 &&
            line.x_mm + line.w_mm < form.page_width_mm && line.y_mm + line.h_mm < form.page_height_mm))
        return fail(ErrorCode::kTemplateInvalid, "name line of candidate " + candidate.id);
  }
  return {};
}

}  // namespace

Result<PrintModel> PrintModel::of(const forms::Template& form) {
  KP_TRY_VOID(check(form));
  PrintModel model;
  model.reference = darkness_of(form);
  model.form = form;
  model.form.reference = {};
  prepare_coarse(model);
  model.blocks = choose_blocks(model);
  if (model.blocks.size() < 6 || model.whole.ink.size() < 100)
    return fail(ErrorCode::kTemplateInvalid, "the reference image has too little print");
  for (const auto& candidate : form.candidates) {
    CandidateModel lines{candidate.id, {}};
    for (const auto& box : candidate.lines) {
      KP_TRY(LineModel line, line_of(model, box));
      lines.lines.push_back(std::move(line));
    }
    model.candidates.push_back(std::move(lines));
  }
  return model;
}

}  // namespace kiemphieu::reading

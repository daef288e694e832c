#include "tally/learning/layout_parts.h"

#include <algorithm>

#include <fmt/format.h>

namespace kiemphieu::learning {
namespace {

constexpr double kHeaderGapMm = 8.0;      // between lines of the header
constexpr double kSealMm = 45.0;          // a polling team's seal is 36 to 40 mm wide
constexpr double kMinSealMm = 25.0;
constexpr double kSealMarginMm = 1.5;
constexpr double kWidestWordMm = 32.0;    // seven letters at 18 pt are 27 mm
constexpr int kColourLevel = 56;          // of 255; JPEG's and a lens's colour fringes stay below
constexpr double kColouredMm2 = 3.0;      // a ballpoint stroke of 8 mm
constexpr double kLabelMm = 6.0;          // letters of a label in the seal's place are lower

std::string place_of(const cv::Rect& box) {
  return fmt::format("at {:.0f}, {:.0f} mm, {:.0f} x {:.0f} mm", box.x / kPxPerMm, box.y / kPxPerMm,
                     box.width / kPxPerMm, box.height / kPxPerMm);
}

Error not_blank(const char* what, const cv::Rect& box) {
  return fail(ErrorCode::kLearnNotBlank, std::string{what} + " " + place_of(box));
}

/// The page inside of its frame.
cv::Rect inside(const PrintLines& print, const cv::Size& page) {
  const int margin = to_px(print.frame ? 1.5 : 3.0);
  const cv::Rect whole = print.frame ? *print.frame : cv::Rect(0, 0, page.width, page.height);
  return {whole.x + margin, whole.y + margin, whole.width - 2 * margin, whole.height - 2 * margin};
}

bool is_frame_side(const PrintLines& print, const cv::Rect& rule) {
  if (!print.frame) return false;
  const cv::Rect& frame = *print.frame;
  const int near = to_px(1.5);
  return rule.br().x < frame.x + near || rule.x > frame.br().x - near || rule.br().y < frame.y + near ||
         rule.y > frame.br().y - near || (rule.width > frame.width * 9 / 10 && rule.height > frame.height * 9 / 10);
}

cv::Rect find_header(const PrintLines& print) {
  cv::Rect header;
  for (const TextLine& line : print.lines) {
    if (!header.empty() && line.box.y > header.br().y + to_px(kHeaderGapMm)) break;
    header = header.empty() ? line.box : header | line.box;
  }
  for (const cv::Rect& rule : print.rules)
    if (!is_frame_side(print, rule) && rule.width > rule.height && rule.y > header.y &&
        rule.y < header.br().y + to_px(kHeaderGapMm))
      header |= rule;
  return header;
}

/// The first line below the header that stands in the page's middle.
int title_top(const PrintLines& print, const cv::Rect& header, std::size_t seats_line, int centre) {
  for (std::size_t i = 0; i < seats_line; ++i) {
    const cv::Rect& box = print.lines[i].box;
    if (box.y > header.br().y + to_px(kHeaderGapMm) && box.width > to_px(20) &&
        std::abs(box.x + box.width / 2 - centre) < to_px(10))
      return box.y;
  }
  return print.lines[seats_line].box.y;
}

double coloured_mm2(const StraightPage& page, const cv::Rect& area) {
  if (page.coloured.empty()) return 0;
  const cv::Rect part = area & cv::Rect(0, 0, page.coloured.cols, page.coloured.rows);
  return part.empty() ? 0 : cv::countNonZero(page.coloured(part) > kColourLevel) / (kPxPerMm * kPxPerMm);
}

/// Strokes through names and anything written among them.
Result<void> check_names_blank(const StraightPage& page, const PrintLines& print, const cv::Rect& names) {
  for (const cv::Rect& rule : print.rules) {
    if (is_frame_side(print, rule) || rule.width < rule.height || (rule & names).empty()) continue;
    for (const TextLine& line : print.lines) {
      const int middle = rule.y + rule.height / 2;
      if (!(rule & line.box).empty() && middle > line.box.y + line.box.height / 8 &&
          middle < line.box.br().y - line.box.height / 8)
        return not_blank("a line through a name", rule);
    }
  }
  for (const cv::Rect& body : print.bodies)
    if (!is_frame_side(print, body) && !(body & names).empty()) return not_blank("something written", body);
  for (const TextLine& line : print.lines)
    if (!(line.box & names).empty() && line.widest_px > to_px(kWidestWordMm))
      return not_blank("letters joined by a stroke", line.box);
  if (const double area = coloured_mm2(page, names); area > kColouredMm2)
    return not_blank(fmt::format("{:.0f} mm2 of coloured ink", area).c_str(), names);
  return {};
}

}  // namespace

Result<LayoutParts> find_parts(const StraightPage& page, const PrintLines& print, std::size_t seats_line) {
  const cv::Rect body = inside(print, page.darkness.size());
  LayoutParts parts;
  parts.header = find_header(print);
  const cv::Rect& seats = print.lines[seats_line].box;
  const int below = seats.br().y + 1;
  KP_TRY_VOID(check_names_blank(page, print, {body.x, below, body.width, body.br().y - below}));

  const int title = title_top(print, parts.header, seats_line, body.x + body.width / 2);
  const int top = parts.header.br().y + to_px(kSealMarginMm);
  const int left = body.x + to_px(print.frame ? kSealMarginMm : 6.0);
  const int height = std::min(to_px(kSealMm), title - to_px(kSealMarginMm) - top);
  parts.seal = cv::Rect(left, top, to_px(kSealMm), height);
  if (height < to_px(kMinSealMm))
    return fail(ErrorCode::kLearnNoBallot, fmt::format("no room for a seal {}", place_of(parts.seal)));
  for (const cv::Rect& drawn : print.bodies)
    if (!is_frame_side(print, drawn) && !(drawn & parts.seal).empty()) return not_blank("a seal or drawing", drawn);
  if (const double area = coloured_mm2(page, parts.seal); area > kColouredMm2)
    return not_blank(fmt::format("{:.0f} mm2 of coloured ink in the seal's place", area).c_str(), parts.seal);
  int label_lines = 0;
  for (const TextLine& line : print.lines) {
    if ((line.box & parts.seal).empty()) continue;
    if (line.box.height > to_px(kLabelMm) || ++label_lines > 3) return not_blank("a seal", line.box);
  }
  parts.seal_labelled = label_lines > 0;
  return parts;
}

}  // namespace kiemphieu::learning

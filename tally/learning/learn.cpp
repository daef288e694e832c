// Each scan is straightened and understood by itself, so that a wrong one is
// named; then all are combined and the combined picture is understood again.
#include "tally/learning/learn.h"

#include <array>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "config/base/check.h"
#include "tally/learning/combine.h"
#include "tally/learning/layout_parts.h"
#include "tally/learning/name_match.h"
#include "tally/learning/straighten.h"
#include "tally/reading/reader.h"

namespace kiemphieu::learning {
namespace {

using election::Contest;
using election::Election;

struct Understood {
  StraightPage page;
  bool upside_down = false;
  PrintLines print;
  MatchedNames names;
  LayoutParts parts;
};

forms::BoxMm to_mm(const cv::Rect& box) {
  return {box.x / kPxPerMm, box.y / kPxPerMm, box.width / kPxPerMm, box.height / kPxPerMm};
}

/// A page the right way up: match, then what stands around the names. Marks make
/// names unlike, so a ballot that is not blank is called so first.
Result<Understood> understand_upright(StraightPage page, PrintLines print, MatchAttempt attempt) {
  if (!attempt.seats_line) return std::move(attempt.names).error();
  KP_TRY(const LayoutParts parts, find_parts(page, print, *attempt.seats_line));
  if (!attempt.names) return std::move(attempt.names).error();
  return Understood{std::move(page), false, std::move(print), *std::move(attempt.names), parts};
}

Result<Understood> understand(const StraightPage& page, const Contest& contest) {
  const StraightPage other = turned(page);
  std::array<PrintLines, 2> prints{find_print(page.darkness), find_print(other.darkness)};
  MatchAttempt attempt = match_names(prints, contest);
  const std::size_t upright = attempt.upright;
  KP_TRY(Understood found, understand_upright(upright == 0 ? page : other, std::move(prints[upright]), std::move(attempt)));
  found.upside_down = upright == 1;
  return found;
}

/// A refusal names the other contest when the print fits that one.
Error refusal(Error error, const StraightPage& page, const Election& election, const Contest& contest) {
  if (error.code != ErrorCode::kLearnLineCount && error.code != ErrorCode::kLearnNamesDiffer &&
      error.code != ErrorCode::kLearnNoBallot)
    return error;
  for (const Contest& other : election.contests)
    if (other.id != contest.id && understand(page, other))
      return fail(ErrorCode::kLearnOtherContest, fmt::format("asked for {}, the print is {}'s", contest.id, other.id));
  return error;
}

/// The tight box of a line's ink from `left_px` of its own box on.
forms::BoxMm name_box(const TextLine& line, int left_px) {
  const cv::Mat name = line.ink.colRange(left_px, line.ink.cols) > 0;
  const cv::Rect tight = cv::boundingRect(name);
  return to_mm({line.box.x + left_px + tight.x, line.box.y + tight.y, tight.width, tight.height});
}

forms::Template template_of(const Understood& found, const Election& election, const Contest& contest) {
  forms::Template form;
  form.contest = contest.id;
  form.election = election.digest;
  form.seats = contest.seats;
  form.page_width_mm = kPageWidthMm;
  form.page_height_mm = kPageHeightMm;
  if (found.print.frame) form.frame = to_mm(*found.print.frame);
  form.seal = to_mm(found.parts.seal);
  for (std::size_t i = 0; i < contest.candidates.size(); ++i) {
    forms::CandidateLines lines;
    lines.id = contest.candidates[i].id;
    lines.row = static_cast<int>(i) + 1;
    lines.name = contest.candidates[i].full_name();
    for (const MatchedLine& line : found.names.candidates[i])
      lines.lines.push_back(name_box(found.print.lines[line.line], line.name_left_px));
    form.candidates.push_back(std::move(lines));
  }
  form.reference_dpi = kPxPerMm * 25.4;
  form.reference = as_reference(found.page, found.print.ink_level);
  return form;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

std::vector<Warning> warnings_of(const Understood& found, std::span<const imaging::Image> scans) {
  std::vector<Warning> warnings;
  if (!found.page.dpi_stated)
    warnings.push_back({"dpi_not_stated", "Ảnh không ghi độ phân giải; kích thước lấy theo mép giấy hoặc khổ A5.",
                        "The scan states no resolution; sizes follow from the paper's edges or from A5."});
  if (!found.page.edges_seen)
    warnings.push_back({"paper_edges_unseen", "Không thấy đủ mép giấy; vị trí trên tờ là ước lượng, không ảnh hưởng việc đọc.",
                        "Not all edges of the paper can be seen; the place on the sheet is estimated, which reading does not need."});
  if (!found.names.alike.empty()) {
    const std::string rows = joined(found.names.alike);
    warnings.push_back({"names_alike", "Tên các dòng " + rows + " quá giống nhau; hãy tự so thứ tự.",
                        "The names in rows " + rows + " are too alike; compare their order by eye."});
  }
  for (const int row : found.names.split_otherwise)
    warnings.push_back({"names_split_otherwise", fmt::format("Dòng {}: tên in trên số dòng khác với tệp định nghĩa.", row),
                        fmt::format("Row {}: printed on another number of lines than the definition says.", row)});
  if (found.parts.seal_labelled)
    warnings.push_back({"seal_labelled", "Chỗ đóng dấu có in chữ.", "Words are printed in the seal's place."});
  for (const imaging::Image& scan : scans)
    if (scan.format == imaging::PixelFormat::kGray8) {
      warnings.push_back({"gray_scan", "Ảnh xám: nét mực màu nhạt không nhận ra được; hãy tự xem phiếu có trắng không.",
                          "Gray scan: light coloured ink cannot be told; see for yourself that the ballot is blank."});
      break;
    }
  return warnings;
}

Result<StraightPage> straighten_one(const imaging::Image& scan, std::size_t index, std::size_t count) {
  auto page = straighten(scan.view());
  if (!page && count > 1) return std::move(page).error().with_context(fmt::format("scan {} of {}", index + 1, count));
  return page;
}

}  // namespace

Result<Learned> learn_template(const Election& election, const Contest& contest,
                               std::span<const imaging::Image> scans) {
  KP_CHECK(!scans.empty() && scans.size() <= kMaxScans);
  Learned learned;
  std::vector<Understood> all;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    KP_TRY(const StraightPage page, straighten_one(scans[i], i, scans.size()));
    auto found = understand(page, contest);
    if (!found) {
      Error error = refusal(std::move(found).error(), page, election, contest);
      if (scans.size() == 1) return error;
      return std::move(error).with_context(fmt::format("scan {} of {}", i + 1, scans.size()));
    }
    learned.scans.push_back({page.dpi, page.skew_deg, found->upside_down});
    all.push_back(*std::move(found));
  }
  Understood found = std::move(all[0]);
  if (all.size() > 1) {
    std::vector<StraightPage> pages{found.page};
    for (std::size_t i = 1; i < all.size(); ++i) pages.push_back(std::move(all[i].page));
    KP_TRY(StraightPage together, combine(pages, template_of(found, election, contest)));
    const bool upside_down = found.upside_down;
    KP_TRY(found, understand(together, contest));
    found.upside_down = upside_down;
  }
  learned.form = template_of(found, election, contest);
  if (auto usable = reading::Reader::create({learned.form}); !usable) return std::move(usable).error();
  learned.header = to_mm(found.parts.header);
  learned.seats_line = to_mm(found.print.lines[found.names.seats_line].box);
  learned.face = found.names.face;
  learned.likeness = found.names.likeness;
  learned.warnings = warnings_of(found, scans);
  return learned;
}

}  // namespace kiemphieu::learning

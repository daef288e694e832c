// Tested by tests/unit/config/qr: what is printed is photographed and read.
#include "tally/forms/code_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/base/check.h"
#include "tally/forms/draw.h"

namespace kiemphieu::forms {
namespace {

using election::Election;
using election::Station;

constexpr double kWidthMm = 210, kHeightMm = 297, kMarginMm = 18;
constexpr double kTextWidthMm = kWidthMm - 2 * kMarginMm;
constexpr double kMmPerPoint = 25.4 / 72.0;
// Two columns and two rows; between codes three times the quiet zone, so that one picture of
// one code has no other in it.
constexpr double kColumnsMm[] = {18, 116}, kRowsMm[] = {107, 196};

class Writer {
 public:
  explicit Writer(Page& page) : page_(&page) {}
  void line(const std::string& text, TextStyle style, double baseline_mm) {
    page_->texts.push_back({text, style, Align::kLeft, kMarginMm, baseline_mm, kTextWidthMm});
  }
  void line(const std::string& text, TextStyle style, Align align, double x_mm, double baseline_mm) {
    page_->texts.push_back({text, style, align, x_mm, baseline_mm, kTextWidthMm});
  }

 private:
  Page* page_;
};

/// A long title in smaller type rather than none at all; what still does not fit says so when drawn.
TextStyle fitting(const std::string& text, TextStyle style) {
  for (; style.size_pt > 6; style.size_pt -= 0.5) {
    const auto width = advance_mm(text, style);
    if (!width || *width <= kTextWidthMm) break;
  }
  return style;
}

std::string printed_date(const std::string& date) {
  return date.size() == 10 ? date.substr(8, 2) + "/" + date.substr(5, 2) + "/" + date.substr(0, 4) : date;
}

void add_head(Writer& writer, const Election& election, const Station& station, const CodeSheet& sheet) {
  writer.line("MÃ KẾT QUẢ KIỂM PHIẾU", {Face::kSans, 19, true}, 22);
  writer.line(fmt::format("Khu vực bỏ phiếu số {}, {}, {}. Ngày bầu cử {}.", station.number, station.commune, station.province,
                          printed_date(election.date)),
              {Face::kSans, 11, true}, 30);
  double baseline = 36;
  const auto contests = static_cast<double>(station.contests.size());
  const double pitch = std::min(4.8, 20 / std::max(1.0, contests));  // the codes' places stay
  for (const auto& row : station.contests) {
    const std::string text = "– " + election.find_contest(row.contest)->title_vi;
    writer.line(text, fitting(text, {Face::kSans, std::min(9.5, pitch / kMmPerPoint * 0.8)}), baseline);
    baseline += pitch;
  }
  writer.line("Để làm gì: đưa kết quả đến Ủy ban bầu cử khi không có mạng. Tờ này không thay biên bản kiểm phiếu.",
              {Face::kSans, 9.5, true}, 60);
  const std::string how[] = {
      fmt::format("1. Dùng điện thoại chụp đủ {} mã: thẳng, đủ sáng, thấy cả viền trắng quanh mã. Một ảnh có thể có nhiều mã.",
                  sheet.texts.size()),
      "2. Gửi ảnh cho Ủy ban bầu cử bằng bất cứ ứng dụng nào; gửi dòng chữ KIEMPHIEU1… mà điện thoại đọc được cũng được.",
      "3. Thứ tự nào cũng được, gửi lặp lại cũng không sao. Ủy ban bầu cử báo còn thiếu mã nào thì chụp lại mã đó.",
      "4. Trong mã chỉ có số liệu của cả chồng, không có phiếu nào. Máy đã ký số: sửa một chữ là Ủy ban bầu cử thấy ngay."};
  baseline = 67;
  for (const std::string& text : how) {
    writer.line(text, fitting(text, {Face::kSans, 9}), baseline);
    baseline += 5.4;
  }
  writer.line(fmt::format("Gồm {} bản ghi, đến bản ghi số {}. Mã định nghĩa cuộc bầu cử: {}.", sheet.records, sheet.last_sequence,
                          election.digest.short_hex()),
              {Face::kSans, 9}, 91);
}

}  // namespace

std::vector<Page> code_pages(const Election& election, const Station& station, const CodeSheet& sheet) {
  KP_CHECK(!sheet.texts.empty());
  const std::size_t pages = (sheet.texts.size() + kCodesPerPage - 1) / kCodesPerPage;
  std::vector<Page> all;
  for (std::size_t number = 0; number < pages; ++number) {
    Page page;
    page.width_mm = kWidthMm;
    page.height_mm = kHeightMm;
    Writer writer{page};
    add_head(writer, election, station, sheet);
    for (std::size_t i = number * kCodesPerPage; i < std::min(sheet.texts.size(), (number + 1) * kCodesPerPage); ++i) {
      const double x = kColumnsMm[i % 2], y = kRowsMm[i / 2 % 2];
      page.codes.push_back({{x, y, kCodeSideMm, kCodeSideMm}, sheet.texts[i], QrMode::kAlphanumeric});
      writer.line(fmt::format("Mã {}/{}", i + 1, sheet.texts.size()), {Face::kSans, 13, true}, Align::kLeft, x, y - 5);
    }
    writer.line(fmt::format("trang {}/{}", number + 1, pages), {Face::kSans, 9}, Align::kRight, kWidthMm - kMarginMm, 284);
    all.push_back(std::move(page));
  }
  return all;
}

Result<Bytes> print_codes(const Election& election, const Station& station, const CodeSheet& sheet) {
  const auto pages = code_pages(election, station, sheet);
  return draw_pdf(pages, "Mã kết quả kiểm phiếu: khu vực bỏ phiếu số " + station.number + ", " + station.commune, election.date);
}

}  // namespace kiemphieu::forms

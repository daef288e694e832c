// Any bytes as a scanned page: decoded and read against a small ballot. Whatever
// comes of it, the reading is a whole one and nothing is accepted by accident.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/base/check.h"
#include "config/imaging/codec.h"
#include "tally/forms/draw.h"
#include "tally/reading/reader.h"

namespace {

using namespace kiemphieu;

/// A7, so that one run is short; the same two names as on the seeds of tests/fuzz/corpus/fuzz_read.
forms::Page small_ballot() {
  forms::Page page;
  page.width_mm = 74, page.height_mm = 105;
  page.outlines.push_back({{4, 4, 66, 97}, 0.3});
  const auto write = [&](const char* text, double x_mm, double y_mm, double size_pt) {
    forms::Text line;
    line.text = text, line.x_mm = x_mm, line.baseline_mm = y_mm, line.max_width_mm = 66;
    line.style.size_pt = size_pt;
    page.texts.push_back(line);
  };
  write("Nguyễn Văn An", 17, 70, 13);
  write("Hoàng Thị Bích", 17, 80, 13);
  write("Đơn vị bầu cử số: 1", 7, 10, 8);
  write("PHIẾU BẦU CỬ", 20, 46, 12);
  write("ĐẠI BIỂU HỘI ĐỒNG NHÂN DÂN XÃ", 10, 53, 9);
  write("Được bầu 1 đại biểu", 20, 60, 9);
  write("Ông", 7, 70, 11);
  write("Bà", 7, 80, 11);
  return page;
}

reading::Reader small_reader() {
  const forms::Page page = small_ballot();
  const auto boxes = forms::measure_ink(page);
  KP_CHECK(boxes.has_value());
  forms::Template form;
  form.contest = "small", form.seats = 1;
  form.page_width_mm = page.width_mm, form.page_height_mm = page.height_mm;
  form.frame = page.outlines.front().box, form.seal = forms::BoxMm{7, 13, 26, 26};
  for (int i = 0; i < 2; ++i)
    form.candidates.push_back({i == 0 ? "c1" : "c2", i + 1, page.texts[static_cast<std::size_t>(i)].text,
                               {(*boxes)[static_cast<std::size_t>(i)]}});
  auto reference = forms::draw_gray(page, form.reference_dpi);
  KP_CHECK(reference.has_value());
  form.reference = *std::move(reference);
  auto reader = reading::Reader::create({form});
  KP_CHECK(reader.has_value());
  return *std::move(reader);
}

}  // namespace

/// fontconfig keeps what it read of the fonts for ever.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's own name
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const reading::Reader reader = small_reader();
  imaging::DecodeLimits limits;
  limits.max_pixels = 700'000;  // keeps one run short
  const auto image = imaging::decode(ByteView{data, size}, 0, limits);
  if (!image) return 0;
  const reading::SheetReading sheet = reader.read(image->view());
  const bool ballot = sheet.form == reading::Form::kBallot;
  KP_CHECK(sheet.candidates.size() == (ballot ? 2U : 0U));
  KP_CHECK(ballot || sheet.form != reading::Form::kUnknown || !sheet.findings.empty());
  for (const auto& candidate : sheet.candidates) KP_CHECK(candidate.score >= 0 && candidate.score <= 1);
  return 0;
}

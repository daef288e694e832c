#pragma once
/// One page's reading as the line that `kiemphieu read --json` prints. The keys
/// are a contract (docs/formats/read.md).

#include <cstdint>
#include <string>

#include "tally/counting/interpret.h"
#include "tally/counting/tally_sheet.h"

namespace kiemphieu::cli {

struct PageResult {
  std::string file;
  int page = 1;
  reading::SheetReading reading;
  counting::Interpretation interpretation;
  counting::TallySheet tally_sheet;  ///< in place of the interpretation when the reading is of one
  std::int64_t decode_us = 0;
  std::string error_id;  ///< set when the page could not be decoded
};

std::string to_json_line(const PageResult& result);
/// For people: "a.png, trang 1: phiếu qh-1, hợp lệ, bầu 2 người"; a tally sheet takes a
/// line for each figure.
std::string to_text_line(const PageResult& result, const election::Election& election);

}  // namespace kiemphieu::cli

/// Prints docs/errors.md from the table of error codes.
#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "config/base/error.h"

namespace {

std::string_view fate_word(kiemphieu::SheetFate fate) {
  switch (fate) {
    case kiemphieu::SheetFate::kNoSheet: return "no sheet concerned";
    case kiemphieu::SheetFate::kNotCounted: return "not counted";
    case kiemphieu::SheetFate::kCounted: return "counted";
    case kiemphieu::SheetFate::kSeeCounter: return "compare the counter";
  }
  return "";
}

constexpr const char* kHead =
    "# Error codes\n"
    "\n"
    "Printed from `config/base/errors/*.def` by `scripts/update-docs`; a test compares the two.\n"
    "A code never changes its meaning and is never used again for another one: logs, HTTP answers\n"
    "and exit messages refer to it. The operator reads what happened, what became of the sheet in\n"
    "hand, and what to do, in that order.\n"
    "\n"
    "| Code | Vietnamese | English | The sheet in hand |\n"
    "| --- | --- | --- | --- |\n";

}  // namespace

int main() {
  std::fputs(kHead, stdout);
  for (const kiemphieu::ErrorInfo& row : kiemphieu::all_errors()) {
    fmt::print("| `{}` | {} {} | {} {} | {} |\n", row.id, row.vi_what, row.vi_do, row.en_what, row.en_do,
               fate_word(row.fate));
  }
  return 0;
}

#include "firmware-host/station/ask_for_code.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "config/storage/files.h"

namespace kiemphieu::station {
namespace {

constexpr std::size_t kMaxCodeBytes = 4096;

}  // namespace

Result<std::string> ask_for_code(const std::filesystem::path& file) {
  std::string line;
  if (!file.empty()) {
    KP_TRY(const Bytes bytes, storage::read_file(file, kMaxCodeBytes));
    const std::string_view text = as_text(bytes);
    line = text.substr(0, text.find('\n'));
  } else {
    if (::isatty(STDIN_FILENO) != 0)
      std::fputs("Mã tiếp quản trong phong bì của Tổ trưởng (take-over code from the head's envelope): ", stderr);
    std::getline(std::cin, line);
  }
  if (line.empty()) return fail(ErrorCode::kCodeWrong, "no code was given");
  return line;
}

}  // namespace kiemphieu::station

#pragma once
/// The take-over code, from a file or from whoever sits at the machine.

#include <filesystem>
#include <string>

#include "config/base/result.h"

namespace kiemphieu::station {

/// The first line of `file`; of standard input when `file` is empty, asked for in
/// words when a person sits there. Errors: kCodeWrong when there is none, file codes.
Result<std::string> ask_for_code(const std::filesystem::path& file);

}  // namespace kiemphieu::station

#pragma once
/// The program's version, as journals and --version state it.

#include <string_view>

namespace kiemphieu::station {

inline constexpr std::string_view kVersion = "kiemphieu 0.1.0";

}  // namespace kiemphieu::station

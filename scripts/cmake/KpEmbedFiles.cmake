# Run by kp_embed: writes FOLDER/NAMESPACE_assets.{h,cpp} from FILES (separated by |).
# With NAME and TEXT_FILE, by kp_embed_text: writes FOLDER/NAME.{h,cpp}.
if(TEXT_FILE)
  file(READ "${TEXT_FILE}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  file(WRITE "${FOLDER}/${NAME}.h" "// Written by kp_embed_text.
#pragma once
#include <string_view>
namespace kiemphieu::${NAMESPACE} {
std::string_view ${NAME}();
}
")
  file(WRITE "${FOLDER}/${NAME}.cpp" "// Written by kp_embed_text.
#include \"${NAME}.h\"
namespace kiemphieu::${NAMESPACE} {
namespace {
constexpr unsigned char kText[] = {${bytes}0};
}
std::string_view ${NAME}() { return {reinterpret_cast<const char*>(kText), sizeof kText - 1}; }
}
")
  return()
endif()
string(REPLACE "|" ";" FILES "${FILES}")
set(arrays "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", text(kFile${number}, sizeof kFile${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${FOLDER}/${NAMESPACE}_assets.h" "// Written by kp_embed.
#pragma once
#include <span>
#include \"sync/http/asset.h\"
namespace kiemphieu::${NAMESPACE} {
std::span<const http::Asset> assets();
}
")
file(WRITE "${FOLDER}/${NAMESPACE}_assets.cpp" "// Written by kp_embed.
#include \"${NAMESPACE}_assets.h\"
namespace kiemphieu::${NAMESPACE} {
namespace {
${arrays}
std::string_view text(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size - 1};
}
}
std::span<const http::Asset> assets() {
  static const http::Asset kAssets[] = {
${rows}  };
  return kAssets;
}
}
")

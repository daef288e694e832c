#include "config/base/text.h"

#include <array>
#include <cstdint>
#include <optional>

namespace kiemphieu {
namespace {

/// Decodes one code point at `i` and moves `i` past it; nullopt on malformed input.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& i) {
  const auto byte = [&](std::size_t k) { return static_cast<std::uint8_t>(text[k]); };
  const std::uint8_t lead = byte(i);
  const std::size_t length = lead < 0x80 ? 1 : (lead >> 5U) == 6 ? 2 : (lead >> 4U) == 14 ? 3 : (lead >> 3U) == 30 ? 4 : 0;
  if (length == 0 || i + length > text.size()) return std::nullopt;
  char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0U) != 0x80U) return std::nullopt;
    value = (value << 6U) | (byte(i + k) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return std::nullopt;
  i += length;
  return value;
}

/// The 29 letters' vowels with their six tones, each row one base letter in
/// alphabet order of the tones: none, huyền, hỏi, ngã, sắc, nặng.
struct VowelRow {
  std::string_view base;  ///< sort position of the letter, two bytes
  std::u32string_view lower, upper;
};
constexpr std::array<VowelRow, 12> kVowels = {{
    {"a0", U"aàảãáạ", U"AÀẢÃÁẠ"}, {"a1", U"ăằẳẵắặ", U"ĂẰẲẴẮẶ"}, {"a2", U"âầẩẫấậ", U"ÂẦẨẪẤẬ"},
    {"e0", U"eèẻẽéẹ", U"EÈẺẼÉẸ"}, {"e1", U"êềểễếệ", U"ÊỀỂỄẾỆ"}, {"i0", U"iìỉĩíị", U"IÌỈĨÍỊ"},
    {"o0", U"oòỏõóọ", U"OÒỎÕÓỌ"}, {"o1", U"ôồổỗốộ", U"ÔỒỔỖỐỘ"}, {"o2", U"ơờởỡớợ", U"ƠỜỞỠỚỢ"},
    {"u0", U"uùủũúụ", U"UÙỦŨÚỤ"}, {"u1", U"ưừửữứự", U"ƯỪỬỮỨỰ"}, {"y0", U"yỳỷỹýỵ", U"YỲỶỸÝỴ"},
}};

/// Appends the letter to `letters` and its tone (0 to 5) to `tones`.
void append_letter(char32_t c, std::string& letters, std::string& tones) {
  for (const VowelRow& row : kVowels) {
    std::size_t tone = row.lower.find(c);
    if (tone == std::u32string_view::npos) tone = row.upper.find(c);
    if (tone == std::u32string_view::npos) continue;
    letters += row.base;
    tones.push_back(static_cast<char>('0' + tone));
    return;
  }
  if (c == U'đ' || c == U'Đ') {
    letters += "d1";
  } else if (c == U' ') {
    letters += "  ";
  } else if (c < 0x80) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
    letters.push_back(lower);
    letters.push_back('0');
  } else {
    letters += "~~";
  }
  tones.push_back('0');
}

}  // namespace

bool is_clean_utf8(std::string_view text, std::string_view allowed_controls) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const auto c = next_code_point(text, i);
    if (!c) return false;
    const bool control = *c < 0x20 || (*c >= 0x7F && *c < 0xA0);
    if (control && allowed_controls.find(text[start]) == std::string_view::npos) return false;
  }
  return true;
}

std::string vietnamese_sort_key(std::string_view text) {
  std::string letters;
  std::string tones;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = next_code_point(text, i);
    if (!c) break;
    append_letter(*c, letters, tones);
  }
  // Letters decide first, tones only between words of the same letters.
  return letters + '\x01' + tones;
}

}  // namespace kiemphieu

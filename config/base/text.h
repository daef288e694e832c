#pragma once
/// UTF-8 text from outside, and the Vietnamese alphabet.

#include <string>
#include <string_view>

namespace kiemphieu {

/// True when `text` is well-formed UTF-8 (no overlong forms, no surrogates)
/// without control characters other than those in `allowed_controls`.
bool is_clean_utf8(std::string_view text, std::string_view allowed_controls = "");

/// Sort key of a Vietnamese syllable or name in the order of the Vietnamese
/// alphabet (a ă â b c d đ e ê … y; then the tones: none, huyền, hỏi, ngã, sắc,
/// nặng), so that keys compare bytewise. Input is NFC UTF-8, any case.
std::string vietnamese_sort_key(std::string_view text);

}  // namespace kiemphieu

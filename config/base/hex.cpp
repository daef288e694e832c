#include "config/base/hex.h"

#include <array>

namespace kiemphieu {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t b : bytes) {
    text.push_back(kHexDigits[b >> 4U]);
    text.push_back(kHexDigits[b & 15U]);
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorCode::kBadHex, "odd number of digits");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return fail(ErrorCode::kBadHex, "digit " + std::to_string(i));
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t b1 = left > 1 ? bytes[i + 1] : 0U;
    const std::uint32_t b2 = left > 2 ? bytes[i + 2] : 0U;
    const std::uint32_t word = (std::uint32_t{bytes[i]} << 16U) | (b1 << 8U) | b2;
    text.push_back(kBase64[(word >> 18U) & 63U]);
    text.push_back(kBase64[(word >> 12U) & 63U]);
    text.push_back(left > 1 ? kBase64[(word >> 6U) & 63U] : '=');
    text.push_back(left > 2 ? kBase64[word & 63U] : '=');
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return fail(ErrorCode::kBadHex, "base64 length");
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t word = 0;
    std::size_t padding = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char c = text[i + k];
      const std::size_t value = kBase64.find(c);
      const bool pad = c == '=' && i + 4 == text.size() && k >= 2;
      if (pad) ++padding;
      if ((!pad && value == std::string_view::npos) || (!pad && padding > 0))
        return fail(ErrorCode::kBadHex, "base64 character " + std::to_string(i + k));
      word = (word << 6U) | (pad ? 0U : static_cast<std::uint32_t>(value));
    }
    for (std::size_t k = 0; k < 3 - padding; ++k)
      bytes.push_back(static_cast<std::uint8_t>((word >> (16U - 8U * k)) & 255U));
  }
  return bytes;
}

}  // namespace kiemphieu

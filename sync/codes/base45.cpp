#include "sync/codes/base45.h"

#include "config/base/check.h"

namespace kiemphieu::codes {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr unsigned kBase = 45;
constexpr unsigned kMaxThird = 32, kMaxSecondOfTwo = 5;  // of 65,535 and of 255
constexpr char kFirstBlank = 'X', kSecondBlank = 'Y', kBothBlank = 'Z';

std::optional<unsigned> digit(char c) {
  const std::size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? std::nullopt : std::optional<unsigned>(static_cast<unsigned>(at));
}

/// The group's number, least digit first, as the RFC writes it.
std::optional<unsigned> number(std::string_view group) {
  unsigned value = 0, weight = 1;
  for (const char c : group) {
    const auto d = digit(c);
    if (!d) return std::nullopt;
    value += *d * weight;
    weight *= kBase;
  }
  return value;
}

void spell_without(char* group, std::size_t size) {
  char& last = group[size - 1];
  const bool first = group[0] == ' ', second = size == 3 && group[1] == ' ';
  if (!first && !second) return;
  group[first ? 0 : 1] = last;
  if (first && second) group[1] = '0';
  last = first && second ? kBothBlank : first ? kFirstBlank : kSecondBlank;
}

/// False: no blank was there to be spelt so.
bool spell_with(char* group, std::size_t size) {
  if (group[0] == ' ' || group[1] == ' ') return false;
  char& last = group[size - 1];
  const auto limit = size == 3 ? kMaxThird : kMaxSecondOfTwo;
  if (const auto value = digit(last); value && *value <= limit) return true;
  const bool both = size == 3 && last == kBothBlank, second = size == 3 && last == kSecondBlank;
  if (!both && !second && last != kFirstBlank) return false;
  if (both && group[1] != '0') return false;
  char& place = group[second ? 1 : 0];
  const auto value = digit(place);
  if (!value || *value > limit) return false;
  last = place;
  place = ' ';
  if (both) group[1] = ' ';
  return true;
}

}  // namespace

std::string to_base45(ByteView bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const bool pair = i + 1 < bytes.size();
    unsigned value = pair ? bytes[i] * 256U + bytes[i + 1] : bytes[i];
    for (int k = 0; k < (pair ? 3 : 2); ++k, value /= kBase) text += kAlphabet[value % kBase];
  }
  return text;
}

std::optional<Bytes> from_base45(std::string_view text) {
  if (text.size() % 3 == 1) return std::nullopt;
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const std::string_view group = text.substr(i, 3);
    const auto value = number(group);
    if (!value || *value > (group.size() == 3 ? 0xFFFFU : 0xFFU)) return std::nullopt;
    if (group.size() == 3) bytes.push_back(static_cast<std::uint8_t>(*value >> 8U));
    bytes.push_back(static_cast<std::uint8_t>(*value & 0xFFU));
  }
  return bytes;
}

std::string without_blanks(std::string text) {
  KP_CHECK(text.size() % 3 != 1);
  for (std::size_t i = 0; i < text.size(); i += 3) spell_without(&text[i], std::min<std::size_t>(3, text.size() - i));
  return text;
}

std::optional<std::string> with_blanks(std::string text) {
  if (text.size() % 3 == 1) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 3)
    if (!spell_with(&text[i], std::min<std::size_t>(3, text.size() - i))) return std::nullopt;
  return text;
}

}  // namespace kiemphieu::codes

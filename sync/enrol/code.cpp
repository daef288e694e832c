#include "sync/enrol/code.h"

#include <algorithm>
#include <optional>

#include "config/crypto/signing.h"

namespace kiemphieu::enrol {
namespace {

/// Crockford's base 32: no letter looks like a digit.
constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroup = 5;
constexpr std::size_t kData = kAuthorityLetters + kSecretLetters;
static_assert(kData + 2 == kCodeLetters && kCodeLetters <= 31 && kCodeLetters % kGroup == 0);

using Values = std::array<std::uint8_t, kCodeLetters>;

/// GF(32) with x^5 + x^2 + 1; the powers of its element 2, twice around.
constexpr std::array<std::uint8_t, 62> kPowers = [] {
  std::array<std::uint8_t, 62> powers{};
  unsigned value = 1;
  for (auto& power : powers) {
    power = static_cast<std::uint8_t>(value);
    value <<= 1U;
    if ((value & 32U) != 0) value ^= 0b100101U;
  }
  return powers;
}();

std::size_t logarithm(std::uint8_t value) {
  return static_cast<std::size_t>(std::ranges::find(kPowers, value) - kPowers.begin());
}

/// Two sums over all characters, each nought in a code without a slip.
struct Sums {
  std::uint8_t first = 0, second = 0;
  bool good() const { return first == 0 && second == 0; }
};
Sums sums_of(const Values& values) {
  Sums sums;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) continue;
    const std::size_t power = logarithm(values[i]);
    sums.first ^= kPowers[(power + i) % 31];
    sums.second ^= kPowers[(power + 2 * i) % 31];
  }
  return sums;
}

/// Where a single wrong character must stand.
std::optional<std::size_t> place_of_slip(const Sums& sums) {
  if (sums.first == 0 || sums.second == 0) return std::nullopt;
  const std::size_t place = (31 + logarithm(sums.second) - logarithm(sums.first)) % 31;
  if (place >= kCodeLetters) return std::nullopt;
  return place;
}

void complete(Values& values) {
  for (unsigned pair = 0; pair < 1024; ++pair) {
    values[kData] = static_cast<std::uint8_t>(pair & 31U);
    values[kData + 1] = static_cast<std::uint8_t>(pair >> 5U);
    if (sums_of(values).good()) return;
  }
  KP_CHECK(false);  // two equations, two unknowns, and their determinant is not nought
}

std::uint8_t five_bits(ByteView bytes, std::size_t index) {
  unsigned value = 0;
  for (std::size_t bit = 5 * index; bit < 5 * index + 5; ++bit) value = (value << 1U) | ((unsigned{bytes[bit / 8]} >> (7 - bit % 8)) & 1U);
  return static_cast<std::uint8_t>(value);
}

char as_meant(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

Error mistyped(std::string why) { return fail(ErrorCode::kEnrolCodeMistyped, std::move(why)); }
std::string group_of(std::size_t place) { return std::to_string(place / kGroup + 1); }

}  // namespace

Code Code::make(const Digest& authority) {
  Code code;
  const Bytes secret = crypto::random_bytes((kSecretLetters * 5 + 7) / 8);
  for (std::size_t i = 0; i < kAuthorityLetters; ++i) code.values_[i] = five_bits(authority.view(), i);
  for (std::size_t i = 0; i < kSecretLetters; ++i) code.values_[kAuthorityLetters + i] = five_bits(secret, i);
  complete(code.values_);
  return code;
}

Result<Code> Code::parse(std::string_view text) {
  Code code;
  std::size_t count = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    const std::size_t value = kLetters.find(as_meant(c));
    if (value == std::string_view::npos) return mistyped("group " + group_of(count) + " has a character that no code has");
    if (count == kCodeLetters) return mistyped("more than " + std::to_string(kCodeLetters) + " characters");
    code.values_[count++] = static_cast<std::uint8_t>(value);
  }
  if (count < kCodeLetters) return mistyped(std::to_string(count) + " of " + std::to_string(kCodeLetters) + " characters");
  const Sums sums = sums_of(code.values_);
  if (sums.good()) return code;
  const auto place = place_of_slip(sums);
  return mistyped(place ? "look at group " + group_of(*place) + " first" : "more than one character is wrong");
}

bool Code::is_of(const Digest& authority) const {
  for (std::size_t i = 0; i < kAuthorityLetters; ++i)
    if (values_[i] != five_bits(authority.view(), i)) return false;
  return true;
}

std::string Code::text() const {
  std::string text;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (i > 0 && i % kGroup == 0) text += '-';
    text += kLetters[values_[i]];
  }
  return text;
}

std::string Code::letters() const {
  std::string letters;
  for (const std::uint8_t value : values_) letters += kLetters[value];
  return letters;
}

}  // namespace kiemphieu::enrol

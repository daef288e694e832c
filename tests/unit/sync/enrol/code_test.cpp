#include "sync/enrol/code.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace kiemphieu;
using enrol::Code;

namespace {

constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

Digest authority(std::uint8_t last) {
  Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) digest.bytes[i] = static_cast<std::uint8_t>(37 * i + 11);
  digest.bytes[9] = last;
  return digest;
}

}  // namespace

TEST_CASE("a code comes back however a person types it") {
  const Code code = Code::make(authority(1));
  const std::string text = code.text();
  CHECK(text.size() == 35);
  std::string small, looks_alike;
  for (const char c : text) {
    small += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    looks_alike += c == '0' ? 'O' : c == '1' ? 'l' : c;
  }
  for (const std::string& typed : {text, small, looks_alike, code.letters(), "  " + text + " "}) {
    CAPTURE(typed);
    const auto read = Code::parse(typed);
    REQUIRE_MESSAGE(read.has_value(), read.error().log_line());
    CHECK(*read == code);
  }
}

TEST_CASE("every single slip is caught and its group named") {
  const std::string letters = Code::make(authority(1)).letters();
  for (std::size_t place = 0; place < letters.size(); ++place) {
    for (const char c : kLetters) {
      if (c == letters[place]) continue;
      std::string typed = letters;
      typed[place] = c;
      CAPTURE(typed);
      const auto read = Code::parse(typed);
      REQUIRE(!read.has_value());
      CHECK(read.error().code == ErrorCode::kEnrolCodeMistyped);
      CHECK(read.error().evidence == "look at group " + std::to_string(place / 5 + 1) + " first");
    }
  }
}

TEST_CASE("two characters that changed places, and any two wrong ones, are caught") {
  const std::string letters = Code::make(authority(1)).letters();
  for (std::size_t i = 0; i < letters.size(); ++i) {
    for (std::size_t j = i + 1; j < letters.size(); ++j) {
      std::string typed = letters;
      std::swap(typed[i], typed[j]);
      if (typed != letters) CHECK(!Code::parse(typed).has_value());
      typed = letters;
      typed[i] = kLetters[(kLetters.find(typed[i]) + 1) % 32];
      typed[j] = kLetters[(kLetters.find(typed[j]) + 7) % 32];
      CHECK(!Code::parse(typed).has_value());
    }
  }
}

TEST_CASE("what is too short, too long or has a character of no code is said so") {
  const std::string letters = Code::make(authority(1)).letters();
  CHECK(Code::parse("").error().evidence == "0 of 30 characters");
  CHECK(Code::parse(letters.substr(0, 29)).error().evidence == "29 of 30 characters");
  CHECK(Code::parse(letters + "7").error().evidence == "more than 30 characters");
  CHECK(Code::parse(letters.substr(0, 12) + "U" + letters.substr(13)).error().evidence == "group 3 has a character that no code has");
  CHECK(Code::parse("\xc4\x90").error().code == ErrorCode::kEnrolCodeMistyped);
}

TEST_CASE("a code knows its committee by 80 bits, and no two codes are alike") {
  const Code code = Code::make(authority(1));
  CHECK(code.is_of(authority(1)));
  CHECK(!code.is_of(authority(0)));  // the last of the 80 bits
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) seen.insert(Code::make(authority(1)).letters());
  CHECK(seen.size() == 500);
}

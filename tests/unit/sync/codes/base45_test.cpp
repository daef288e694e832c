#include "sync/codes/base45.h"

#include <doctest/doctest.h>

#include <random>

using namespace kiemphieu;

namespace {

Bytes bytes_of(std::string_view text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }

}  // namespace

TEST_CASE("the worked examples of RFC 9285 come out, both ways") {
  const std::pair<const char*, const char*> examples[] = {
      {"AB", "BB8"}, {"Hello!!", "%69 VD92EX0"}, {"base-45", "UJCLQE7W581"}, {"ietf!", "QED8WEX0"}, {"", ""}};
  for (const auto& [plain, text] : examples) {
    CAPTURE(plain);
    CHECK(codes::to_base45(bytes_of(plain)) == text);
    CHECK(codes::from_base45(text) == bytes_of(plain));
  }
}

TEST_CASE("what RFC 9285 forbids is refused") {
  for (const char* text : {"A", "BB8A", "GGW", ":::", "::", "5:0 ", "bb8", "BB_", "B\n8"}) {
    CAPTURE(text);
    CHECK_FALSE(codes::from_base45(text));
  }
  CHECK(codes::from_base45("FGW") == Bytes{0xFF, 0xFF});  // the RFC's own limit, one below "GGW"
}

TEST_CASE("every pair of bytes has a spelling without blanks, as long, and comes back") {
  for (unsigned value = 0; value <= 0xFFFF; ++value) {
    const Bytes pair = {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value & 0xFFU)};
    const std::string rfc = codes::to_base45(pair), spelt = codes::without_blanks(rfc);
    if (spelt.find(' ') != std::string::npos || spelt.size() != rfc.size() || codes::with_blanks(spelt) != rfc)
      FAIL(rfc << " " << spelt);
  }
  for (unsigned value = 0; value <= 0xFF; ++value) {
    const std::string rfc = codes::to_base45(Bytes{static_cast<std::uint8_t>(value)});
    const std::string spelt = codes::without_blanks(rfc);
    CAPTURE(rfc);
    CHECK(spelt.find(' ') == std::string::npos);
    CHECK(codes::with_blanks(spelt) == rfc);
  }
}

TEST_CASE("where a blank stood is said by a last character that no group of the RFC has") {
  const std::pair<const char*, const char*> examples[] = {
      {" 1W", "W1X"}, {"1 W", "1WY"}, {"  A", "A0Z"}, {" 5", "5X"}, {"BB8", "BB8"}};
  for (const auto& [rfc, spelt] : examples) {
    CAPTURE(rfc);
    CHECK(codes::without_blanks(rfc) == spelt);
    CHECK(codes::with_blanks(spelt) == rfc);
  }
}

TEST_CASE("another spelling of a blank is refused") {
  // A blank itself, a place that holds no third character, a wrong filler, an unknown sign.
  for (const char* text : {" 1W", "1 W", "X1X", "1XY", "A1Z", "X0Z", "12$", "12:", "6X", "1Y", "1", "1234"}) {
    CAPTURE(text);
    CHECK_FALSE(codes::with_blanks(text));
  }
}

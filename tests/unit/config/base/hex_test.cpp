#include "config/base/hex.h"

#include <doctest/doctest.h>

using namespace kiemphieu;

TEST_CASE("to_hex and from_hex are each other's inverse for every byte") {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::uint8_t>(i));
  const std::string text = to_hex(all);
  CHECK(text.size() == 512);
  CHECK(text.substr(0, 8) == "00010203");
  CHECK(text.substr(504) == "fcfdfeff");
  CHECK(*from_hex(text) == all);
  CHECK(*from_hex("AbCd") == Bytes{0xAB, 0xCD});
  CHECK(from_hex("")->empty());
}

TEST_CASE("from_hex refuses what is not pairs of hexadecimal digits") {
  for (const char* text : {"a", "abc", "g0", "0g", " 0", "0x", "٠٠"}) {
    CAPTURE(text);
    CHECK(from_hex(text).error().code == ErrorCode::kBadHex);
  }
}

TEST_CASE("base64 follows the test vectors of RFC 4648 section 10") {
  struct Row { const char* plain; const char* coded; };
  const Row rows[] = {{"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},        {"foo", "Zm9v"},
                      {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const Row& row : rows) {
    CAPTURE(row.plain);
    CHECK(to_base64(as_bytes(row.plain)) == row.coded);
    CHECK(as_text(*from_base64(row.coded)) == row.plain);
  }
  CHECK(to_base64(Bytes{0xFB, 0xFF}) == "+/8=");
}

TEST_CASE("from_base64 refuses what an honest encoder never writes") {
  struct Row { const char* name; const char* text; };
  const Row rows[] = {
      {"no padding", "Zg"},         {"one sign", "Z"},           {"padding first", "=Zg="},
      {"padding inside", "Zg==Zg=="}, {"three paddings", "Z==="}, {"letter after padding", "Zg=a"},
      {"white space", "Zm9v\n"},    {"URL alphabet", "-_8="},    {"not ASCII", "Zmậ="},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto result = from_base64(row.text);
    CHECK_FALSE(result.has_value());
  }
}

#include "config/base/digest.h"

#include <doctest/doctest.h>

using namespace kiemphieu;

TEST_CASE("a digest is 64 hexadecimal digits and nothing else") {
  const std::string text = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  const auto digest = Digest::from_hex(text);
  REQUIRE(digest.has_value());
  CHECK(digest->hex() == text);
  CHECK(digest->short_hex() == "001122334455");
  CHECK(digest->view().size() == 32);
  CHECK(*Digest::from_bytes(digest->view()) == *digest);
  CHECK(Digest::from_hex(text.substr(2)).error().code == ErrorCode::kBadHex);
  CHECK(Digest::from_hex(text + "00").error().code == ErrorCode::kBadHex);
  CHECK(Digest::from_hex("xyz").error().code == ErrorCode::kBadHex);
  CHECK(Digest::from_bytes({}).error().code == ErrorCode::kBadHex);
  CHECK(Digest{} < *digest);
}

// The limits hold before the tree is built: for each, the largest document
// that is allowed and one more.
#include "config/json/json.h"

#include <doctest/doctest.h>

#include <csignal>

#include "tests/unit/support/child.h"

using namespace kiemphieu;
using json::Json;
using json::Limits;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string list_of(std::size_t items) {
  std::string text = "[";
  for (std::size_t i = 0; i < items; ++i) text += i == 0 ? "1" : ",1";
  return text + "]";
}

ErrorCode code_of(const Result<Json>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace

TEST_CASE("parse: the deepest document allowed, and one level more") {
  for (const std::size_t depth : {std::size_t{1}, std::size_t{2}, Limits{}.max_depth}) {
    CAPTURE(depth);
    const Limits limits{.max_depth = depth};
    CHECK(json::parse(nested(depth), limits).has_value());
    CHECK(code_of(json::parse(nested(depth + 1), limits)) == ErrorCode::kJsonLimit);
  }
  CHECK(json::parse(nested(17)).error().evidence == "deeper than 16 levels");
  // Objects count as levels too.
  const Limits two{.max_depth = 2};
  CHECK(json::parse(R"({"a":{"b":1}})", two).has_value());
  CHECK(code_of(json::parse(R"({"a":{"b":{}}})", two)) == ErrorCode::kJsonLimit);
}

TEST_CASE("parse: depth is counted, not the number of brackets") {
  CHECK(json::parse("[[],[],[[]],{}]", Limits{.max_depth = 3}).has_value());
}

TEST_CASE("parse: a hundred thousand levels neither overflow the stack nor take long") {
  CHECK(code_of(json::parse(std::string(100'000, '['))) == ErrorCode::kJsonLimit);
  CHECK(code_of(json::parse(std::string(100'000, '{'))) == ErrorCode::kJsonInvalid);
}

TEST_CASE("parse: the most values allowed, and one more") {
  const Limits limits{.max_values = 11};  // ten items and the list itself
  CHECK(json::parse(list_of(10), limits).has_value());
  CHECK(code_of(json::parse(list_of(11), limits)) == ErrorCode::kJsonLimit);
  CHECK(json::parse(list_of(11), limits).error().evidence == "more than 11 values");
}

TEST_CASE("parse: the largest document allowed, and one byte more") {
  const Limits limits{.max_bytes = 10};
  CHECK(json::parse(R"("12345678")", limits).has_value());
  CHECK(code_of(json::parse(R"("123456789")", limits)) == ErrorCode::kJsonLimit);
  CHECK(json::parse(R"("123456789")", limits).error().evidence == "more than 10 bytes");
}

TEST_CASE("parse refuses a key that stands twice in one object, however it is written") {
  for (const char* text : {R"({"a":1,"a":1})", R"({"b":{"a":1,"c":2,"a":3}})", R"({"a":1,"\u0061":2})"}) {
    CAPTURE(text);
    const auto result = json::parse(text);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::kJsonInvalid);
    CHECK(result.error().evidence == "the key \"a\" appears twice in one object");
  }
  CHECK(json::parse(R"({"a":{"a":1},"b":{"a":1}})").has_value());
}

TEST_CASE("parse refuses what is not JSON and says where") {
  struct Row { const char* name; const char* text; const char* evidence_start; };
  const Row rows[] = {
      {"empty", "", "at byte 1: "},
      {"white space", "  ", "at byte 3: "},
      {"cut short", R"({"a": [1, 2)", "at byte 12: "},
      {"trailing comma", "[1,]", "at byte 4: "},
      {"two documents", "1 2", "at byte 3: "},
      {"comment", "[1] // no", "at byte 5: "},
      {"not a number", "NaN", "at byte 1: "},
      {"leading zero", "01", "at byte 2: "},
      {"broken UTF-8", "\"\xC3\x28\"", "at byte 3: "},
      {"control character", "\"a\x01\"", "at byte 3: "},
      {"lone surrogate", R"("\ud800")", "at byte 8: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto result = json::parse(row.text);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::kJsonInvalid);
    CHECK(result.error().evidence.substr(0, std::string_view{row.evidence_start}.size()) == row.evidence_start);
  }
}

TEST_CASE("parse: a number too large for its type is refused, not rounded to infinity") {
  CHECK_FALSE(json::parse("1e999").has_value());
  CHECK(json::parse("18446744073709551615")->get<std::uint64_t>() == UINT64_MAX);
}

TEST_CASE("canonical: sorted keys, no spaces, UTF-8 as it is") {
  const auto document = json::parse(R"( { "b" : [1, -2, true, null], "a" : "Đắk Lắk", "B" : {} } )");
  REQUIRE(document.has_value());
  CHECK(json::canonical(*document) == R"({"B":{},"a":"Đắk Lắk","b":[1,-2,true,null]})");
}

TEST_CASE("canonical: every spelling of one document gives the same bytes") {
  const std::string once = json::canonical(*json::parse(R"({"x":"\u0110\u1eafk","y":[1,2]})"));
  CHECK(once == json::canonical(*json::parse("{\"y\" : [1,\t2],\n\"x\":\"Đắk\"}")));
  CHECK(once == json::canonical(*json::parse(once)));
}

TEST_CASE("canonical aborts on a floating-point number: it has no one spelling") {
  const auto write = [] { return static_cast<int>(json::canonical(Json{{"a", {1, 2.5}}}).size()); };
  CHECK(test::in_child(write).signal == SIGABRT);
}

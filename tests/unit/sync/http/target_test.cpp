#include "sync/http/target.h"

#include <doctest/doctest.h>

#include <string>

using kiemphieu::http::parse_target;

TEST_CASE("a request target is decoded") {
  const auto target =
      parse_target("/api/v1/sheets/3%2F4/%E1%BA%A3nh?contest=qh-1&ghi+ch%C3%BA=a%26b&empty=&flag");
  REQUIRE(target.has_value());
  CHECK(target->path == "/api/v1/sheets/3/4/ảnh");
  CHECK(target->query.at("contest") == "qh-1");
  CHECK(target->query.at("ghi chú") == "a&b");
  CHECK(target->query.at("empty").empty());
  CHECK(target->query.at("flag").empty());
  CHECK(parse_target("/")->path == "/");
  CHECK(parse_target("/..hidden/a..b")->path == "/..hidden/a..b");
}

TEST_CASE("a request target that could mislead is refused") {
  struct Row {
    const char* name;
    std::string raw;
  };
  std::string crowded = "/?";
  for (int i = 0; i < 33; ++i) crowded += "k" + std::to_string(i) + "=1&";
  const Row rows[] = {
      {"empty", ""},
      {"no slash", "index.html"},
      {"absolute form", "http://elsewhere/"},
      {"parent folder", "/a/../b"},
      {"parent folder at the end", "/a/.."},
      {"parent folder, escaped", "/a/%2e%2E/b"},
      {"parent folder, slash escaped", "/a%2f..%2fb"},
      {"this folder", "/./a"},
      {"back slash", "/a\\..\\b"},
      {"cut escape", "/a%4"},
      {"escape without digits", "/a%zz"},
      {"zero byte", "/a%00b"},
      {"line end", "/a%0d%0ab"},
      {"not UTF-8", "/a%ff"},
      {"overlong slash", "/%c0%af"},
      {"repeated field", "/?a=1&a=2"},
      {"too many fields", crowded},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(!parse_target(row.raw).has_value());
  }
}

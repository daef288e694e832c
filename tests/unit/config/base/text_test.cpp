#include "config/base/text.h"

#include <doctest/doctest.h>

#include <string>

using kiemphieu::is_clean_utf8;
using kiemphieu::vietnamese_sort_key;

TEST_CASE("is_clean_utf8 takes Vietnamese and refuses what is not UTF-8") {
  struct Row { const char* name; std::string text; bool clean; };
  const Row rows[] = {
      {"empty", "", true},
      {"Vietnamese", "Nguyễn Thị Ánh Tuyết", true},
      {"overlong slash", "\xC0\xAF", false},
      {"cut short", "\xE1\xBA", false},
      {"surrogate", "\xED\xA0\x80", false},
      {"control", "a\x01", false},
      {"delete", "a\x7F", false},
      {"beyond Unicode", "\xF5\x80\x80\x80", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(is_clean_utf8(row.text) == row.clean);
  }
  CHECK(is_clean_utf8("a\nb", "\n"));
}

TEST_CASE("vietnamese_sort_key follows the alphabet, then the tones") {
  const char* ordered[] = {"An", "Ăn", "Ân", "Dung", "Đa", "Hà", "Hạ", "Hăng", "Lê", "Lệ", "Lo", "Lô", "Lơ", "Uyên", "Ưng", "Y"};
  for (std::size_t i = 0; i + 1 < std::size(ordered); ++i) {
    CAPTURE(ordered[i]);
    CHECK(vietnamese_sort_key(ordered[i]) < vietnamese_sort_key(ordered[i + 1]));
  }
  CHECK(vietnamese_sort_key("hà") == vietnamese_sort_key("HÀ"));
}

// The table of error codes: what an operator reads must be there, in both
// languages, and spelt so that a Vietnamese reader does not stumble.
#include "config/base/error.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "config/base/text.h"

using namespace kiemphieu;

namespace {

/// True when the text has a letter that only Vietnamese writes that way:
/// anything of U+1EA0-1EF9, or ă â đ ê ô ơ ư or a tone on a plain vowel.
bool has_vietnamese_letter(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto a = static_cast<unsigned char>(text[i]);
    const auto b = static_cast<unsigned char>(text[i + 1]);
    if (a == 0xE1 && (b == 0xBA || b == 0xBB)) return true;          // U+1E80-1EFF
    if (a == 0xC3 && b >= 0x80) return true;                          // Latin-1 letters with marks
    if (a == 0xC4 || a == 0xC5 || a == 0xC6) return true;             // ă đ ĩ ũ ơ ư
  }
  return false;
}

/// A combining mark means text that is not NFC: searching and sorting miss it.
bool has_combining_mark(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto a = static_cast<unsigned char>(text[i]);
    const auto b = static_cast<unsigned char>(text[i + 1]);
    if (a == 0xCC || (a == 0xCD && b <= 0xAF)) return true;
  }
  return false;
}

bool is_sentence(std::string_view text) {
  return text.size() >= 8 && std::string_view{".!?"}.find(text.back()) != std::string_view::npos &&
         text.find("  ") == std::string_view::npos && text.front() != ' ';
}

}  // namespace

TEST_CASE("every error code has one id of its own, in snake_case") {
  std::set<std::string_view> ids;
  for (const ErrorInfo& row : all_errors()) {
    CAPTURE(row.id);
    CHECK(ids.insert(row.id).second);
    CHECK_FALSE(row.id.empty());
    CHECK(row.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos);
    CHECK(info(row.code).id == row.id);
  }
}

TEST_CASE("every error says what happened and what to do, in clean sentences of both languages") {
  for (const ErrorInfo& row : all_errors()) {
    CAPTURE(row.id);
    for (const std::string_view text : {row.vi_what, row.vi_do, row.en_what, row.en_do}) {
      CAPTURE(text);
      CHECK(is_clean_utf8(text));
      CHECK(is_sentence(text));
      CHECK_FALSE(has_combining_mark(text));
      CHECK(text.find('|') == std::string_view::npos);  // would break the table of docs/errors.md
    }
    CHECK(has_vietnamese_letter(row.vi_what));
    CHECK(has_vietnamese_letter(row.vi_do));
    for (const std::string_view text : {row.en_what, row.en_do}) CHECK_FALSE(has_vietnamese_letter(text));
  }
}

TEST_CASE("no two errors tell the operator the same thing") {
  std::set<std::string> sentences;
  for (const ErrorInfo& row : all_errors()) {
    CAPTURE(row.id);
    CHECK(sentences.insert(operator_sentence(Error{row.code, {}, {}}, Language::kVietnamese)).second);
    CHECK(sentences.insert(operator_sentence(Error{row.code, {}, {}}, Language::kEnglish)).second);
  }
}

TEST_CASE("operator_sentence puts the sheet's fate between what happened and what to do") {
  const Error jam{ErrorCode::kScannerJam, "status 6", {}};
  CHECK(operator_sentence(jam, Language::kEnglish) ==
        "PAPER JAM. This sheet is NOT counted; the sheets before it are kept. Open the cover, take the jammed sheets "
        "out, put them back on top of the unscanned stack, close it and press Scan.");
  const Error missing{ErrorCode::kFileNotFound, "a.json", {}};
  CHECK(operator_sentence(missing, Language::kEnglish) == "The file was not found. Check the path and try again.");
  CHECK(operator_sentence(missing, Language::kVietnamese) == "Không tìm thấy tệp. Kiểm tra đường dẫn rồi làm lại.");
}

TEST_CASE("every fate but 'no sheet' has a sentence, and no two are alike") {
  CHECK(fate_sentence(SheetFate::kNoSheet, Language::kVietnamese).empty());
  std::set<std::string_view> seen;
  for (const SheetFate fate : {SheetFate::kNotCounted, SheetFate::kCounted, SheetFate::kSeeCounter})
    for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
      CHECK_FALSE(fate_sentence(fate, language).empty());
      CHECK(seen.insert(fate_sentence(fate, language)).second);
    }
}

TEST_CASE("log_line: id, evidence, and where it happened, outermost last") {
  struct Row { const char* name; Error error; const char* line; };
  const Row rows[] = {
      {"bare", {ErrorCode::kDiskFull, "", {}}, "disk_full"},
      {"evidence", {ErrorCode::kDiskFull, "/data", {}}, "disk_full: /data"},
      {"context", {ErrorCode::kDiskFull, "/data", {"storing image"}}, "disk_full: /data (storing image)"},
      {"two contexts", {ErrorCode::kDiskFull, "", {"inner", "outer"}}, "disk_full (inner; outer)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(row.error.log_line() == row.line);
  }
  CHECK((Error{ErrorCode::kDiskFull, "x", {"a"}}.with_context("b")).context == std::vector<std::string>{"a", "b"});
}

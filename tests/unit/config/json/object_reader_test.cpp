// Messages are compared whole: they name the place and the fix, and people who
// write election files by hand see nothing else.
#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "config/json/json.h"

using namespace kiemphieu;
using json::Json;
using json::ObjectReader;

namespace {

const Json& sample() {
  static const Json document = *json::parse(R"({
    "name": "Ea Kly", "empty": "", "long": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "control": "a\nb", "three": 3, "minus": -1, "huge": 18446744073709551615, "half": 0.5, "yes": true,
    "place": {"seats": "3"}, "list": [{"id": "a"}, {"id": 7}], "mixed": [{}, 1], "words": ["a", "b"],
    "bad_words": ["a", ""], "nothing": null})");
  return document;
}

ObjectReader root() { return *ObjectReader::open(sample(), ""); }

/// The error's whole evidence, or "ok".
template <class T>
std::string said(const Result<T>& result) {
  if (result.has_value()) return "ok";
  CHECK(result.error().code == ErrorCode::kFieldInvalid);
  return result.error().evidence;
}

}  // namespace

TEST_CASE("ObjectReader reads what is there") {
  const ObjectReader reader = root();
  CHECK(*reader.text("name") == "Ea Kly");
  CHECK(*reader.integer("three", 1, 5) == 3);
  CHECK(*reader.integer("minus", -1, 0) == -1);
  CHECK(*reader.number("half", 0, 1) == doctest::Approx(0.5));
  CHECK(*reader.number("three", 0, 5) == doctest::Approx(3));
  CHECK(*reader.boolean("yes"));
  CHECK(reader.has("nothing"));
  CHECK_FALSE(reader.has("absent"));
  CHECK_FALSE(reader.optional_text("absent")->has_value());
  CHECK(reader.optional_text("name")->value() == "Ea Kly");
  CHECK(*reader.texts("words", 2) == std::vector<std::string>{"a", "b"});
  CHECK(reader.objects("list", 1, 2)->at(1).path() == "list[1]");
  CHECK(reader.object("place")->path() == "place");
}

TEST_CASE("ObjectReader's messages name the place, what was expected and what was found") {
  const ObjectReader reader = root();
  const std::string text256 = "text of 1 to 256 bytes without control characters";
  struct Row { const char* name; std::string said; std::string expected; };
  const Row rows[] = {
      {"missing text", said(reader.text("absent")), "absent: expected " + text256 + ", found nothing"},
      {"text is a number", said(reader.text("three")), "three: expected " + text256 + ", found 3"},
      {"empty text", said(reader.text("empty")), "empty: expected " + text256 + ", found \"\""},
      {"control character", said(reader.text("control")), "control: expected " + text256 + ", found \"a\\nb\""},
      {"null", said(reader.text("nothing")), "nothing: expected " + text256 + ", found null"},
      {"text too long", said(reader.text("long", 10)),
       "long: expected text of 1 to 10 bytes without control characters, found \"" + std::string(56, 'a') + "..."},
      {"below", said(reader.integer("three", 4, 5)), "three: expected an integer from 4 to 5, found 3"},
      {"above", said(reader.integer("three", 1, 2)), "three: expected an integer from 1 to 2, found 3"},
      {"not an integer", said(reader.integer("half", 0, 1)), "half: expected an integer from 0 to 1, found 0.5"},
      {"beyond 63 bits", said(reader.integer("huge", 0, INT64_MAX)),
       "huge: expected an integer from 0 to 9223372036854775807, found 18446744073709551615"},
      {"text for an integer", said(reader.integer("name", 0, 1)),
       "name: expected an integer from 0 to 1, found \"Ea Kly\""},
      {"number out of range", said(reader.number("half", 1, 2)),
       "half: expected a number from 1.000000 to 2.000000, found 0.5"},
      {"not a boolean", said(reader.boolean("three")), "three: expected true or false, found 3"},
      {"not an object", said(reader.object("list")),
       "list: expected an object, found [{\"id\":\"a\"},{\"id\":7}]"},
      {"too few objects", said(reader.objects("list", 3, 4)),
       "list: expected a list of 3 to 4 objects, found [{\"id\":\"a\"},{\"id\":7}]"},
      {"an item that is no object", said(reader.objects("mixed", 0, 9)), "mixed[1]: expected an object, found 1"},
      {"too many texts", said(reader.texts("words", 1)),
       "words: expected a list of at most 1 texts, found [\"a\",\"b\"]"},
      {"an empty text in a list", said(reader.texts("bad_words", 5)),
       "bad_words: expected a list of at most 5 texts, found [\"a\",\"\"]"},
      {"inside an object", said(reader.object("place")->integer("seats", 1, 50)),
       "place.seats: expected an integer from 1 to 50, found \"3\""},
      {"inside a list", said(reader.objects("list", 1, 9)->at(1).text("id", 16)),
       "list[1].id: expected text of 1 to 16 bytes without control characters, found 7"},
      {"unknown field", said(reader.object("place")->only({"seat"})),
       "place.seats: unknown field; remove it or correct its spelling"},
      {"all fields known", said(reader.object("place")->only({"seats", "more"})), "ok"},
      {"root is a list", said(ObjectReader::open(Json::array(), "")), "document: expected an object, found []"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(row.said == row.expected);
  }
}

TEST_CASE("a long value is cut in messages without breaking a letter apart") {
  std::string value;
  for (int i = 0; i < 30; ++i) value += "ậ";
  const Json document = {{"name", value}};
  const auto result = ObjectReader::open(document, "")->integer("name", 0, 1);
  REQUIRE_FALSE(result.has_value());
  CHECK_NOTHROW(static_cast<void>(Json(result.error().evidence).dump()));
}

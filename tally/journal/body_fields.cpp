#include "tally/journal/body_fields.h"

#include "config/json/json.h"

namespace kiemphieu::journal::body {
namespace {

Result<std::vector<Count>> classes_of(const ObjectReader& body, int seats) {
  std::vector<Count> classes;
  const auto found = body.raw().find("classes");
  const auto size = static_cast<std::size_t>(seats);
  if (found == body.raw().end() || !found->is_array() || found->size() != size)
    return body.wrong("classes", "a list of " + std::to_string(seats) + " numbers");
  for (const json::Json& item : *found) {
    if (!item.is_number_unsigned() || item.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxCount))
      return body.wrong("classes", "numbers of ballots");
    classes.emplace_back(item.get<std::uint64_t>());
  }
  return classes;
}

}  // namespace

Result<int> small(const ObjectReader& body, std::string_view key, std::int64_t min, std::int64_t max) {
  KP_TRY(const std::int64_t value, body.integer(key, min, max));
  return static_cast<int>(value);
}
Result<int> batch_of(const ObjectReader& body) { return small(body, "batch", 1, kMaxBatch); }
Result<int> position_of(const ObjectReader& body) { return small(body, "position", 1, kMaxPosition); }

Result<std::uint64_t> unsigned_of(const ObjectReader& body, std::string_view key, std::int64_t max) {
  KP_TRY(const std::int64_t value, body.integer(key, 0, max));
  return static_cast<std::uint64_t>(value);
}
Result<Count> count_of(const ObjectReader& body, std::string_view key) {
  KP_TRY(const std::uint64_t value, unsigned_of(body, key, kMaxCount));
  return Count{value};
}
Result<std::int64_t> wall_of(const ObjectReader& body) {
  return body.integer("wall_unix_s", -kMaxInt64, kMaxInt64);
}
Result<std::string> id_of(const ObjectReader& body, std::string_view key) {
  return body.text(key, kMaxIdBytes);
}
Result<std::string> text_of(const ObjectReader& body, std::string_view key) {
  KP_TRY(std::optional<std::string> text, body.optional_text(key, kMaxTextBytes));
  return text.value_or("");
}

/// The digest of 64 hexadecimal digits.
Result<Digest> digest_of(const ObjectReader& body, std::string_view key) {
  KP_TRY(const std::string hex, id_of(body, key));
  return Digest::from_hex(hex);
}

Error not_a_word(const ObjectReader& body, std::string_view key) {
  return body.wrong(key, "one of the words of docs/formats/journal.md");
}

Result<counting::ContestTotals> totals_of(const ObjectReader& body) {
  KP_TRY_VOID(
      body.only({"contest", "seats", "collected", "valid", "invalid", "in_review", "classes", "candidates"}));
  counting::ContestTotals totals;
  KP_TRY(totals.contest, id_of(body, "contest"));
  KP_TRY(totals.seats, small(body, "seats", 1, election::kMaxSeats));
  KP_TRY(totals.collected, count_of(body, "collected"));
  KP_TRY(totals.valid, count_of(body, "valid"));
  KP_TRY(totals.invalid, count_of(body, "invalid"));
  KP_TRY(totals.in_review, count_of(body, "in_review"));
  KP_TRY(totals.classes, classes_of(body, totals.seats));
  KP_TRY(const std::vector<ObjectReader> items, body.objects("candidates", 0, election::kMaxCandidates));
  for (const ObjectReader& item : items) {
    KP_TRY_VOID(item.only({"id", "votes"}));
    KP_TRY(std::string candidate, id_of(item, "id"));
    KP_TRY(const Count votes, count_of(item, "votes"));
    totals.candidates.emplace_back(std::move(candidate), votes);
  }
  return totals;
}

}  // namespace kiemphieu::journal::body

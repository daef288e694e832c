#pragma once
/// Fields that the bodies of several kinds of record share, read with their
/// limits. Internal to tally/journal; include from .cpp files only.

#include <array>
#include <limits>

#include "config/json/json.h"
#include "tally/journal/limits.h"
#include "tally/journal/records.h"

namespace kiemphieu::journal::body {

using json::ObjectReader;

inline constexpr std::int64_t kMaxInt64 = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kMaxInt32 = std::numeric_limits<std::int32_t>::max();

inline Result<int> small(const ObjectReader& body, std::string_view key, std::int64_t min, std::int64_t max) {
  KP_TRY(const std::int64_t value, body.integer(key, min, max));
  return static_cast<int>(value);
}
inline Result<int> batch_of(const ObjectReader& body) { return small(body, "batch", 1, kMaxBatch); }
inline Result<int> position_of(const ObjectReader& body) { return small(body, "position", 1, kMaxPosition); }

inline Result<std::uint64_t> unsigned_of(const ObjectReader& body, std::string_view key, std::int64_t max) {
  KP_TRY(const std::int64_t value, body.integer(key, 0, max));
  return static_cast<std::uint64_t>(value);
}
inline Result<Count> count_of(const ObjectReader& body, std::string_view key) {
  KP_TRY(const std::uint64_t value, unsigned_of(body, key, kMaxCount));
  return Count{value};
}
inline Result<std::int64_t> wall_of(const ObjectReader& body) { return body.integer("wall_unix_s", -kMaxInt64, kMaxInt64); }
inline Result<std::string> id_of(const ObjectReader& body, std::string_view key) { return body.text(key, kMaxIdBytes); }
inline Result<std::string> text_of(const ObjectReader& body, std::string_view key) {
  KP_TRY(std::optional<std::string> text, body.optional_text(key, kMaxTextBytes));
  return text.value_or("");
}

/// The digest of 64 hexadecimal digits.
inline Result<Digest> digest_of(const ObjectReader& body, std::string_view key) {
  KP_TRY(const std::string hex, id_of(body, key));
  return Digest::from_hex(hex);
}

/// The enumerator whose to_text() stands at `key`.
template <class E, class FromText>
Result<E> word_of(const ObjectReader& body, std::string_view key, FromText from_text) {
  KP_TRY(const std::string text, id_of(body, key));
  const std::optional<E> value = from_text(text);
  if (!value) return body.wrong(key, "one of the words of docs/formats/journal.md");
  return *value;
}

template <class E, std::size_t N>
auto among(std::array<E, N> values) {
  return [values](std::string_view text) -> std::optional<E> {
    for (const E value : values)
      if (to_text(value) == text) return value;
    return std::nullopt;
  };
}

/// docs/formats/journal.md, `totals`.
Result<counting::ContestTotals> totals_of(const ObjectReader& body);

}  // namespace kiemphieu::journal::body

#pragma once
/// Fields that the bodies of several kinds of record share, read with their
/// limits. Internal to tally/journal.

#include <array>
#include <limits>

#include "tally/journal/limits.h"
#include "tally/journal/records.h"

namespace kiemphieu::json {
class ObjectReader;
}

namespace kiemphieu::journal::body {

using json::ObjectReader;

inline constexpr std::int64_t kMaxInt64 = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kMaxInt32 = std::numeric_limits<std::int32_t>::max();

Result<int> small(const ObjectReader& body, std::string_view key, std::int64_t min, std::int64_t max);
Result<int> batch_of(const ObjectReader& body);
Result<int> position_of(const ObjectReader& body);
Result<std::uint64_t> unsigned_of(const ObjectReader& body, std::string_view key, std::int64_t max);
Result<Count> count_of(const ObjectReader& body, std::string_view key);
Result<std::int64_t> wall_of(const ObjectReader& body);
Result<std::string> id_of(const ObjectReader& body, std::string_view key);
Result<std::string> text_of(const ObjectReader& body, std::string_view key);  ///< "" when absent
Result<Digest> digest_of(const ObjectReader& body, std::string_view key);     ///< 64 hexadecimal digits
Error not_a_word(const ObjectReader& body, std::string_view key);

/// The enumerator whose to_text() stands at `key`.
template <class E, class FromText>
Result<E> word_of(const ObjectReader& body, std::string_view key, FromText from_text) {
  KP_TRY(const std::string text, id_of(body, key));
  const std::optional<E> value = from_text(text);
  if (!value) return not_a_word(body, key);
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

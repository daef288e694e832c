#pragma once
/// JSON from outside, bounded before it grows, and field access that names the
/// place and the fix. The only place that includes nlohmann/json; include this
/// header from .cpp files only, it is slow to compile.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace kiemphieu::json {

using Json = nlohmann::json;
/// Keeps the order of insertion: for output people read.
using OrderedJson = nlohmann::ordered_json;

/// What a document may cost. Checked while parsing, before the tree is built.
struct Limits {
  std::size_t max_bytes = 1U << 20U;
  std::size_t max_depth = 16;
  std::size_t max_values = 100'000;
};

/// Parses UTF-8 JSON. Duplicate keys are refused (two readers could see two
/// different documents). Errors: kJsonInvalid (with byte position), kJsonLimit.
Result<Json> parse(std::string_view text, const Limits& limits = {});

/// Canonical bytes: keys sorted bytewise, no white space, UTF-8 unescaped;
/// floating-point numbers are refused by a check, as they have no one spelling.
std::string canonical(const Json& value);

/// One JSON object being read. Every getter fails with kFieldInvalid and an
/// evidence like "contests[1].seats: expected an integer from 1 to 50, found \"3\"".
/// Holds a reference: the document must outlive it.
class ObjectReader {
 public:
  /// `path` is the object's place in the document, "" for the root.
  static Result<ObjectReader> open(const Json& value, std::string path);

  bool has(std::string_view key) const;
  Result<std::string> text(std::string_view key, std::size_t max_bytes = 256) const;   ///< non-empty, clean UTF-8
  Result<std::optional<std::string>> optional_text(std::string_view key, std::size_t max_bytes = 256) const;
  Result<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max) const;
  Result<double> number(std::string_view key, double min, double max) const;
  Result<bool> boolean(std::string_view key) const;
  Result<ObjectReader> object(std::string_view key) const;
  Result<std::vector<ObjectReader>> objects(std::string_view key, std::size_t min, std::size_t max) const;
  Result<std::vector<std::string>> texts(std::string_view key, std::size_t max, std::size_t max_bytes = 256) const;
  /// Fails when the object has a key that is not in `known`: a misspelt field is a mistake, not a comment.
  Result<void> only(std::initializer_list<std::string_view> known) const;

  Error wrong(std::string_view key, std::string_view expected) const;
  const std::string& path() const { return path_; }
  const Json& raw() const { return *value_; }

 private:
  ObjectReader(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}
  std::string place(std::string_view key) const;
  const Json* find(std::string_view key) const;

  const Json* value_;
  std::string path_;
};

}  // namespace kiemphieu::json

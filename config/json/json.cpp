#include "config/json/json.h"

#include <set>

#include "config/base/check.h"
#include "config/base/text.h"

namespace kiemphieu::json {
namespace {

/// Walks the document without building it: counts depth and values, and
/// refuses duplicate keys. Built on nlohmann's SAX interface.
class LimitChecker final : public nlohmann::json_sax<Json> {
 public:
  explicit LimitChecker(const Limits& limits) : limits_(limits) {}
  std::optional<Error> error;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return enter();
  }
  bool end_object() override {
    keys_.pop_back();
    return leave();
  }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    error = fail(ErrorCode::kJsonInvalid, "the key \"" + name + "\" appears twice in one object");
    return false;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    error = fail(ErrorCode::kJsonInvalid, "at byte " + std::to_string(position) + ": " + e.what());
    return false;
  }

 private:
  bool value() {
    if (++values_ <= limits_.max_values) return true;
    error = fail(ErrorCode::kJsonLimit, "more than " + std::to_string(limits_.max_values) + " values");
    return false;
  }
  bool enter() {
    if (++depth_ <= limits_.max_depth) return value();
    error = fail(ErrorCode::kJsonLimit, "deeper than " + std::to_string(limits_.max_depth) + " levels");
    return false;
  }
  bool leave() {
    --depth_;
    return true;
  }

  Limits limits_;
  std::size_t values_ = 0;
  std::size_t depth_ = 0;
  std::vector<std::set<std::string>> keys_;
};

bool has_float(const Json& value) {
  if (value.is_number_float()) return true;
  if (!value.is_structured()) return false;
  for (const auto& item : value)
    if (has_float(item)) return true;
  return false;
}

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= 60) return text;
  std::size_t end = 57;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not in the middle of a letter
  return text.substr(0, end) + "...";
}

}  // namespace

Result<Json> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.max_bytes)
    return fail(ErrorCode::kJsonLimit, "more than " + std::to_string(limits.max_bytes) + " bytes");
  try {
    LimitChecker checker{limits};
    const bool fine = Json::sax_parse(text, &checker);
    if (checker.error) return *std::move(checker.error);
    if (!fine) return fail(ErrorCode::kJsonInvalid, "unreadable");
    return Json::parse(text);
  } catch (const std::exception& e) {
    return fail(ErrorCode::kJsonInvalid, e.what());
  }
}

std::string canonical(const Json& value) {
  KP_CHECK(!has_float(value));
  return value.dump();
}

Result<ObjectReader> ObjectReader::open(const Json& value, std::string path) {
  if (!value.is_object())
    return fail(ErrorCode::kFieldInvalid, (path.empty() ? "document" : path) + ": expected an object, found " + shown(value));
  return ObjectReader{value, std::move(path)};
}

std::string ObjectReader::place(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

const Json* ObjectReader::find(std::string_view key) const {
  const auto it = value_->find(key);
  return it == value_->end() ? nullptr : &*it;
}

bool ObjectReader::has(std::string_view key) const { return find(key) != nullptr; }

Error ObjectReader::wrong(std::string_view key, std::string_view expected) const {
  const Json* value = find(key);
  return fail(ErrorCode::kFieldInvalid, place(key) + ": expected " + std::string{expected} + ", found " +
                                            (value == nullptr ? "nothing" : shown(*value)));
}

Result<std::string> ObjectReader::text(std::string_view key, std::size_t max_bytes) const {
  const Json* value = find(key);
  const std::string expected = "text of 1 to " + std::to_string(max_bytes) + " bytes without control characters";
  if (value == nullptr || !value->is_string()) return wrong(key, expected);
  const auto& text = value->get_ref<const std::string&>();
  if (text.empty() || text.size() > max_bytes || !is_clean_utf8(text)) return wrong(key, expected);
  return text;
}

Result<std::optional<std::string>> ObjectReader::optional_text(std::string_view key, std::size_t max_bytes) const {
  if (!has(key)) return std::optional<std::string>{};
  KP_TRY(std::string found, text(key, max_bytes));
  return std::optional<std::string>{std::move(found)};
}

Result<std::int64_t> ObjectReader::integer(std::string_view key, std::int64_t min, std::int64_t max) const {
  const Json* value = find(key);
  const std::string expected = "an integer from " + std::to_string(min) + " to " + std::to_string(max);
  if (value == nullptr || !value->is_number_integer()) return wrong(key, expected);
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    return wrong(key, expected);
  const auto number = value->get<std::int64_t>();
  if (number < min || number > max) return wrong(key, expected);
  return number;
}

Result<double> ObjectReader::number(std::string_view key, double min, double max) const {
  const Json* value = find(key);
  const std::string expected = "a number from " + std::to_string(min) + " to " + std::to_string(max);
  if (value == nullptr || !value->is_number()) return wrong(key, expected);
  const auto number = value->get<double>();
  if (!(number >= min && number <= max)) return wrong(key, expected);
  return number;
}

Result<bool> ObjectReader::boolean(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr || !value->is_boolean()) return wrong(key, "true or false");
  return value->get<bool>();
}

Result<ObjectReader> ObjectReader::object(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr || !value->is_object()) return wrong(key, "an object");
  return open(*value, place(key));
}

Result<std::vector<ObjectReader>> ObjectReader::objects(std::string_view key, std::size_t min, std::size_t max) const {
  const Json* value = find(key);
  const std::string expected = "a list of " + std::to_string(min) + " to " + std::to_string(max) + " objects";
  if (value == nullptr || !value->is_array() || value->size() < min || value->size() > max) return wrong(key, expected);
  std::vector<ObjectReader> readers;
  for (std::size_t i = 0; i < value->size(); ++i) {
    KP_TRY(ObjectReader reader, open((*value)[i], place(key) + "[" + std::to_string(i) + "]"));
    readers.push_back(std::move(reader));
  }
  return readers;
}

Result<std::vector<std::string>> ObjectReader::texts(std::string_view key, std::size_t max, std::size_t max_bytes) const {
  const Json* value = find(key);
  const std::string expected = "a list of at most " + std::to_string(max) + " texts";
  if (value == nullptr || !value->is_array() || value->size() > max) return wrong(key, expected);
  std::vector<std::string> found;
  for (const Json& item : *value) {
    if (!item.is_string()) return wrong(key, expected);
    const auto& text = item.get_ref<const std::string&>();
    if (text.empty() || text.size() > max_bytes || !is_clean_utf8(text)) return wrong(key, expected);
    found.push_back(text);
  }
  return found;
}

Result<void> ObjectReader::only(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return fail(ErrorCode::kFieldInvalid, place(key) + ": unknown field; remove it or correct its spelling");
  }
  return {};
}

}  // namespace kiemphieu::json

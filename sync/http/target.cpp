#include "sync/http/target.h"

#include "config/base/text.h"

namespace kiemphieu::http {
namespace {

constexpr std::size_t kMaxQueryFields = 32;

Error bad(std::string_view why) { return fail(ErrorCode::kHttpBadRequest, std::string{why}); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decode(std::string_view raw, bool plus_is_space) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+' && plus_is_space) {
      text.push_back(' ');
    } else if (raw[i] != '%') {
      text.push_back(raw[i]);
    } else {
      const int high = i + 2 < raw.size() ? hex_digit(raw[i + 1]) : -1;
      const int low = i + 2 < raw.size() ? hex_digit(raw[i + 2]) : -1;
      if (high < 0 || low < 0) return bad("broken percent escape");
      text.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  if (!is_clean_utf8(text)) return bad("not clean UTF-8");
  return text;
}

Result<void> check_segments(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == "..") return bad("dot segment in the path");
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
  }
  return {};
}

Result<void> add_field(std::string_view field, std::map<std::string, std::string>& query) {
  if (field.empty()) return {};
  const std::size_t equals = field.find('=');
  KP_TRY(std::string name, decode(field.substr(0, equals), true));
  std::string value;
  if (equals != std::string_view::npos) {
    KP_TRY(value, decode(field.substr(equals + 1), true));
  }
  if (query.size() >= kMaxQueryFields) return bad("too many query fields");
  if (!query.emplace(std::move(name), std::move(value)).second) return bad("a query field appears twice");
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view raw) {
  const std::size_t mark = raw.find('?');
  Target target;
  KP_TRY(target.path, decode(raw.substr(0, mark), false));
  if (!target.path.starts_with('/')) return bad("the path must start with /");
  if (target.path.find('\\') != std::string::npos) return bad("back slash in the path");
  KP_TRY_VOID(check_segments(target.path));
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : raw.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    KP_TRY_VOID(add_field(rest.substr(0, end), target.query));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return target;
}

}  // namespace kiemphieu::http

#include "firmware-host/web/sign_in.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/json/json.h"

namespace kiemphieu::web {
namespace {

constexpr std::string_view kCookie = "kiemphieu_session";
constexpr std::size_t kTokenDigits = 64;

}  // namespace

std::string session_token(const http::Request& request) {
  const auto found = request.headers.find("cookie");
  if (found == request.headers.end()) return {};
  for (std::string_view rest = found->second; !rest.empty();) {
    const auto end = rest.find(';');
    std::string_view cookie = rest.substr(0, end);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    cookie.remove_prefix(std::min(cookie.find_first_not_of(' '), cookie.size()));
    const auto equals = cookie.find('=');
    if (equals == std::string_view::npos || cookie.substr(0, equals) != kCookie) continue;
    const std::string_view token = cookie.substr(equals + 1);
    return token.size() == kTokenDigits ? std::string{token} : std::string{};
  }
  return {};
}

std::string session_cookie(std::string_view token) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}", kCookie, token, token.empty() ? "; Max-Age=0" : "");
}

http::Response sign_in_refusal(const Error& error, std::chrono::seconds wait) {
  const bool unchecked = error.code == ErrorCode::kSignInWait;
  const ErrorInfo& row = info(error.code);
  std::string vi = operator_sentence(error, Language::kVietnamese), en = operator_sentence(error, Language::kEnglish);
  if (wait.count() > 0) vi += fmt::format(" Còn {} giây.", wait.count()), en += fmt::format(" {} seconds left.", wait.count());
  const json::OrderedJson body{{"code", row.id}, {"message_vi", vi}, {"message_en", en}, {"wait_s", wait.count()}};
  http::Response response{unchecked ? 429 : 401, "application/json", body.dump() + "\n", {}};
  if (wait.count() > 0) response.headers["Retry-After"] = std::to_string(wait.count());
  return response;
}

}  // namespace kiemphieu::web

#include "sync/http/message.h"

#include <boost/beast/http/write.hpp>

#include <sstream>

#include "sync/http/target.h"

namespace kiemphieu::http {
namespace {

namespace bhttp = boost::beast::http;

constexpr std::pair<const char*, const char*> kStandardHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
};

}  // namespace

Result<Request> to_request(WireRequest message) {
  KP_TRY(Target target, parse_target(std::string{message.target()}));
  Request request{.method = std::string{message.method_string()},
                  .path = std::move(target.path),
                  .query = std::move(target.query),
                  .body = std::move(message.body())};
  for (const auto& field : message) {
    std::string name{field.name_string()};
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::string& value = request.headers[name];
    if (!value.empty()) value += ", ";
    value += std::string{field.value()};
  }
  return request;
}

std::string serialize(const Response& response, const Framing& framing) {
  bhttp::response<bhttp::string_body> message;
  message.version(framing.version);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : kStandardHeaders) message.set(name, value);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.set(bhttp::field::content_type, response.content_type);
  message.body() = response.body;
  message.prepare_payload();
  message.keep_alive(framing.keep_alive);
  std::ostringstream text;
  if (framing.head) {
    text << message.base();
  } else {
    text << message;
  }
  return std::move(text).str();
}

std::string event_stream_head() {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
         "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 2000\n\n";
}

}  // namespace kiemphieu::http

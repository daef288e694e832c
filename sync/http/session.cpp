#include "sync/http/session.h"

#include <array>

#include "config/base/log.h"
#include "sync/http/target.h"
#include "sync/http/tls_context.h"

namespace kiemphieu::http {
namespace {

namespace bhttp = beast::http;
using RequestParser = bhttp::request_parser<bhttp::string_body>;
using WireResponse = bhttp::response<bhttp::string_body>;
using asio::awaitable;

constexpr std::chrono::seconds kWriteTimeout{30};
constexpr std::chrono::seconds kEventHeartbeat{10};  // below the idle limits of usual proxies
constexpr std::chrono::seconds kLinger{1};
constexpr std::size_t kReadChunk = 16U << 10U;

/// Same for every answer; a handler may set its own value instead.
void add_standard_headers(WireResponse& answer) {
  const auto set_default = [&answer](std::string_view name, std::string_view value) {
    if (answer.find(beast::string_view{name.data(), name.size()}) == answer.end())
      answer.set(beast::string_view{name.data(), name.size()}, beast::string_view{value.data(), value.size()});
  };
  set_default("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  set_default("X-Content-Type-Options", "nosniff");
  set_default("Referrer-Policy", "no-referrer");
  set_default("Cache-Control", "no-store");
}

WireResponse to_wire(Response response, unsigned version, bool keep_alive) {
  WireResponse answer;
  answer.version(version);
  answer.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) answer.set(name, value);
  answer.set(bhttp::field::content_type, response.content_type);
  add_standard_headers(answer);
  answer.body() = std::move(response.body);
  answer.prepare_payload();
  answer.keep_alive(keep_alive);
  return answer;
}

Result<Request> to_request(RequestParser& parser, const std::optional<std::string>& client_name) {
  auto message = parser.release();
  KP_TRY(Target target, parse_target(std::string{message.target()}));
  Request request{.method = std::string{message.method_string()}, .path = std::move(target.path),
                  .query = std::move(target.query), .headers = {}, .body = std::move(message.body()),
                  .client_name = client_name};
  for (const auto& field : message) {
    std::string name{field.name_string()};
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::string& value = request.headers[name];
    if (!value.empty()) value += ", ";
    value += std::string{field.value()};
  }
  return request;
}

Response answer(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    log_event(LogLevel::kError, "http_handler_failed", {{"path", request.path}, {"what", e.what()}});
    return error_response(500, fail(ErrorCode::kInternal, e.what()));
  }
}

/// The answer to bytes that are no request of ours, or nothing when nobody listens any more.
std::optional<Response> refusal(const beast::error_code& ec) {
  if (ec == bhttp::error::header_limit || ec == bhttp::error::buffer_overflow)
    return error_response(431, fail(ErrorCode::kHttpBadRequest, "header too large"));
  if (ec == bhttp::error::body_limit)
    return error_response(413, fail(ErrorCode::kHttpBadRequest, "body too large"));
  if (ec == bhttp::error::end_of_stream || ec == bhttp::error::partial_message) return std::nullopt;
  if (ec.category() == make_error_code(bhttp::error::bad_method).category())
    return error_response(400, fail(ErrorCode::kHttpBadRequest, ec.message()));
  return std::nullopt;
}

/// One connection over either kind of stream.
template <class Stream>
class Session {
 public:
  Session(Stream& stream, SessionContext context, std::optional<std::string> client_name)
      : stream_(stream), context_(context), client_name_(std::move(client_name)),
        buffer_(context.options->limits.max_header_bytes + kReadChunk) {}

  awaitable<void> run() {
    while (co_await one_request()) {
    }
    co_await close();
  }

 private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }
  const Limits& limits() const { return context_.options->limits; }

  /// False when the connection ends.
  awaitable<bool> one_request() {
    RequestParser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits().max_header_bytes));
    parser.body_limit(limits().max_body_bytes);
    const beast::error_code ec = co_await read(parser);
    if (ec) {
      auto refused = refusal(ec);
      if (refused) co_await write(to_wire(std::move(*refused), 11, false), false);
      co_return false;
    }
    const bool keep_alive = parser.get().keep_alive();
    const unsigned version = parser.get().version();
    auto request = to_request(parser, client_name_);
    if (!request) {
      co_await write(to_wire(error_response(400, request.error()), version, false), false);
      co_return false;
    }
    const bool head = request->method == "HEAD";
    if (head) request->method = "GET";
    if (!head && request->method == "GET" && !context_.options->events_path.empty() &&
        request->path == context_.options->events_path) {
      co_await stream_events();
      co_return false;
    }
    co_return co_await write(to_wire(answer(*context_.handler, *request), version, keep_alive), head) && keep_alive;
  }

  /// One deadline for the whole header and one for the whole body: a client that
  /// sends a byte now and then does not keep its place.
  awaitable<beast::error_code> read(RequestParser& parser) {
    lowest().expires_after(limits().read_timeout);
    auto [header_error, header_bytes] = co_await bhttp::async_read_header(stream_, buffer_, parser, kAwait);
    if (header_error) co_return header_error;
    if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      auto [error, bytes] = co_await asio::async_write(stream_, asio::buffer(kContinue), kAwait);
      if (error) co_return error;
    }
    lowest().expires_after(limits().read_timeout);
    auto [body_error, body_bytes] = co_await bhttp::async_read(stream_, buffer_, parser, kAwait);
    co_return body_error;
  }

  awaitable<bool> write(WireResponse response, bool head) {
    lowest().expires_after(kWriteTimeout);
    bhttp::response_serializer<bhttp::string_body> serializer{response};
    serializer.split(head);
    if (head) {
      auto [error, bytes] = co_await bhttp::async_write_header(stream_, serializer, kAwait);
      co_return !error;
    }
    auto [error, bytes] = co_await bhttp::async_write(stream_, serializer, kAwait);
    co_return !error;
  }

  awaitable<void> stream_events() {
    asio::steady_timer wake{co_await asio::this_coro::executor};
    EventClient client{[&wake] { wake.cancel(); }, [this] { lowest().close(); }};
    static const std::string kHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 2000\n\n";
    static const std::string kBeat = ":\n\n";
    if (!co_await send(kHead)) co_return;
    const EventHub::Membership membership{*context_.events, client};
    bool open = true;
    while (open) {
      if (!client.empty()) {
        const auto text = client.take();
        open = co_await send(*text);
        continue;
      }
      wake.expires_after(kEventHeartbeat);
      auto [cancelled] = co_await wake.async_wait(kAwait);
      if (!cancelled && client.empty()) open = co_await send(kBeat);
      open = open && lowest().socket().is_open();
    }
  }

  awaitable<bool> send(const std::string& text) {
    lowest().expires_after(kWriteTimeout);
    auto [error, bytes] = co_await asio::async_write(stream_, asio::buffer(text), kAwait);
    co_return !error;
  }

  /// Says goodbye and takes what is still on its way for a moment: closing with
  /// unread bytes would reset the connection and eat the last answer.
  awaitable<void> close() {
    if (!lowest().socket().is_open()) co_return;
    lowest().expires_after(kLinger);
    if constexpr (!std::is_same_v<Stream, beast::tcp_stream>) {
      auto [error] = co_await stream_.async_shutdown(kAwait);
      if (error == beast::error::timeout) co_return;
    }
    beast::error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> waste{};
    for (;;) {
      auto [error, bytes] = co_await lowest().async_read_some(asio::buffer(waste), kAwait);
      if (error) co_return;
    }
  }

  Stream& stream_;
  SessionContext context_;
  std::optional<std::string> client_name_;
  beast::flat_buffer buffer_;
};

}  // namespace

asio::awaitable<void> serve_plain(beast::tcp_stream stream, SessionContext context) {
  Session<beast::tcp_stream> session{stream, context, std::nullopt};
  co_await session.run();
}

asio::awaitable<void> serve_tls(beast::ssl_stream<beast::tcp_stream> stream, SessionContext context) {
  beast::get_lowest_layer(stream).expires_after(context.options->limits.read_timeout);
  auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kAwait);
  if (error) {
    log_event(LogLevel::kDebug, "tls_handshake_failed", {{"what", error.message()}});
    co_return;
  }
  Session<beast::ssl_stream<beast::tcp_stream>> session{stream, context, peer_common_name(stream.native_handle())};
  co_await session.run();
}

}  // namespace kiemphieu::http

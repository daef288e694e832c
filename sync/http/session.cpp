#include "sync/http/session.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>

#include "config/base/log.h"
#include "sync/http/message.h"

namespace kiemphieu::http {
namespace {

namespace bhttp = boost::beast::http;

constexpr std::chrono::seconds kWriteTimeout{30};
constexpr std::chrono::seconds kEventHeartbeat{10};  // below the idle limits of usual proxies
constexpr std::chrono::seconds kLinger{1};
constexpr std::size_t kReadChunk = 16U << 10U;

Response answer_by(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    log_event(LogLevel::kError, "http_handler_failed", {{"path", request.path}, {"what", e.what()}});
    return error_response(500, fail(ErrorCode::kInternal, e.what()));
  }
}

class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(std::unique_ptr<Channel> channel, const SessionContext& context, std::function<void()> on_end)
      : channel_(std::move(channel)),
        context_(context),
        on_end_(std::move(on_end)),
        buffer_(context.options->limits.max_header_bytes + kReadChunk),
        timer_(*context.io) {}
  ~Session() { on_end_(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start() {
    channel_->expires_after(limits().read_timeout);
    channel_->open([self = shared_from_this()](ErrorCodeOfSystem error, std::size_t) {
      if (error) {
        log_event(LogLevel::kDebug, "connection_refused", {{"what", error.message()}});
        return;
      }
      self->client_name_ = self->channel_->client_name();
      self->client_certificate_ = self->channel_->client_certificate();
      self->peer_address_ = self->channel_->peer_address();
      self->next_request();
    });
  }

  void close() { channel_->close(); }

 private:
  const Limits& limits() const { return context_.options->limits; }

  void next_request() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits().max_header_bytes));
    parser_->body_limit(limits().max_body_bytes);
    in_body_ = false;
    // One deadline for the whole header and one for the whole body: a client
    // that sends a byte now and then does not keep its place.
    channel_->expires_after(limits().read_timeout);
    parse();
  }

  /// Feeds the parser what is there; asks for more, refuses, or goes on.
  void parse() {
    while (!(in_body_ ? parser_->is_done() : parser_->is_header_done())) {
      ErrorCodeOfSystem error;
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error == bhttp::error::need_more) return read_more();
      if (error) return refuse(error);
      if (buffer_.size() == 0 && !(in_body_ ? parser_->is_done() : parser_->is_header_done()))
        return read_more();
    }
    if (!in_body_) return enter_body();
    handle();
  }

  void read_more() {
    const std::size_t room = std::min(kReadChunk, buffer_.max_size() - buffer_.size());
    if (room == 0) return refuse(bhttp::error::header_limit);
    const asio::mutable_buffer space = buffer_.prepare(room);
    channel_->read_some(space, [self = shared_from_this()](ErrorCodeOfSystem error, std::size_t bytes) {
      if (error) return self->channel_->close();  // gone, or its time is up: nobody to answer
      self->buffer_.commit(bytes);
      self->parse();
    });
  }

  void enter_body() {
    in_body_ = true;
    parser_->eager(true);
    channel_->expires_after(limits().read_timeout);
    if (!boost::beast::iequals(parser_->get()[bhttp::field::expect], "100-continue")) return parse();
    write("HTTP/1.1 100 Continue\r\n\r\n", [](Session& self) {
      self.channel_->expires_after(self.limits().read_timeout);
      self.parse();
    });
  }

  void refuse(const ErrorCodeOfSystem& error) {
    int status = 400;
    if (error == bhttp::error::header_limit) status = 431;
    if (error == bhttp::error::body_limit) status = 413;
    const Response response = error_response(status, fail(ErrorCode::kHttpBadRequest, error.message()));
    // The client may still be sending: over TLS nothing can be read after a
    // goodbye, so the rest is taken before one.
    write(serialize(response, {.version = 11, .keep_alive = false, .head = false}), [](Session& self) {
      self.channel_->expires_after(kLinger);
      self.drain();
    });
  }

  void handle() {
    const bool keep_alive = parser_->get().keep_alive();
    Framing framing{.version = parser_->get().version(), .keep_alive = keep_alive, .head = false};
    auto request = to_request(parser_->release());
    if (!request) {
      framing.keep_alive = false;
      return write(serialize(error_response(400, request.error()), framing),
                   [](Session& self) { self.goodbye(); });
    }
    request->client_name = client_name_;
    request->client_certificate = client_certificate_;
    request->peer_address = peer_address_;
    framing.head = request->method == "HEAD";
    const std::string& events_path = context_.options->events_path;
    if (request->method == "GET" && !events_path.empty() && request->path == events_path)
      return start_events();
    if (framing.head) request->method = "GET";
    const Response response = answer_by(*context_.handler, *request);
    if (response.delay.count() == 0) return answer(serialize(response, framing), keep_alive);
    timer_.expires_after(response.delay);
    timer_.async_wait([self = shared_from_this(), text = serialize(response, framing), keep_alive](ErrorCodeOfSystem) {
      self->answer(text, keep_alive);
    });
  }

  void answer(std::string text, bool keep_alive) {
    write(std::move(text), [keep_alive](Session& self) {
      if (keep_alive) return self.next_request();
      self.goodbye();
    });
  }

  template <class Then>
  void write(std::string text, Then then) {
    outgoing_ = std::make_shared<const std::string>(std::move(text));
    write_outgoing(then);
  }

  template <class Then>
  void write_outgoing(Then then) {
    channel_->expires_after(kWriteTimeout);
    channel_->write_all(asio::buffer(*outgoing_),
                        [self = shared_from_this(), then](ErrorCodeOfSystem error, std::size_t) {
                          if (error) return self->channel_->close();
                          then(*self);
                        });
  }

  /// Takes what is still on its way for a moment: closing with unread bytes
  /// would reset the connection and eat the last answer.
  void goodbye() {
    channel_->expires_after(kLinger);
    channel_->end_writing([self = shared_from_this()](ErrorCodeOfSystem, std::size_t) { self->drain(); });
  }

  void drain() {
    channel_->read_some(asio::buffer(waste_),
                        [self = shared_from_this()](ErrorCodeOfSystem error, std::size_t) {
                          if (error) return self->channel_->close();
                          self->drain();
                        });
  }

  void start_events() {
    // A weak pointer: the hub does not keep a connection alive.
    const std::weak_ptr<Session> weak = weak_from_this();
    client_.emplace(
        [weak] {
          if (const auto self = weak.lock()) self->send_events();
        },
        [weak] {
          if (const auto self = weak.lock()) self->channel_->close();
        });
    writing_ = true;
    write(event_stream_head(), [](Session& self) {
      self.channel_->expires_never();
      self.watch_for_close();
      self.membership_.emplace(*self.context_.events, *self.client_);
      self.writing_ = false;
      self.send_events();
      self.beat();
    });
  }

  void watch_for_close() {
    channel_->read_some(asio::buffer(waste_),
                        [self = shared_from_this()](ErrorCodeOfSystem error, std::size_t) {
                          if (!error) return self->watch_for_close();
                          self->timer_.cancel();
                          self->channel_->close();
                        });
  }

  void send_events() {
    if (writing_ || client_->empty()) return;
    send(client_->take());
  }

  void send(std::shared_ptr<const std::string> text) {
    writing_ = true;
    outgoing_ = std::move(text);
    write_outgoing([](Session& self) {
      self.writing_ = false;
      self.send_events();
    });
  }

  void beat() {
    timer_.expires_after(kEventHeartbeat);
    timer_.async_wait([weak = weak_from_this()](ErrorCodeOfSystem error) {
      const auto self = weak.lock();
      if (error || !self) return;
      if (!self->writing_) self->send(std::make_shared<const std::string>(":\n\n"));
      self->beat();
    });
  }

  std::unique_ptr<Channel> channel_;
  SessionContext context_;
  std::function<void()> on_end_;
  std::optional<std::string> client_name_;
  std::optional<Digest> client_certificate_;
  std::string peer_address_;
  boost::beast::flat_buffer buffer_;
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  bool in_body_ = false;
  std::shared_ptr<const std::string> outgoing_;
  std::array<char, 4096> waste_{};
  asio::steady_timer timer_;  ///< an event stream's heartbeat, or an answer that waits
  // Of event streams only.
  std::optional<EventClient> client_;
  std::optional<EventHub::Membership> membership_;
  bool writing_ = false;
};

}  // namespace

std::function<void()> start_session(std::unique_ptr<Channel> channel, const SessionContext& context,
                                    std::function<void()> on_end) {
  const auto session = std::make_shared<Session>(std::move(channel), context, std::move(on_end));
  session->start();
  return [weak = std::weak_ptr<Session>{session}] {
    if (const auto alive = weak.lock()) alive->close();
  };
}

}  // namespace kiemphieu::http

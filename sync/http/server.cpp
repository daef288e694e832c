#include "sync/http/server.h"

#include <mutex>
#include <thread>

#include "config/base/log.h"
#include "sync/http/asio.h"
#include "sync/http/event_hub.h"
#include "sync/http/session.h"
#include "sync/http/tls_context.h"

namespace kiemphieu::http {
namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};  // out of descriptors: wait for some to close

/// Counts a connection as long as it lives.
class Seat {
 public:
  explicit Seat(std::size_t& taken) : taken_(&taken) { ++*taken_; }
  Seat(Seat&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Seat& operator=(Seat&&) = delete;
  ~Seat() {
    if (taken_ != nullptr) --*taken_;
  }

 private:
  std::size_t* taken_;
};

class ServerImpl final : public Server {
 public:
  ServerImpl(ServerOptions options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)) {}
  ~ServerImpl() override { stop(); }

  Result<void> listen() {
    if (options_.tls) {
      KP_TRY(asio::ssl::context context, make_tls_context(*options_.tls));
      tls_.emplace(std::move(context));
    }
    const std::string place = options_.address + ":" + std::to_string(options_.port);
    try {
      tcp::acceptor acceptor{io_, tcp::endpoint{asio::ip::make_address(options_.address), options_.port}};
      port_ = acceptor.local_endpoint().port();
      asio::co_spawn(io_, accept(std::move(acceptor)), asio::detached);
    } catch (const std::exception& e) {
      return fail(ErrorCode::kListenFailed, place + ": " + e.what());
    }
    thread_ = std::thread{[this] { run(); }};
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void publish(const std::string& event, const std::string& data) override {
    auto text = std::make_shared<const std::string>(format_event(event, data));
    asio::post(io_, [this, event, text] { events_.publish(event, text); });
  }

  void stop() override {
    const std::lock_guard lock{stop_mutex_};
    if (!thread_.joinable()) return;
    KP_CHECK(thread_.get_id() != std::this_thread::get_id());
    io_.stop();
    thread_.join();
  }

 private:
  void run() {
    while (!io_.stopped()) {
      try {
        io_.run();
      } catch (const std::exception& e) {
        log_event(LogLevel::kError, "http_connection_failed", {{"what", e.what()}});
      }
    }
  }

  asio::awaitable<void> accept(tcp::acceptor acceptor) {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(kAwait);
      if (error) {
        log_event(LogLevel::kWarn, "accept_failed", {{"what", error.message()}});
        asio::steady_timer pause{io_, kAcceptPause};
        co_await pause.async_wait(kAwait);
        continue;
      }
      if (connections_ >= options_.limits.max_connections) continue;  // closes the socket
      beast::error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      asio::co_spawn(io_, serve(std::move(socket), Seat{connections_}), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket, [[maybe_unused]] Seat seat) {
    const SessionContext context{&options_, &handler_, &events_};
    try {
      if (tls_) {
        co_await serve_tls(beast::ssl_stream<beast::tcp_stream>{beast::tcp_stream{std::move(socket)}, *tls_}, context);
      } else {
        co_await serve_plain(beast::tcp_stream{std::move(socket)}, context);
      }
    } catch (const std::exception& e) {
      log_event(LogLevel::kError, "http_connection_failed", {{"what", e.what()}});
    }
  }

  ServerOptions options_;
  Handler handler_;
  EventHub events_;
  std::optional<asio::ssl::context> tls_;
  std::size_t connections_ = 0;
  std::uint16_t port_ = 0;
  std::mutex stop_mutex_;
  std::thread thread_;
  /// Last, so that it goes first: it ends the coroutines, which use all of the above.
  asio::io_context io_{1};
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  auto server = std::make_unique<ServerImpl>(options, std::move(handler));
  KP_TRY_VOID(server->listen());
  return std::unique_ptr<Server>{std::move(server)};
}

}  // namespace kiemphieu::http

#include "sync/http/server.h"

#include <future>
#include <mutex>
#include <thread>

#include "config/base/log.h"
#include "sync/http/asio.h"
#include "sync/http/channel.h"
#include "sync/http/event_hub.h"
#include "sync/http/session.h"
#include "sync/http/tls_context.h"

namespace kiemphieu::http {
namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};  // out of descriptors: wait for some to close

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
      acceptor_.emplace(io_, tcp::endpoint{asio::ip::make_address(options_.address), options_.port});
      port_ = acceptor_->local_endpoint().port();
      accept();
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

  bool responds_within(std::chrono::milliseconds time) override {
    const auto heard = std::make_shared<std::promise<void>>();
    asio::post(io_, [heard] { heard->set_value(); });
    return heard->get_future().wait_for(time) == std::future_status::ready;
  }

  void stop() override {
    const std::lock_guard lock{stop_mutex_};
    if (!thread_.joinable()) return;
    KP_CHECK(thread_.get_id() != std::this_thread::get_id());
    asio::post(io_, [this] {
      acceptor_->close();
      for (const auto& [number, close] : sessions_) close();
      io_.stop();
    });
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

  void accept() {
    acceptor_->async_accept([this](ErrorCodeOfSystem error, tcp::socket socket) {
      if (!acceptor_->is_open()) return;
      if (error) return pause_accepting(error);
      // Beyond the limit the socket is closed as it goes out of scope.
      if (sessions_.size() < options_.limits.max_connections) serve(std::move(socket));
      accept();
    });
  }

  void pause_accepting(const ErrorCodeOfSystem& error) {
    log_event(LogLevel::kWarn, "accept_failed", {{"what", error.message()}});
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](ErrorCodeOfSystem) { accept(); });
  }

  void serve(tcp::socket socket) {
    ErrorCodeOfSystem ignored;  // only costs latency
    socket.set_option(tcp::no_delay{true}, ignored);
    auto channel = tls_ ? make_tls_channel(std::move(socket), *tls_) : make_plain_channel(std::move(socket));
    const std::uint64_t number = ++last_session_;
    sessions_[number] = start_session(std::move(channel), {&io_, &options_, &handler_, &events_},
                                      [this, number] { sessions_.erase(number); });
  }

  ServerOptions options_;
  Handler handler_;
  EventHub events_;
  std::optional<asio::ssl::context> tls_;
  std::map<std::uint64_t, std::function<void()>> sessions_;  ///< each with the way to close it
  std::uint64_t last_session_ = 0;
  std::uint16_t port_ = 0;
  std::mutex stop_mutex_;
  std::thread thread_;
  // Behind everything the sessions use: destroying it ends them.
  asio::io_context io_{1};
  std::optional<tcp::acceptor> acceptor_;
  asio::steady_timer pause_{io_};
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  auto server = std::make_unique<ServerImpl>(options, std::move(handler));
  KP_TRY_VOID(server->listen());
  return std::unique_ptr<Server>{std::move(server)};
}

}  // namespace kiemphieu::http

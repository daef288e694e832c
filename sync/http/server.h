#pragma once
/// A small HTTP/1.1 server for both daemons: plain on loopback, or mutual
/// TLS 1.3. The only folder that includes Boost.Beast. Routes are plain
/// functions on the types below and are tested without a socket.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/base/digest.h"
#include "config/base/result.h"

namespace kiemphieu::http {

struct Request {
  std::string method{};                          ///< "GET", "POST"
  std::string path{};                            ///< "/api/v1/totals", percent-decoded, no query
  std::map<std::string, std::string> query{};    ///< percent-decoded
  std::map<std::string, std::string> headers{};  ///< lower-case names
  std::string body{};
  std::optional<std::string> client_name{};  ///< subject CN of the client's verified certificate
  std::optional<Digest> client_certificate{};  ///< SHA-256 of that certificate's DER bytes
  std::string peer_address{};                ///< "192.0.2.7", without the port
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::map<std::string, std::string> headers{};
  /// Sent only after this long; the server goes on with others meanwhile.
  std::chrono::milliseconds delay{0};
};

/// Called on the server's thread, one request at a time; must not block for long.
using Handler = std::function<Response(const Request&)>;

struct Tls {
  std::filesystem::path ca, certificate, key;
  bool require_client = true;
};

/// Everything from outside is bounded.
struct Limits {
  std::size_t max_body_bytes = 4U << 20U;
  std::size_t max_header_bytes = 16U << 10U;
  std::size_t max_connections = 256;
  std::chrono::milliseconds read_timeout{15'000};
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the system chooses
  std::optional<Tls> tls;
  Limits limits;
  /// GET on this path opens a text/event-stream that publish() feeds; "" = none.
  std::string events_path;
};

/// Runs its own thread from start() to stop() or destruction.
class Server {
 public:
  /// Errors: kListenFailed, kCertificateUnusable, kCertificateExpired.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  /// Sends one event to every open event stream; a client that connects later
  /// gets the last event of each name at once. Thread-safe, never blocks.
  virtual void publish(const std::string& event, const std::string& data) = 0;
  /// False when the server's thread is stuck: it did not get to a word of ours
  /// in time. For watchdogs. Thread-safe; not from a handler.
  virtual bool responds_within(std::chrono::milliseconds time) = 0;
  /// Ends connections and joins the thread. Idempotent.
  virtual void stop() = 0;
};

/// Application/problem-like JSON: {"code","message_vi","message_en"} with `status`.
Response error_response(int status, const Error& error);

}  // namespace kiemphieu::http

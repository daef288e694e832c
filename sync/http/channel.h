#pragma once
/// The bytes of one connection, plain or TLS, with a deadline. Everything runs
/// on the server's thread; completions never run inside the call that starts
/// the operation. A completion may be the last owner of the channel.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/base/digest.h"
#include "sync/http/asio.h"

namespace kiemphieu::http {

class Channel {
 public:
  using Done = std::function<void(ErrorCodeOfSystem, std::size_t)>;
  virtual ~Channel() = default;

  /// The TLS handshake, or nothing.
  virtual void open(Done done) = 0;
  virtual void read_some(asio::mutable_buffer into, Done done) = 0;
  virtual void write_all(asio::const_buffer from, Done done) = 0;
  /// Tells the peer that nothing more comes.
  virtual void end_writing(Done done) = 0;
  /// For operations started from now on; when it passes they fail and the connection is closed.
  virtual void expires_after(std::chrono::milliseconds time) = 0;
  virtual void expires_never() = 0;
  virtual void close() = 0;
  /// Subject CN of the client's verified certificate.
  virtual std::optional<std::string> client_name() = 0;
  /// Fingerprint of the same certificate.
  virtual std::optional<Digest> client_certificate() = 0;
  /// The peer's IP address; empty when the connection is gone already.
  virtual std::string peer_address() = 0;
};

std::unique_ptr<Channel> make_plain_channel(tcp::socket socket);
/// `context` must outlive the channel.
std::unique_ptr<Channel> make_tls_channel(tcp::socket socket, asio::ssl::context& context);

}  // namespace kiemphieu::http

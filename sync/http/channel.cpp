#include "sync/http/channel.h"

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "sync/http/tls_context.h"

namespace kiemphieu::http {
namespace {

using TcpStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<TcpStream>;

std::string address_of(TcpStream& stream) {
  ErrorCodeOfSystem error;
  const auto endpoint = stream.socket().remote_endpoint(error);
  return error ? std::string{} : endpoint.address().to_string();
}

void stop_sending(TcpStream& stream) {
  ErrorCodeOfSystem ignored;  // the peer may have closed already
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(tcp::socket socket) : stream_(std::move(socket)) {}

  void open(Done done) override { finish(std::move(done)); }
  void read_some(asio::mutable_buffer into, Done done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write_all(asio::const_buffer from, Done done) override {
    asio::async_write(stream_, from, std::move(done));
  }
  void end_writing(Done done) override {
    stop_sending(stream_);
    finish(std::move(done));
  }
  void expires_after(std::chrono::milliseconds time) override { stream_.expires_after(time); }
  void expires_never() override { stream_.expires_never(); }
  void close() override { stream_.close(); }
  std::optional<std::string> client_name() override { return std::nullopt; }
  std::optional<Digest> client_certificate() override { return std::nullopt; }
  std::string peer_address() override { return address_of(stream_); }

 private:
  void finish(Done done) {
    asio::post(stream_.get_executor(), [done = std::move(done)] { done({}, 0); });
  }
  TcpStream stream_;
};

class TlsChannel final : public Channel {
 public:
  TlsChannel(tcp::socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  void open(Done done) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [done = std::move(done)](ErrorCodeOfSystem error) { done(error, 0); });
  }
  void read_some(asio::mutable_buffer into, Done done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write_all(asio::const_buffer from, Done done) override {
    asio::async_write(stream_, from, std::move(done));
  }
  void end_writing(Done done) override {
    stream_.async_shutdown([this, done = std::move(done)](ErrorCodeOfSystem) {
      stop_sending(lowest());
      done({}, 0);
    });
  }
  void expires_after(std::chrono::milliseconds time) override { lowest().expires_after(time); }
  void expires_never() override { lowest().expires_never(); }
  void close() override { lowest().close(); }
  std::optional<std::string> client_name() override { return peer_common_name(stream_.native_handle()); }
  std::optional<Digest> client_certificate() override { return peer_fingerprint(stream_.native_handle()); }
  std::string peer_address() override { return address_of(lowest()); }

 private:
  TcpStream& lowest() { return boost::beast::get_lowest_layer(stream_); }
  TlsStream stream_;
};

}  // namespace

std::unique_ptr<Channel> make_plain_channel(tcp::socket socket) {
  return std::make_unique<PlainChannel>(std::move(socket));
}

std::unique_ptr<Channel> make_tls_channel(tcp::socket socket, asio::ssl::context& context) {
  return std::make_unique<TlsChannel>(std::move(socket), context);
}

}  // namespace kiemphieu::http

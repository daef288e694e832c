#include "tests/unit/sync/support/client.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>

#include "config/base/check.h"

namespace kiemphieu::test {

struct Client::Tls {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* connection = nullptr;
  ~Tls() {
    SSL_free(connection);
    SSL_CTX_free(context);
  }
};

Client::Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  KP_CHECK(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
  connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Client::Client(std::uint16_t port, const ClientTls& tls) : Client(port) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  tls_ = std::make_unique<Tls>();
  SSL_CTX* context = tls_->context;
  KP_CHECK(SSL_CTX_load_verify_locations(context, tls.ca.c_str(), nullptr) == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!tls.certificate.empty()) {
    KP_CHECK(SSL_CTX_use_certificate_file(context, tls.certificate.c_str(), SSL_FILETYPE_PEM) == 1);
    KP_CHECK(SSL_CTX_use_PrivateKey_file(context, tls.key.c_str(), SSL_FILETYPE_PEM) == 1);
  }
  if (tls.only_tls_1_2) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  tls_->connection = SSL_new(context);
  SSL_set_fd(tls_->connection, socket_);
  connected_ = connected_ && SSL_connect(tls_->connection) == 1;
}

Client::~Client() { ::close(socket_); }

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ ? SSL_write(tls_->connection, bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::finish_sending() { ::shutdown(socket_, SHUT_WR); }

long Client::receive(char* buffer, std::size_t size) {
  if (tls_) return SSL_read(tls_->connection, buffer, static_cast<int>(size));
  return ::recv(socket_, buffer, size, 0);
}

std::string Client::read_until(std::string_view end) {
  std::string text;
  char buffer[4096];
  while (end.empty() || text.find(end) == std::string::npos) {
    const long n = receive(buffer, sizeof buffer);
    if (n <= 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

std::string Client::ask(std::string_view request) {
  send(request);
  return read_to_end();
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "kp-test-XXXXXX").string();
  KP_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

const std::filesystem::path& test_certificates() {
  static const TemporaryFolder folder;
  static const bool made = [] {
    const std::string command = "scripts/make-test-ca '" + folder.path().string() +
                                "' --station dl-01 --station dl-02 --expired old-01";
    return std::system(command.c_str()) == 0;  // NOLINT: a fixed command of ours
  }();
  KP_CHECK(made);
  return folder.path();
}

}  // namespace kiemphieu::test

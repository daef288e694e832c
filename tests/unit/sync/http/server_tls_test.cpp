#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "sync/http/server.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using test::Client;
using test::test_certificates;

namespace {

http::Tls server_tls() {
  const auto& folder = test_certificates();
  return {.ca = folder / "ca.pem", .certificate = folder / "server.pem", .key = folder / "server.key"};
}

test::ClientTls client_tls(const std::string& station) {
  const auto& folder = test_certificates();
  return {.ca = folder / "ca.pem",
          .certificate = folder / (station + ".pem"),
          .key = folder / (station + ".key")};
}

std::unique_ptr<http::Server> start() {
  http::ServerOptions options;
  options.tls = server_tls();
  auto server = http::Server::start(options, [](const http::Request& request) {
    return http::Response{.status = 200,
                          .content_type = "text/plain",
                          .body = "name=" + request.client_name.value_or("nobody"),
                          .headers = {}};
  });
  REQUIRE(server.has_value());
  return std::move(server).value();
}

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE("mutual TLS names the client") {
  const auto server = start();
  Client client{server->port(), client_tls("dl-01")};
  REQUIRE(client.connected());
  CHECK(client.ask(kGet).ends_with("name=dl-01"));
}

TEST_CASE("clients without a right to speak get no answer") {
  const auto server = start();
  SUBCASE("no certificate") {
    Client client{server->port(), {.ca = test_certificates() / "ca.pem", .certificate = {}, .key = {}}};
    CHECK(client.ask(kGet).empty());
  }
  SUBCASE("certificate of the past") {
    Client client{server->port(), client_tls("old-01")};
    CHECK(client.ask(kGet).empty());
  }
  SUBCASE("certificate of a server") {
    Client client{server->port(), client_tls("server")};
    CHECK(client.ask(kGet).empty());
  }
  SUBCASE("certificate of another authority") {
    const test::TemporaryFolder other;
    REQUIRE(std::system(("scripts/make-test-ca '" + other.path().string() + "' --station dl-01").c_str()) ==
            0);
    Client client{server->port(),
                  {.ca = test_certificates() / "ca.pem",
                   .certificate = other.path() / "dl-01.pem",
                   .key = other.path() / "dl-01.key"}};
    CHECK(client.ask(kGet).empty());
  }
  SUBCASE("TLS 1.2") {
    auto tls = client_tls("dl-01");
    tls.only_tls_1_2 = true;
    const Client client{server->port(), tls};
    CHECK(!client.connected());
  }
  SUBCASE("no TLS") {
    Client client{server->port()};
    CHECK(client.ask(kGet).find("HTTP") == std::string::npos);
  }
}

TEST_CASE("a server does not start on certificates that cannot work") {
  const auto& folder = test_certificates();
  struct Row {
    const char* name;
    std::filesystem::path certificate, key;
    ErrorCode code;
  };
  const test::TemporaryFolder scratch;
  std::ofstream{scratch.path() / "rubbish.pem"} << "rubbish";
  const Row rows[] = {
      {"expired", folder / "old-01.pem", folder / "old-01.key", ErrorCode::kCertificateExpired},
      {"missing", folder / "none.pem", folder / "server.key", ErrorCode::kCertificateUnusable},
      {"rubbish", scratch.path() / "rubbish.pem", folder / "server.key", ErrorCode::kCertificateUnusable},
      {"key of another", folder / "server.pem", folder / "dl-01.key", ErrorCode::kCertificateUnusable},
      {"key missing", folder / "server.pem", folder / "none.key", ErrorCode::kCertificateUnusable},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    http::ServerOptions options;
    options.tls = http::Tls{.ca = folder / "ca.pem", .certificate = row.certificate, .key = row.key};
    const auto server = http::Server::start(options, [](const http::Request&) { return http::Response{}; });
    REQUIRE(!server.has_value());
    CHECK(server.error().code == row.code);
  }
}

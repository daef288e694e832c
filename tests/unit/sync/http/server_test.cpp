// The server over real sockets on loopback, with clients that behave and clients that do not.
#include "sync/http/server.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using test::Client;

namespace {

http::Response echo(const http::Request& request) {
  if (request.path == "/throws") throw std::runtime_error("boom");
  if (request.path == "/missing") return http::error_response(404, fail(ErrorCode::kHttpNotFound));
  http::Response response{.status = 200,
                          .content_type = "text/plain",
                          .body = request.method + " " + request.path + " " + request.body,
                          .headers = {}};
  if (request.path == "/much-later") response.delay = std::chrono::hours{1};
  if (request.path == "/late") response.delay = std::chrono::milliseconds{300};
  if (request.path == "/who") response.body = request.peer_address;
  return response;
}

std::unique_ptr<http::Server> start(const http::Limits& limits = {}) {
  http::ServerOptions options;
  options.limits = limits;
  auto server = http::Server::start(options, echo);
  REQUIRE(server.has_value());
  return std::move(server).value();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a request is answered with the standard headers") {
  const auto server = start();
  CHECK(server->port() != 0);
  const std::string answer =
      Client{server->port()}.ask("GET /a%20b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CAPTURE(answer);
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(answer, "\r\nContent-Security-Policy: default-src 'self'"));
  CHECK(has(answer, "\r\nX-Content-Type-Options: nosniff\r\n"));
  CHECK(has(answer, "\r\nCache-Control: no-store\r\n"));
  CHECK(answer.ends_with("\r\n\r\nGET /a b "));
}

TEST_CASE("a late answer comes, and keeps nobody else waiting") {
  const auto server = start();
  const auto begin = std::chrono::steady_clock::now();
  Client patient{server->port()};
  patient.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\nGET /after HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = patient.read_to_end();
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds{300});
  CHECK(has(answer, "GET /late "));
  CHECK(answer.ends_with("GET /after "));
  Client waits{server->port()};
  waits.send("GET /much-later HTTP/1.1\r\nHost: x\r\n\r\n");  // the server's end does not wait for it
  CHECK(Client{server->port()}.ask("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ends_with("\r\n\r\n127.0.0.1"));
}

TEST_CASE("HEAD is GET without the body") {
  const auto server = start();
  const std::string answer =
      Client{server->port()}.ask("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CAPTURE(answer);
  CHECK(has(answer, "\r\nContent-Length: 7\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("pipelined requests are answered in order on one connection") {
  const auto server = start();
  const std::string answer = Client{server->port()}.ask(
      "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
      "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto first = answer.find("POST /1 abc"), second = answer.find("GET /2 "),
             third = answer.find("GET /3 ");
  CAPTURE(answer);
  REQUIRE(third != std::string::npos);
  CHECK(first < second);
  CHECK(second < third);
}

TEST_CASE("what is too large or no HTTP gets its status and the connection ends") {
  const auto server = start({.max_body_bytes = 1000, .max_header_bytes = 2000});
  struct Row {
    const char* name;
    std::string request, status;
  };
  const std::string large(3000, 'x');
  const Row rows[] = {
      {"header too large", "GET / HTTP/1.1\r\nX-Pad: " + large + "\r\n\r\n", "431"},
      {"target too large", "GET /" + large + " HTTP/1.1\r\n\r\n", "431"},
      {"body announced too large", "POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n" + large, "413"},
      {"chunked body too large",
       "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n" + large + "\r\n0\r\n\r\n", "413"},
      {"two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"},
      {"negative length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"},
      {"no HTTP", "\x16\x03\x01 hello\r\n\r\n", "400"},
      {"parent folder", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string answer = Client{server->port()}.ask(row.request);
    CHECK_MESSAGE(answer.starts_with("HTTP/1.1 " + row.status), answer);
  }
  CHECK(
      has(Client{server->port()}.ask("POST / HTTP/1.1\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n" +
                                     large.substr(0, 1000)),
          "HTTP/1.1 200"));
}

TEST_CASE("a slow client loses its place") {
  const auto server = start({.read_timeout = std::chrono::milliseconds{200}});
  SUBCASE("in the header") {
    Client slow{server->port()};
    slow.send("GET / HTTP/1.1\r\nX-Slow: ");
    CHECK(slow.read_to_end().empty());
  }
  SUBCASE("in the body") {
    Client slow{server->port()};
    slow.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
    CHECK(slow.read_to_end().empty());
  }
  SUBCASE("a byte now and then does not help") {
    Client slow{server->port()};
    int accepted = 0;
    for (const char c : std::string(100'000, 'x')) {
      if (!slow.send({&c, 1})) break;
      if (!Client{server->port()}.ask("GET /ok HTTP/1.1\r\nConnection: close\r\n\r\n").empty()) ++accepted;
    }
    CHECK(slow.read_to_end().empty());
    CHECK(accepted > 0);
  }
}

TEST_CASE("a body cut short is no request") {
  const auto server = start();
  Client client{server->port()};
  client.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  client.finish_sending();
  CHECK(client.read_to_end().empty());
}

TEST_CASE("connections beyond the limit are closed at once") {
  const auto server = start({.max_connections = 2});
  Client a{server->port()}, b{server->port()};
  a.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  b.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(has(a.read_until("GET /a "), "200"));
  CHECK(has(b.read_until("GET /b "), "200"));
  CHECK(Client{server->port()}.ask("GET /c HTTP/1.1\r\nHost: x\r\n\r\n").empty());
}

TEST_CASE("a handler that throws is an internal error, not the end") {
  const auto server = start();
  const std::string close = " HTTP/1.1\r\nConnection: close\r\n\r\n";
  const std::string answer = Client{server->port()}.ask("GET /throws" + close);
  CHECK(answer.starts_with("HTTP/1.1 500"));
  CHECK(has(answer, R"("code":"internal")"));
  CHECK(!has(answer, "boom"));
  CHECK(has(Client{server->port()}.ask("GET /missing" + close), "Không có trang này."));
}

TEST_CASE("expect: 100-continue is answered before the body") {
  const auto server = start();
  Client client{server->port()};
  client.send("POST /e HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(has(client.ask("hi"), "POST /e hi"));
}

TEST_CASE("a port in use and a bad address are named") {
  const auto server = start();
  http::ServerOptions options;
  options.port = server->port();
  const auto second = http::Server::start(options, echo);
  REQUIRE(!second.has_value());
  CHECK(second.error().code == ErrorCode::kListenFailed);
  CHECK(has(second.error().evidence, "127.0.0.1:" + std::to_string(server->port())));
  options.address = "localhost.nowhere";
  CHECK(!http::Server::start(options, echo).has_value());
}

TEST_CASE("stop ends connections and may be called twice") {
  const auto server = start();
  Client open{server->port()};
  open.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  open.read_until("GET /a ");
  server->stop();
  server->stop();
  server->publish("late", "no one hears it");
  CHECK(open.read_to_end().empty());
  const Client later{server->port()};
  CHECK(!later.connected());
}

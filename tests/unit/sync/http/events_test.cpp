#include <doctest/doctest.h>

#include <string>

#include "sync/http/event_hub.h"
#include "sync/http/server.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using test::Client;

namespace {

std::unique_ptr<http::Server> start() {
  http::ServerOptions options;
  options.events_path = "/api/v1/events";
  auto server = http::Server::start(options, [](const http::Request&) { return http::Response{}; });
  REQUIRE(server.has_value());
  return std::move(server).value();
}

constexpr std::string_view kSubscribe = "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("an event is formatted by the standard") {
  CHECK(http::format_event("totals", "{}") == "event: totals\ndata: {}\n\n");
  CHECK(http::format_event("t", "") == "event: t\ndata: \n\n");
  CHECK(http::format_event("t", "a\nb\n") == "event: t\ndata: a\ndata: b\ndata: \n\n");
}

TEST_CASE("events reach those who listen, and the last of each name those who come later") {
  const auto server = start();
  Client early{server->port()};
  early.send(kSubscribe);
  const std::string head = early.read_until("retry: 2000\n\n");
  CHECK(head.find("Content-Type: text/event-stream") != std::string::npos);
  // The head may be read before the server counts the listener in; what it has heard, it is in for.
  server->publish("hello", "0");
  early.read_until("data: 0\n\n");
  server->publish("totals", "1");
  server->publish("status", "idle");
  server->publish("totals", "2");
  const std::string seen = early.read_until("data: 2\n\n");
  CHECK(seen.find("event: totals\ndata: 1\n\nevent: status\ndata: idle\n\nevent: totals\ndata: 2\n\n") !=
        std::string::npos);

  Client late{server->port()};
  late.send(kSubscribe);
  const std::string replay = late.read_until("data: 2\n\n");
  CHECK(replay.find("event: status\ndata: idle\n\n") != std::string::npos);
  CHECK(replay.find("data: 1\n") == std::string::npos);
}

TEST_CASE("a client that does not read is dropped, the others are served") {
  const auto server = start();
  Client reader{server->port()}, sleeper{server->port()};
  for (Client* client : {&reader, &sleeper}) {
    client->send(kSubscribe);
    client->read_until("retry: 2000\n\n");
  }
  const std::string large(256U << 10U, 'x');
  for (int i = 0; i < 200; ++i) {
    server->publish("totals", large + "end" + std::to_string(i));
    CHECK(reader.read_until("end" + std::to_string(i) + "\n\n").ends_with("\n\n"));
  }
  const std::string rest = sleeper.read_to_end();
  CHECK(rest.find("end199\n") == std::string::npos);
}

TEST_CASE("event queue: limits by number and by bytes") {
  int woken = 0, dropped = 0;
  http::EventClient client{[&] { ++woken; }, [&] { ++dropped; }};
  http::EventHub hub;
  const http::EventHub::Membership membership{hub, client};
  SUBCASE("number") {
    for (std::size_t i = 0; i < http::kMaxQueuedEvents; ++i)
      hub.publish("e", std::make_shared<std::string>("x"));
    CHECK(dropped == 0);
    CHECK(woken == 1);
    hub.publish("e", std::make_shared<std::string>("x"));
    hub.publish("e", std::make_shared<std::string>("x"));
    CHECK(dropped == 1);
  }
  SUBCASE("bytes") {
    hub.publish("e", std::make_shared<std::string>(http::kMaxQueuedEventBytes + 1, 'x'));
    CHECK(dropped == 1);
  }
  SUBCASE("taking makes room") {
    for (std::size_t i = 0; i < 3 * http::kMaxQueuedEvents; ++i) {
      hub.publish("e", std::make_shared<std::string>(std::to_string(i)));
      CHECK(*client.take() == std::to_string(i));
    }
    CHECK(dropped == 0);
  }
}

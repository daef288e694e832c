// A station's outbox, the pusher, real TLS on loopback and the committee with
// its store. Waiting is for conditions, never for a time.
#include <doctest/doctest.h>

#include <condition_variable>
#include <functional>
#include <mutex>

#include "config/storage/database.h"
#include "sync/committee/committee.h"
#include "sync/outbox/outbox.h"
#include "sync/push/client.h"
#include "sync/push/pusher.h"
#include "sync/wire/parcel.h"
#include "tests/unit/sync/committee/fixture.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using test::kStation;

namespace {

const std::filesystem::path& certificates() {
  static const test::TemporaryFolder folder;
  static const bool made = std::system(("scripts/make-test-ca '" + folder.path().string() + "' --station " +
                                        kStation + " --station stranger --expired old-01")
                                           .c_str()) == 0;
  REQUIRE(made);
  return folder.path();
}

/// One station and one committee, each in a folder of its own.
struct World {
  test::TemporaryFolder folder;
  crypto::SigningKey key = crypto::SigningKey::from_seed({1, 2, 3});
  storage::Database database = storage::Database::open(folder.path() / "journal.db").value();
  outbox::Outbox box = outbox::Outbox::open(database, kStation, test::example_election().digest, key).value();
  std::unique_ptr<committee::Committee> committee;
  std::uint16_t port = 0;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;

  void start_committee(const std::string& data = "committee") {
    settings::CommitteeSettings settings;
    settings.election = "config/examples/election.json";
    settings.data = folder.path() / data;
    settings.receive.port = port;
    settings.tls = {certificates() / "ca.pem", certificates() / "server.pem", certificates() / "server.key"};
    settings.stations = {{kStation, key.public_key().hex()}};
    auto started = committee::Committee::start(settings);
    REQUIRE_MESSAGE(started.has_value(), started.error().log_line());
    committee = std::move(started).value();
    port = committee->receive_port();
  }

  /// Looks again whenever the pusher's status has changed; gives up after 20 s.
  bool eventually(const std::function<bool()>& condition) {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, std::chrono::seconds{20}, condition);
  }

  push::PusherOptions options(const std::string& certificate = kStation) const {
    return {.url = "https://localhost:" + std::to_string(port),
            .ca = certificates() / "ca.pem",
            .certificate = certificates() / (certificate + ".pem"),
            .key = certificates() / (certificate + ".key"),
            .journal_database = folder.path() / "journal.db",
            .on_change = [this] {
              const std::lock_guard lock{mutex};
              changed.notify_all();
            }};
  }
  std::unique_ptr<push::Pusher> start_pusher(const std::string& certificate = kStation) {
    auto pusher = push::Pusher::start(options(certificate), box);
    REQUIRE_MESSAGE(pusher.has_value(), pusher.error().log_line());
    return std::move(pusher).value();
  }
  push::Endpoint endpoint(const std::string& certificate = kStation) const {
    const auto all = options(certificate);
    return {.url = all.url, .ca = all.ca, .certificate = all.certificate, .key = all.key};
  }

  void enqueue(std::string_view kind, const std::string& body) {
    auto transaction = database.begin().value();
    REQUIRE(box.enqueue(transaction, kind, body).has_value());
    REQUIRE(transaction.commit().has_value());
  }
  void enqueue_total(std::uint64_t batch) { enqueue("batch_total", wire::encode(test::example_total(batch))); }
  std::string board(const std::string& path) const {
    return test::Client{committee->board_port()}.ask("GET " + path +
                                                     " HTTP/1.1\r\nConnection: close\r\n\r\n");
  }
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::atomic<bool> kNever{false};

}  // namespace

TEST_CASE("records arrive, are acknowledged and shown") {
  World world;
  world.start_committee();
  world.enqueue_total(1);
  const auto pusher = world.start_pusher();
  CHECK(world.eventually([&] { return pusher->status().acknowledged_sequence == 1; }));
  test::Client listener{world.committee->board_port()};
  listener.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(has(listener.read_until("event: totals\n"), "text/event-stream"));
  world.enqueue_total(2);
  pusher->notify();
  CHECK(has(listener.read_until("\"collected\":20"), "\"collected\":20"));
  CHECK(world.eventually([&] { return pusher->status().acknowledged_sequence == 2; }));
  CHECK(pusher->status().online);
  CHECK(!pusher->status().last_error.has_value());
  CHECK(has(world.board("/api/v1/totals"), R"("stations_reporting":1,"collected":20)"));
  CHECK(has(world.board("/api/v1/stations"), R"("id":"dl-eakly-03","state":"reporting","last_sequence":2)"));
  CHECK(has(world.board("/metrics"), "kiemphieu_committee_records_total 2"));
  CHECK(has(world.board("/"), "<html lang=\"vi\">"));
  CHECK(has(world.board("/healthz"), "ok"));
  CHECK(has(world.board("/api/v1/records"), "HTTP/1.1 404"));
  CHECK(world.committee->alive());
}

TEST_CASE("an evening's records over the network take a third of the bytes as parcels, and are the same records") {
  World world;
  world.start_committee();
  test::Chain chain;  // the world's own key
  std::vector<Bytes> records;
  for (std::uint64_t batch = 1; batch <= 100; ++batch) {
    records.push_back(chain.status("counting"));
    records.push_back(chain.status("counting"));
    records.push_back(chain.total(batch));
  }
  const std::vector<Bytes> first(records.begin(), records.begin() + 256), rest(records.begin() + 256, records.end());
  const std::size_t bare = wire::encode_batch(first).size() + wire::encode_batch(rest).size();
  const std::size_t packed = wire::encode_parcel(first).size() + wire::encode_parcel(rest).size();
  MESSAGE("300 records: " << bare << " bytes as batches, " << packed << " as parcels");
  CHECK(3 * packed < 2 * bare);
  push::HttpsClient station{world.endpoint(), kNever};
  CHECK(station.post("/api/v1/records", wire::encode_parcel(first), std::string{wire::kParcelType})->status == 200);
  CHECK(station.post("/api/v1/records", wire::encode_batch(rest))->status == 200);
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":1000"));
  const auto broken = station.post("/api/v1/records", as_bytes("KPP1 and no more"), std::string{wire::kParcelType});
  CHECK(broken->status == 400);
  CHECK(has(broken->body, "wire_invalid"));
}

TEST_CASE("people bring records in beside the network, and a program must name a local address") {
  World world;
  world.start_committee();
  test::Chain chain;
  const Bytes parcel = wire::encode_parcel({chain.total(1), chain.total(2)});
  const std::string type{wire::kParcelType}, path = "/api/v1/parcels";
  const auto reply = push::post_here("http://127.0.0.1:" + std::to_string(world.committee->board_port()), path, parcel, type);
  REQUIRE(reply);
  CHECK(reply->status == 200);
  CHECK(has(reply->body, R"("accepted":2,"known":0,"refused":0,"acknowledged":2)"));
  push::HttpsClient station{world.endpoint(), kNever};
  CHECK(station.post("/api/v1/records", parcel, type)->status == 200);
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":20"));
  for (const char* url : {"http://example.org:80", "https://127.0.0.1:80", "http://127.0.0.1:", "http://127.0.0.1:80/x",
                          "http://127.0.0.1.evil:1", "http://127.0.0.1:8x"}) {
    CAPTURE(url);
    CHECK(push::post_here(url, path, parcel, type).error().code == ErrorCode::kUsage);
  }
}

TEST_CASE("the committee comes later, and goes, and comes back") {
  World world;
  world.start_committee();
  world.committee.reset();
  for (std::uint64_t batch = 1; batch <= 100; ++batch) {
    world.enqueue_total(batch);
    for (const char* state : {"counting", "paused"}) world.enqueue("status", wire::encode(wire::Status{.state = state}));
  }
  const auto pusher = world.start_pusher();
  CHECK(world.eventually([&] { return pusher->status().last_error.has_value(); }));
  CHECK(pusher->status().last_error->code == ErrorCode::kCommitteeUnreachable);
  CHECK(!pusher->status().online);
  world.start_committee();
  CHECK(world.eventually([&] { return pusher->status().acknowledged_sequence == 300; }));
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":1000"));
}

TEST_CASE("an answer that was lost: the repeat counts once") {
  World world;
  world.start_committee();
  world.enqueue_total(1);
  // The committee commits; the station dies before it reads the answer.
  push::HttpsClient station{world.endpoint(), kNever};
  const auto items = world.box.pending(world.database, 10, 1'000'000).value();
  CHECK(station.post("/api/v1/records", wire::encode_batch({items[0].envelope}))->status == 200);
  world.committee.reset();
  world.start_committee();
  const auto pusher = world.start_pusher();
  CHECK(world.eventually([&] { return pusher->status().acknowledged_sequence == 1; }));
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":10"));
}

TEST_CASE("a committee that was set back asks again and gets everything") {
  World world;
  world.start_committee();
  for (std::uint64_t batch = 1; batch <= 3; ++batch) world.enqueue_total(batch);
  const auto pusher = world.start_pusher();
  REQUIRE(world.eventually([&] { return pusher->status().acknowledged_sequence == 3; }));
  world.committee.reset();
  world.start_committee("committee-from-an-old-backup");
  world.enqueue_total(4);
  pusher->notify();
  CHECK(world.eventually([&] { return pusher->status().acknowledged_sequence == 4; }));
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":40"));
}

TEST_CASE("a fork stops the pusher, keeps the records and raises the alarm") {
  World world;
  world.start_committee();
  test::Chain twin;
  push::HttpsClient other{world.endpoint(), kNever};
  CHECK(other.post("/api/v1/records", wire::encode_batch({twin.total(7)}))->status == 200);
  world.enqueue_total(1);
  const auto pusher = world.start_pusher();
  REQUIRE(world.eventually([&] { return pusher->status().last_error.has_value(); }));
  CHECK(pusher->status().last_error->code == ErrorCode::kCommitteeRefused);
  CHECK(pusher->status().online);
  CHECK(pusher->status().acknowledged_sequence == 0);
  CHECK(world.box.pending(world.database, 10, 1'000'000)->size() == 1);
  CHECK(has(world.board("/api/v1/stations"), "\"state\":\"conflict\""));
  CHECK(has(world.board("/metrics"), "kiemphieu_committee_conflicts 1"));
}

TEST_CASE("the receiving side says why") {
  World world;
  world.start_committee();
  test::Chain chain;
  const auto answer = [&](ByteView body, const std::string& certificate) {
    push::HttpsClient client{world.endpoint(certificate), kNever};
    const auto reply = client.post("/api/v1/records", body);
    REQUIRE_MESSAGE(reply.has_value(), reply.error().log_line());
    return std::to_string(reply->status) + " " + reply->body;
  };
  const Bytes first = chain.total(1), second = chain.total(2);
  CHECK(answer(wire::encode_batch({second}), kStation).ends_with("\"expected\":1,\"acknowledged\":0}"));
  CHECK(answer(wire::encode_batch({first}), "stranger")
            .starts_with("403 {\"code\":\"station_not_authorised\""));
  CHECK(answer(Bytes{1, 2, 3}, kStation).starts_with("400 {\"code\":\"wire_invalid\""));
  CHECK(answer({}, kStation).starts_with("400 "));
  CHECK(answer(Bytes(wire::kMaxBatchBytes + 1), kStation).starts_with("400 "));
  CHECK(answer(Bytes(wire::kMaxParcelBytes + 1), kStation).starts_with("413 "));
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":0"));
}

TEST_CASE("a body cut short on the way leaves nothing") {
  World world;
  world.start_committee();
  test::Chain chain;
  const Bytes body = wire::encode_batch({chain.total(1)});
  {
    const auto endpoint = world.endpoint();
    test::Client client{world.port,
                        {.ca = endpoint.ca, .certificate = endpoint.certificate, .key = endpoint.key}};
    client.send(
        "POST /api/v1/records HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + std::string{as_text(body).substr(0, body.size() - 10)});
    client.finish_sending();
    CHECK(client.read_to_end().empty());
  }
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":0"));
}

TEST_CASE("certificates that cannot work are named before anything is sent") {
  World world;
  world.start_committee();
  const auto old = push::Pusher::start(world.options("old-01"), world.box);
  REQUIRE(!old.has_value());
  CHECK(old.error().code == ErrorCode::kCertificateExpired);
  CHECK(push::Pusher::start(world.options("none"), world.box).error().code ==
        ErrorCode::kCertificateUnusable);
  CHECK(push::probe(world.options()).has_value());
  CHECK(push::probe(world.options("old-01")).error().code == ErrorCode::kCertificateExpired);

  const test::TemporaryFolder other;
  REQUIRE(std::system(
              ("scripts/make-test-ca '" + other.path().string() + "' --station " + kStation).c_str()) == 0);
  auto options = world.options();
  options.ca = other.path() / "ca.pem";
  CHECK(push::probe(options).error().code == ErrorCode::kTlsRefused);
  options = world.options();
  options.certificate = other.path() / (kStation + ".pem");
  options.key = other.path() / (kStation + ".key");
  CHECK(push::probe(options).error().code == ErrorCode::kCertificateUnusable);
  world.committee.reset();
  CHECK(push::probe(world.options()).error().code == ErrorCode::kCommitteeUnreachable);
  options.url = "http://localhost";
  CHECK(push::probe(options).error().code == ErrorCode::kSettingsInvalid);
}

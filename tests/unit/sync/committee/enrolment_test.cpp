// Machines are enrolled, renewed and revoked over real TLS 1.3 on loopback, with the
// committee as it runs and the client that a station has.
#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>

#include "config/base/clock.h"
#include "config/crypto/certificate_request.h"
#include "config/storage/files.h"
#include "sync/committee/committee.h"
#include "sync/enrol/office.h"
#include "sync/push/client.h"
#include "sync/push/enrolment.h"
#include "sync/push/renewer.h"
#include "sync/push/verdict.h"
#include "tests/unit/sync/committee/fixture.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;
using test::kStation;

namespace {

const std::atomic<bool> kNever{false};
const std::string kOther = "dl-eakly-04";

std::int64_t now() { return SystemClock{}.wall_unix_s(); }
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
std::string id_of(const Error& error) { return std::string{info(error.code).id}; }

/// An authority with a server certificate for localhost, as `kiemphieu ca init` and `ca server` make them.
void make_authority(const std::filesystem::path& folder) {
  const auto authority = crypto::Authority::create(folder, "Ủy ban bầu cử tỉnh", 400, now());
  REQUIRE_MESSAGE(authority.has_value(), authority.error().log_line());
  const auto request = crypto::make_request(folder / "server.key", "localhost");
  const auto server = authority->issue_server(*request, {"localhost", "127.0.0.1"}, 100, now());
  REQUIRE_MESSAGE(server.has_value(), server.error().log_line());
  std::ofstream{folder / "server.pem"} << server->pem;
}

struct World {
  test::TemporaryFolder folder;
  std::filesystem::path ca = folder.path() / "ca";
  settings::CommitteeSettings settings;
  std::unique_ptr<committee::Committee> committee;
  crypto::SigningKey key = crypto::SigningKey::from_seed({1, 2, 3});

  World() {
    make_authority(ca);
    settings.election = "config/examples/election.json";
    settings.data = folder.path() / "committee";
    settings.tls = {ca / "ca.pem", ca / "server.pem", ca / "server.key"};
    settings.enrol.authority = ca;
  }
  void start() {
    auto started = committee::Committee::start(settings);
    REQUIRE_MESSAGE(started.has_value(), started.error().log_line());
    committee = std::move(started).value();
  }
  enrol::Book book() const { return enrol::Book::open(enrol::book_file(ca)).value(); }
  Digest fingerprint() const { return crypto::Authority::load(ca)->fingerprint(); }
  enrol::Code code(const std::string& station = kStation, bool spare = false) const {
    auto opened = book();
    return enrol::make_code(opened, fingerprint(), station, spare, 7, "minh", now()).value();
  }
  push::EnrolOptions options(const enrol::Code& code, const std::string& tls = "tls", const std::string& station = kStation) const {
    return {"https://localhost:" + std::to_string(committee->enrol_port()), station, code, test::example_election().digest,
            folder.path() / tls};
  }
  Result<push::Enrolled> enrol(const enrol::Code& code) const { return push::enrol(options(code), key); }
  push::Endpoint endpoint(const std::string& tls = "tls", const std::string& station = kStation) const {
    const auto at = folder.path() / tls;
    return {"https://localhost:" + std::to_string(committee->receive_port()), at / "ca.pem", at / (station + ".pem"),
            at / (station + ".key")};
  }
  void revoke(const std::string& key_begins = "") const {
    auto opened = book();
    const auto lost = enrol::revoke(opened, kStation, key_begins, "mất máy", "minh", now());
    REQUIRE_MESSAGE(lost.has_value(), lost.error().log_line());
  }
  std::string board(const std::string& path) const {
    return test::Client{committee->board_port()}.ask("GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
  }
};

std::string send(push::HttpsClient& client, ByteView record) {
  const Bytes bytes{record.begin(), record.end()};
  const auto reply = client.post("/api/v1/records", wire::encode_batch({bytes}));
  return reply ? std::to_string(reply->status) + " " + reply->body : id_of(reply.error());
}

}  // namespace

TEST_CASE("a machine enrols from nothing over TLS 1.3, sends at once and stands on the board") {
  World world;
  world.start();
  const enrol::Code code = world.code();
  const auto enrolled = world.enrol(code);
  REQUIRE_MESSAGE(enrolled.has_value(), enrolled.error().log_line());
  CHECK(enrolled->about.common_name == kStation);
  CHECK(crypto::check_tls_files(enrolled->ca, enrolled->certificate, enrolled->key, now()).has_value());
  push::HttpsClient station{world.endpoint(), kNever};
  test::Chain chain;
  CHECK(has(send(station, chain.total(1)), "200 {\"acknowledged\":1}"));
  CHECK(has(world.board("/api/v1/stations"), R"("id":"dl-eakly-03","state":"reporting")"));
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":10"));
  world.code("dl-misspelt");
  CHECK(has(send(station, chain.status("counting")), "200 "));
  CHECK(!has(world.board("/api/v1/stations"), "dl-misspelt"));
  // The answer was lost on the way: the same command again does no harm.
  CHECK(world.enrol(code).has_value());
  // After a restart the register still knows it.
  world.committee.reset();
  world.start();
  push::HttpsClient later{world.endpoint(), kNever};
  CHECK(has(send(later, chain.total(2)), "200 {\"acknowledged\":3}"));
}

TEST_CASE("a code that was used, is wrong or ran out enrols nobody, and the machine's files stay as they were") {
  World world;
  world.start();
  const enrol::Code code = world.code();
  SUBCASE("used by another machine") {
    REQUIRE(world.enrol(code).has_value());
    const auto second = push::enrol(world.options(code, "second"), crypto::SigningKey::from_seed({7}));
    REQUIRE(!second.has_value());
    CHECK(id_of(second.error()) == "enrol_code_used");
    CHECK(!std::filesystem::exists(world.folder.path() / "second/ca.pem"));
  }
  SUBCASE("wrong: answered late") {
    const auto begin = std::chrono::steady_clock::now();
    const auto wrong = world.enrol(enrol::Code::make(world.fingerprint()));
    CHECK(id_of(wrong.error()) == "enrol_code_refused");
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds{1'900});
    CHECK(!std::filesystem::exists(world.folder.path() / "tls/ca.pem"));
  }
  SUBCASE("ran out") {
    auto book = world.book();
    const auto old = enrol::make_code(book, world.fingerprint(), kStation, false, 1, "minh", now() - 2 * 86'400).value();
    CHECK(id_of(world.enrol(old).error()) == "enrol_code_expired");
  }
  SUBCASE("of another station") {
    const auto other = push::enrol(world.options(code, "tls", kOther), world.key);
    CHECK(id_of(other.error()) == "enrol_code_refused");
  }
  SUBCASE("guessed again and again") {
    std::string last;
    for (int i = 0; i < 5; ++i) last = id_of(world.enrol(enrol::Code::make(world.fingerprint())).error());
    CHECK(last == "enrol_too_many");
  }
}

TEST_CASE("a false committee gets neither the code nor the machine") {
  World real;
  real.start();
  const enrol::Code code = real.code();
  World impostor;  // the same name, another key
  SUBCASE("with an authority of its own") {
    impostor.start();
    const auto caught = push::enrol(impostor.options(code), real.key);
    CHECK(id_of(caught.error()) == "committee_false");
  }
  SUBCASE("that passes the real ca.pem on and answers with its own certificate") {
    http::ServerOptions options;
    options.tls = http::Tls{.ca = impostor.ca / "ca.pem", .certificate = impostor.ca / "server.pem", .key = impostor.ca / "server.key",
                            .require_client = false};
    std::atomic<int> posts{0};
    const std::string real_ca = crypto::Authority::load(real.ca)->certificate_pem();
    const std::string both = real_ca + crypto::Authority::load(impostor.ca)->certificate_pem();
    const auto server = http::Server::start(options, [&](const http::Request& request) {
      if (request.method == "POST") ++posts;
      return http::Response{.status = 200, .content_type = "application/x-pem-file", .body = both, .headers = {}};
    });
    REQUIRE(server.has_value());
    auto there = real.options(code);
    there.url = "https://localhost:" + std::to_string((*server)->port());
    CHECK(id_of(push::enrol(there, real.key).error()) == "committee_false");
    CHECK(posts == 0);
  }
  CHECK(!std::filesystem::exists(real.folder.path() / "tls/ca.pem"));
  CHECK(real.enrol(code).has_value());
}

TEST_CASE("the enrolment listener takes TLS 1.3 only and says nothing else") {
  World world;
  world.start();
  test::ClientTls tls{.ca = world.ca / "ca.pem", .certificate = {}, .key = {}};
  const auto ask = [&](const std::string& request) { return test::Client{world.committee->enrol_port(), tls}.ask(request); };
  CHECK(has(ask("GET /api/v1/authority HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "BEGIN CERTIFICATE"));
  CHECK(has(ask("GET /api/v1/records HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), " 404 "));
  CHECK(has(ask("GET /api/v1/enrol HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), " 405 "));
  CHECK(has(ask("POST /api/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"), "field_invalid"));
  CHECK(has(ask("POST /api/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\nConnection: close\r\n\r\n"), " 413 "));
  tls.only_tls_1_2 = true;
  CHECK(!test::Client{world.committee->enrol_port(), tls}.connected());
}

TEST_CASE("a revoked machine is refused on the connection that is open, and what it sent stays") {
  World world;
  world.start();
  REQUIRE(world.enrol(world.code()).has_value());
  push::HttpsClient open{world.endpoint(), kNever};
  test::Chain chain;
  const Bytes first = chain.total(1);
  CHECK(has(send(open, first), "200 "));
  world.revoke();
  CHECK(has(send(open, chain.total(2)), "403 {\"code\":\"machine_revoked\""));
  CHECK(has(open.get("/healthz")->body, "machine_revoked"));
  push::HttpsClient anew{world.endpoint(), kNever};
  CHECK(has(send(anew, first), "403 {\"code\":\"machine_revoked\""));
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":10"));
  CHECK(id_of(push::renew(world.endpoint(), kNever).error()) == "machine_revoked");
  CHECK(push::judge({.status = 403, .body = R"({"code":"machine_revoked"})"}).next == push::Verdict::Next::kStop);
}

TEST_CASE("a revoked key signs nothing new, whoever brings it, and its earlier records may be repeated") {
  World world;
  world.start();
  REQUIRE(world.enrol(world.code()).has_value());
  test::Chain chain;
  const Bytes first = chain.total(1);
  {
    push::HttpsClient old{world.endpoint(), kNever};
    CHECK(has(send(old, first), "200 "));
  }
  world.revoke();
  const crypto::SigningKey next = crypto::SigningKey::from_seed({4});
  REQUIRE(push::enrol(world.options(world.code(), "next"), next).has_value());
  push::HttpsClient replacement{world.endpoint("next"), kNever};
  CHECK(has(send(replacement, first), "200 {\"acknowledged\":1}"));
  const Bytes stolen = chain.total(2);
  const auto reply = replacement.post("/api/v1/records", wire::encode_batch({first, stolen}));
  CHECK(has(reply->body, "machine_revoked"));
  CHECK(has(reply->body, "\"acknowledged\":1"));
  CHECK(has(world.board("/api/v1/totals"), "\"collected\":10"));
}

TEST_CASE("a machine that takes over is enrolled as a spare, and goes on after the first is revoked") {
  World world;
  world.start();
  REQUIRE(world.enrol(world.code()).has_value());
  test::Chain chain;
  const Bytes first = chain.total(1);
  push::HttpsClient old{world.endpoint(), kNever};
  CHECK(has(send(old, first), "200 "));
  const crypto::SigningKey spare = crypto::SigningKey::from_seed({4});
  REQUIRE(push::enrol(world.options(world.code(kStation, true), "spare"), spare).has_value());
  push::HttpsClient taking{world.endpoint("spare"), kNever};
  chain.key = crypto::SigningKey::from_seed({4});
  const Bytes over = chain.next("take_over", wire::encode(wire::TakeOver{.epoch = 2, .public_key_hex = spare.public_key().hex()}));
  CHECK(has(send(taking, over), "200 {\"acknowledged\":2}"));
  world.revoke(world.key.public_key().hex());
  CHECK(has(send(taking, chain.total(2)), "200 {\"acknowledged\":3}"));
  CHECK(has(send(old, first), "machine_revoked"));
}

TEST_CASE("a station speaks for itself alone") {
  World world;
  world.start();
  REQUIRE(world.enrol(world.code()).has_value());
  push::HttpsClient station{world.endpoint(), kNever};
  test::Chain of_another;
  of_another.station = kOther;
  CHECK(has(send(station, of_another.total(1)), "403 {\"code\":\"station_not_authorised\""));
  // A certificate by the committee's authority that the register does not know.
  const auto request = crypto::make_request(world.folder.path() / "tls/hand.key", kOther);
  std::ofstream{world.folder.path() / "tls/hand.pem"} << crypto::Authority::load(world.ca)->issue_station(*request, kOther, 9, now())->pem;
  push::HttpsClient by_hand{world.endpoint("tls", "hand"), kNever};
  CHECK(has(send(by_hand, of_another.total(1)), "403 {\"code\":\"station_not_authorised\""));
  CHECK(by_hand.get("/healthz")->status == 403);
}

TEST_CASE("a station listed by hand goes on beside the enrolled ones until it is revoked") {
  World world;
  world.settings.stations = {{kStation, world.key.public_key().hex()}};
  const auto request = crypto::make_request(world.folder.path() / "hand.key", kStation);
  const std::string pem = crypto::Authority::load(world.ca)->issue_station(*request, kStation, 9, now())->pem;
  std::filesystem::create_directories(world.folder.path() / "tls");
  std::filesystem::rename(world.folder.path() / "hand.key", world.folder.path() / "tls" / (kStation + ".key"));
  std::ofstream{world.folder.path() / "tls" / (kStation + ".pem")} << pem;
  std::filesystem::copy_file(world.ca / "ca.pem", world.folder.path() / "tls/ca.pem");
  world.start();
  push::HttpsClient station{world.endpoint(), kNever};
  test::Chain chain;
  CHECK(has(send(station, chain.total(1)), "200 "));
  CHECK(id_of(push::enrol(world.options(world.code(), "other"), crypto::SigningKey::from_seed({4})).error()) == "station_enrolled_already");
  world.revoke();
  CHECK(has(send(station, chain.total(2)), "machine_revoked"));
  REQUIRE(push::enrol(world.options(world.code(), "other"), crypto::SigningKey::from_seed({4})).has_value());
  world.committee.reset();
  CHECK(id_of(committee::Committee::start(world.settings).error()) == "settings_invalid");
}

TEST_CASE("a certificate is renewed in its last third, and a failure is noted for the self-test") {
  World world;
  world.settings.enrol.certificate_days = 45;
  world.start();
  REQUIRE(world.enrol(world.code()).has_value());
  const auto endpoint = world.endpoint();
  // One of the last days, as it would be after five weeks.
  const auto request = crypto::make_request(endpoint.key, kStation);
  const auto late = crypto::Authority::load(world.ca)->issue_station(*request, kStation, 10, now() - 9 * 86'400).value();
  auto book = world.book();
  REQUIRE(book.add_certificate({late.fingerprint, book.machines()->front().number, std::nullopt,
                                crypto::key_of_request(*request).value(), late.pem, 5, late.not_after_unix_s})
              .has_value());
  REQUIRE(storage::write_file_durably(endpoint.certificate, as_bytes(late.pem)).has_value());
  CHECK(push::renewal_due(crypto::load_certificate(endpoint.certificate).value(), now()));
  std::mutex mutex;
  std::condition_variable changed;
  int looks = 0;
  const auto one_look = [&](const push::Endpoint& where) {
    looks = 0;
    const auto renewer = push::Renewer::start(where, [&] {
      const std::lock_guard lock{mutex};
      ++looks;
      changed.notify_all();
    });
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, std::chrono::seconds{20}, [&] { return looks > 0; });
  };
  auto nobody = endpoint;
  nobody.url = "https://localhost:9";
  REQUIRE(one_look(nobody));
  CHECK(std::filesystem::exists(push::renewal_note(endpoint.certificate)));
  REQUIRE(one_look(endpoint));
  CHECK(!std::filesystem::exists(push::renewal_note(endpoint.certificate)));
  const auto renewed = crypto::load_certificate(endpoint.certificate).value();
  CHECK(!push::renewal_due(renewed, now()));
  push::HttpsClient station{endpoint, kNever};
  test::Chain chain;
  CHECK(has(send(station, chain.total(1)), "200 "));
}

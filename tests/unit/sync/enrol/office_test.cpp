// The register and its decisions, without network: real SQLite, real certificates.
#include "sync/enrol/office.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "config/crypto/certificate.h"
#include "config/crypto/certificate_request.h"
#include "tests/unit/sync/support/client.h"

using namespace kiemphieu;

namespace {

const std::string kStation = "dl-eakly-03";
constexpr std::int64_t kDay = 86'400;

class HandClock final : public Clock {
 public:
  std::chrono::milliseconds monotonic() const override { return std::chrono::milliseconds{1000 * passed_s}; }
  std::int64_t wall_unix_s() const override { return 1'800'000'000 + passed_s; }
  std::int64_t passed_s = 0;
};

struct World {
  test::TemporaryFolder folder;
  HandClock clock;
  election::Election election = election::load("config/examples/election.json").value();
  enrol::Office office = open();
  crypto::SigningKey key = crypto::SigningKey::from_seed({1});

  enrol::Office open() {
    auto authority = crypto::Authority::create(folder.path() / "ca", "Ủy ban bầu cử", 400, clock.wall_unix_s());
    REQUIRE_MESSAGE(authority.has_value(), authority.error().log_line());
    return {std::move(authority).value(), enrol::Book::open(enrol::book_file(folder.path() / "ca")).value(), election, clock, {}};
  }
  enrol::Code code(bool spare = false, int days = 7) {
    return enrol::make_code(office.book(), office.authority().fingerprint(), kStation, spare, days, "minh", clock.wall_unix_s()).value();
  }
  enrol::EnrolRequest request(const enrol::Code& code, const crypto::SigningKey& signer, const std::string& machine = "a") {
    enrol::EnrolRequest request;
    request.code = code;
    request.station = kStation;
    request.election = election.digest;
    request.request_pem = crypto::make_request(folder.path() / (machine + ".key"), kStation).value();
    REQUIRE(enrol::sign(request, signer).has_value());
    return request;
  }
  std::string ask(const enrol::EnrolRequest& request, const std::string& peer = "192.0.2.1") {
    const auto grant = office.enrol(request, peer);
    return grant ? "granted" : std::string{info(grant.error().code).id};
  }
  std::vector<std::string> acts() {
    const auto lines = office.book().audit();
    REQUIRE(lines.has_value());
    std::vector<std::string> acts;
    for (const auto& line : *lines) acts.emplace_back(enrol::to_text(line.act));
    return acts;
  }
};

}  // namespace

TEST_CASE("a code enrols one machine, once, and the register says so") {
  World world;
  const enrol::Code code = world.code();
  const auto first = world.office.enrol(world.request(code, world.key), "192.0.2.1");
  REQUIRE_MESSAGE(first.has_value(), first.error().log_line());
  const auto key_file = world.folder.path() / "a.key";
  CHECK(crypto::check_issued(first->certificate_pem, first->ca_pem, key_file, kStation, world.clock.wall_unix_s()).has_value());
  // The answer was lost: the same machine asks again and gets the same.
  const auto again = world.office.enrol(world.request(code, world.key), "192.0.2.1");
  REQUIRE_MESSAGE(again.has_value(), again.error().log_line());
  CHECK(again->certificate_pem == first->certificate_pem);
  CHECK(world.ask(world.request(code, crypto::SigningKey::from_seed({2}), "b")) == "enrol_code_used");
  CHECK(world.ask(world.request(code, world.key, "b")) == "enrol_code_used");
  const auto machines = world.office.book().machines();
  REQUIRE(machines->size() == 1);
  CHECK(machines->front().public_key == world.key.public_key());
  CHECK(machines->front().certificate_until_unix_s == world.clock.wall_unix_s() + 45 * kDay);
  CHECK(world.acts() == std::vector<std::string>{"code_made", "enrolled", "refused", "refused"});
}

TEST_CASE("what is refused at enrolment, each with its name") {
  World world;
  const enrol::Code code = world.code();
  auto request = world.request(code, world.key);
  SUBCASE("a code nobody made") {
    request = world.request(enrol::Code::make(world.office.authority().fingerprint()), world.key);
    CHECK(world.ask(request) == "enrol_code_refused");
  }
  SUBCASE("a code of another station") {
    request.station = "dl-eakly-04";
    CHECK(world.ask(request) == "enrol_code_refused");
  }
  SUBCASE("another election") {
    request.election.bytes[0] ^= 1;
    CHECK(world.ask(request) == "election_mismatch");
  }
  SUBCASE("a key that the machine does not have") {
    request.public_key = crypto::SigningKey::from_seed({9}).public_key();
    CHECK(world.ask(request) == "signature_invalid");
  }
  SUBCASE("a request put in another's place") {
    request.request_pem = crypto::make_request(world.folder.path() / "b.key", kStation).value();
    CHECK(world.ask(request) == "signature_invalid");
  }
  SUBCASE("a request for another station") {
    request.request_pem = crypto::make_request(world.folder.path() / "b.key", "dl-eakly-04").value();
    REQUIRE(enrol::sign(request, world.key).has_value());
    CHECK(world.ask(request) == "certificate_request_refused");
    CHECK(world.ask(world.request(code, world.key)) == "granted");  // and the code is not spent
  }
  SUBCASE("a code of last week") {
    world.clock.passed_s = 7 * kDay;
    CHECK(world.ask(request) == "enrol_code_expired");
  }
  SUBCASE("a code that a newer one replaced") {
    const enrol::Code newer = world.code();
    CHECK(world.ask(request) == "enrol_code_used");
    CHECK(world.ask(world.request(newer, world.key)) == "granted");
  }
  SUBCASE("a second machine while the first is not revoked") {
    CHECK(world.ask(request) == "granted");
    const auto second = world.request(world.code(), crypto::SigningKey::from_seed({2}), "b");
    CHECK(world.ask(second) == "station_enrolled_already");
    REQUIRE(enrol::revoke(world.office.book(), kStation, "", "mất máy", "minh", 5).has_value());
    CHECK(world.ask(second) == "enrol_code_used");  // codes from before the loss are withdrawn
    CHECK(world.ask(world.request(world.code(), crypto::SigningKey::from_seed({2}), "b")) == "granted");
    CHECK(world.ask(world.request(world.code(), world.key)) == "machine_revoked");
  }
}

TEST_CASE("a spare machine is enrolled beside the first") {
  World world;
  CHECK(world.ask(world.request(world.code(), world.key)) == "granted");
  CHECK(world.ask(world.request(world.code(true), crypto::SigningKey::from_seed({2}), "b")) == "granted");
  CHECK(enrol::revoke(world.office.book(), kStation, "", "mất máy", "minh", 5).error().code == ErrorCode::kMachineUnknown);
  const auto lost = enrol::revoke(world.office.book(), kStation, world.key.public_key().hex().substr(0, 8), "mất máy", "minh", 5);
  REQUIRE(lost.has_value());
  CHECK(!lost->spare);
  CHECK(world.office.book().machines_of(kStation)->back().active());
}

TEST_CASE("guessing is slowed down, for each address and for all, and never shut out") {
  World world;
  const enrol::Code code = world.code();
  const auto guess = [&](const std::string& peer) {
    return world.ask(world.request(enrol::Code::make(world.office.authority().fingerprint()), world.key), peer);
  };
  for (int i = 0; i < 4; ++i) CHECK(guess("192.0.2.66") == "enrol_code_refused");
  CHECK(guess("192.0.2.66") == "enrol_too_many");
  CHECK(world.ask(world.request(code, world.key), "192.0.2.66") == "enrol_too_many");
  CHECK(world.ask(world.request(code, world.key), "192.0.2.1") == "granted");
  world.clock.passed_s += 60;
  CHECK(world.ask(world.request(code, world.key), "192.0.2.66") == "granted");
}

TEST_CASE("the limits by themselves: waits grow to a minute and end, and all together have one") {
  HandClock clock;
  enrol::Limiter limiter{clock};
  for (int i = 0; i < 20; ++i) limiter.failed("a");
  CHECK(limiter.wait("a") == enrol::kLongestWait);
  CHECK(limiter.wait("b").count() == 0);
  clock.passed_s += 59;
  CHECK(limiter.wait("a").count() == 1);
  clock.passed_s += 1;
  CHECK(limiter.wait("a").count() == 0);
  for (int i = 0; i < enrol::kWrongInAll; ++i) limiter.failed("address " + std::to_string(i));
  CHECK(limiter.wait("new").count() == 1);
  clock.passed_s += 1;
  CHECK(limiter.wait("new").count() == 0);
}

TEST_CASE("a certificate is renewed for its own machine, not for a revoked one, and not without end") {
  World world;
  const auto grant = world.office.enrol(world.request(world.code(), world.key), "192.0.2.1");
  REQUIRE(grant.has_value());
  const Digest certificate = crypto::fingerprint_of_pem(grant->certificate_pem).value();
  const auto renew = [&](const std::string& request_for = kStation) {
    const enrol::RenewRequest request{crypto::make_request(world.folder.path() / (request_for + ".tls"), request_for).value()};
    const auto renewed = world.office.renew(kStation, certificate, request, "192.0.2.1");
    return renewed ? "granted" : std::string{info(renewed.error().code).id};
  };
  world.clock.passed_s = 31 * kDay;
  CHECK(renew() == "granted");
  CHECK(world.office.book().machines()->front().certificate_until_unix_s == world.clock.wall_unix_s() + 45 * kDay);
  CHECK(renew("dl-eakly-04") == "certificate_request_refused");
  for (int i = 0; i < 23; ++i) renew();
  CHECK(renew() == "enrol_too_many");
  world.clock.passed_s += 2 * kDay;
  CHECK(renew() == "granted");
  REQUIRE(enrol::revoke(world.office.book(), kStation, "", "mất máy", "minh", 5).has_value());
  CHECK(renew() == "machine_revoked");
  CHECK(world.acts().back() == "refused");
}

TEST_CASE("nobody changes or takes away a line of the audit, or takes a revocation back") {
  World world;
  CHECK(world.ask(world.request(world.code(), world.key)) == "granted");
  REQUIRE(enrol::revoke(world.office.book(), kStation, "", "mất máy", "minh", 5).has_value());
  auto database = storage::Database::open(enrol::book_file(world.folder.path() / "ca")).value();
  CHECK(!database.execute("DELETE FROM audit").has_value());
  CHECK(!database.execute("UPDATE audit SET who = 'nobody'").has_value());
  CHECK(!database.execute("UPDATE machines SET revoked = 0").has_value());
  CHECK(world.acts().size() == 3);
}

TEST_CASE("the register knows no code, only its hash") {
  World world;
  const enrol::Code code = world.code();
  const auto rows = world.office.book().codes(kStation, 1);
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().hash.starts_with("$argon2id$"));
  CHECK(rows->front().hash.find(code.letters()) == std::string::npos);
}

TEST_CASE("an enrol request has one form and one meaning") {
  World world;
  const auto request = world.request(world.code(), world.key);
  const std::string body = enrol::encode(request);
  const auto back = enrol::decode_enrol(body);
  REQUIRE_MESSAGE(back.has_value(), back.error().log_line());
  CHECK(enrol::encode(*back) == body);
  CHECK(enrol::proof_bytes(*back) == enrol::proof_bytes(request));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = body;
    const auto at = changed.find(from);
    REQUIRE(at != std::string::npos);
    return enrol::decode_enrol(changed.replace(at, from.size(), to)).has_value();
  };
  CHECK(!with("\"station\":\"", "\"station\":\"../"));
  CHECK(!with("\"election\":\"", "\"election\":\"00"));
  CHECK(!with("\"signature\":\"", "\"signature\":\"00"));
  CHECK(!with("\"public_key\":", "\"more\":1,\"public_key\":"));
  CHECK(!enrol::decode_enrol("{}").has_value());
  CHECK(!enrol::decode_renew("{\"request\":\"\"}").has_value());
}

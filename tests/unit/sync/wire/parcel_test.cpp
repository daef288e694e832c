#include "sync/wire/parcel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "config/crypto/signing.h"
#include "sync/wire/envelope.h"

using namespace kiemphieu;

namespace {

Bytes record(std::uint64_t sequence) {
  static const crypto::SigningKey key = crypto::SigningKey::from_seed({7});
  wire::Envelope envelope;
  envelope.station = "tram-1", envelope.sequence = sequence, envelope.kind = "status";
  if (sequence > 1) envelope.previous.bytes.fill(0x11);
  envelope.body = R"({"batch":0,"contest":"","contests":[],"state":"idle"})";
  return wire::encode(*wire::sign(envelope, key));
}

std::vector<Bytes> records(std::uint64_t count) {
  std::vector<Bytes> all;
  for (std::uint64_t i = 1; i <= count; ++i) all.push_back(record(i));
  return all;
}

}  // namespace

TEST_CASE("what is in a parcel comes out byte for byte, and an evening's statuses take a third at most") {
  for (const std::uint64_t count : {1U, 2U, 256U}) {
    const auto all = records(count);
    const Bytes batch = wire::encode_batch(all), parcel = wire::encode_parcel(all);
    CHECK(wire::is_parcel(parcel));
    CHECK_FALSE(wire::is_parcel(batch));
    const auto opened = wire::open_parcel(parcel);
    REQUIRE(opened);
    CHECK(*opened == batch);
    if (count == 256U) CHECK(3 * parcel.size() < batch.size());
  }
}

TEST_CASE("a parcel of any other form is refused, and nothing is unpacked beyond what it states") {
  const Bytes good = wire::encode_parcel(records(3));
  const auto with = [&](auto change) {
    Bytes bad = good;
    change(bad);
    return wire::open_parcel(bad);
  };
  struct Case {
    const char* what;
    Result<Bytes> opened;
  };
  const Case cases[] = {
      {"nothing", wire::open_parcel({})},
      {"another version", with([](Bytes& b) { b[3] = '2'; })},
      {"the head alone", with([](Bytes& b) { b.resize(8); })},
      {"cut short", with([](Bytes& b) { b.pop_back(); })},
      {"a byte behind it", with([](Bytes& b) { b.push_back(0); })},
      {"two frames", with([](Bytes& b) { const Bytes frame(b.begin() + 8, b.end()); b.insert(b.end(), frame.begin(), frame.end()); })},
      {"states nothing", with([](Bytes& b) { std::fill(b.begin() + 4, b.begin() + 8, std::uint8_t{0}); })},
      {"states less", with([](Bytes& b) { --b[7]; })},
      {"states more", with([](Bytes& b) { ++b[7]; })},
      {"states more than a batch may have", with([](Bytes& b) { b[4] = 0x7F; })},
      {"no frame", with([](Bytes& b) { b[8] ^= 0xFFU; })},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    REQUIRE_FALSE(c.opened);
    CHECK(c.opened.error().code == ErrorCode::kWireInvalid);
  }
}

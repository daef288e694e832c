#include "sync/bundle/bundle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include "config/base/hex.h"
#include "config/crypto/sha256.h"
#include "sync/bundle/signatures.h"
#include "sync/wire/body.h"
#include "sync/wire/parcel.h"

using namespace kiemphieu;
using wire::Envelope;

namespace {

crypto::SigningKey key(std::uint8_t seed) { return crypto::SigningKey::from_seed({seed}); }

/// The example of docs/formats/wire.md.
Bytes documented_record() {
  std::array<std::uint8_t, 32> seed{};
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
  Envelope envelope{.station = "dl-eakly-03", .election = {}, .sequence = 1, .previous = {}, .kind = "status",
                    .body = R"({"batch":0,"contest":"","contests":[],"state":"idle"})", .signature = {}};
  envelope.election.bytes.fill(0xE1);
  return wire::encode(*wire::sign(envelope, crypto::SigningKey::from_seed(seed)));
}

using Change = std::function<void(std::uint64_t, Envelope&)>;

/// `count` records in a chain; `change` may make one of them different before it is signed.
std::vector<Bytes> chain(std::uint64_t count, const Change& change = {}, std::uint64_t first = 1, std::uint8_t seed = 1) {
  std::vector<Bytes> records;
  Digest previous;
  if (first > 1) previous.bytes.fill(0x77);
  for (std::uint64_t i = first; i < first + count; ++i) {
    Envelope envelope{.station = "tram-1", .election = {}, .sequence = i, .previous = previous, .kind = "status",
                      .body = R"({"batch":0,"contest":"","contests":[],"state":"idle"})", .signature = {}};
    envelope.election.bytes.fill(0x22);
    if (change) change(i, envelope);
    records.push_back(wire::encode(*wire::sign(envelope, key(seed))));
    previous = wire::record_digest(records.back());
  }
  return records;
}

/// The digest at the end made right again, so that what is behind it is looked at.
Bytes resealed(Bytes file) {
  file.resize(file.size() - 32);
  const Digest digest = crypto::sha256(file);
  file.insert(file.end(), digest.bytes.begin(), digest.bytes.end());
  return file;
}

std::vector<Bytes> records_in(const bundle::Bundle& opened) {
  std::vector<Bytes> records;
  REQUIRE(bundle::each_record(opened, [&](const Envelope& envelope) -> Result<void> {
    records.push_back(wire::encode(envelope));
    return {};
  }));
  return records;
}

std::string documented_hex() {
  std::ifstream file{"docs/formats/bundle.md"};
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::size_t start = all.find("```hex\n");
  REQUIRE(start != std::string::npos);
  std::string digits, line;
  std::istringstream block{all.substr(start + 7, all.find("```", start + 7) - start - 7)};
  while (std::getline(block, line))
    for (const char c : line.substr(0, line.find('#')))
      if (c != ' ') digits.push_back(c);
  return digits;
}

}  // namespace

TEST_CASE("the documented example is what the code reads, and up to the parcel what it writes") {
  const Bytes file = *from_hex(documented_hex());
  const auto opened = bundle::open(file);
  REQUIRE(opened);
  CHECK(records_in(*opened) == std::vector<Bytes>{documented_record()});
  constexpr std::size_t kBeforeParcels = 18 + 1 + 11 + 32 + 8 + 8 + 4 + 4;
  const Bytes written = *bundle::encode({documented_record()});
  CHECK(std::ranges::equal(ByteView{written}.first(kBeforeParcels), ByteView{file}.first(kBeforeParcels)));
}

TEST_CASE("the records come out byte for byte, however many parcels they take") {
  for (const std::uint64_t count : {1U, 256U, 257U, 700U}) {
    CAPTURE(count);
    const auto records = chain(count, {}, 5);
    const Bytes file = *bundle::encode(records);
    const auto opened = bundle::open(file);
    REQUIRE(opened);
    CHECK(opened->head.station == "tram-1");
    CHECK(opened->head.first == 5);
    CHECK(opened->head.records() == count);
    CHECK(opened->parcels.size() == (count + 255) / 256);
    CHECK(records_in(*opened) == records);
  }
}

TEST_CASE("records too large for one parcel go into several") {
  const auto records = chain(40, [](std::uint64_t i, Envelope& e) { e.body = std::string(60'000, static_cast<char>('a' + i % 20)); });
  const Bytes file = *bundle::encode(records);
  const auto opened = bundle::open(file);
  REQUIRE(opened);
  CHECK(opened->parcels.size() == 3);
  CHECK(records_in(*opened) == records);
}

TEST_CASE("what is no chain of one station is not made into a bundle") {
  auto gap = chain(3);
  gap.erase(gap.begin() + 1);
  const std::pair<const char*, std::vector<Bytes>> cases[] = {
      {"wire_invalid: no records", {}},
      {"wire_invalid: record 3 stands behind 1", gap},
      {"wire_invalid: record 2 of another station", chain(3, [](auto i, Envelope& e) { if (i == 2) e.station = "tram-2"; })},
      {"wire_invalid: record 2 of another election", chain(3, [](auto i, Envelope& e) { if (i == 2) e.election = {}; })},
      {"wire_invalid: record 2 continues another record", chain(3, [](auto i, Envelope& e) { if (i == 2) e.previous.bytes[0] ^= 1U; })}};
  for (const auto& [what, records] : cases) {
    const auto made = bundle::encode(records);
    REQUIRE_FALSE(made);
    CHECK(made.error().log_line() == what);
  }
}

TEST_CASE("a bundle cut anywhere, with a byte more, or with a bit changed is refused as damaged") {
  const Bytes good = *bundle::encode(chain(3));
  const auto refused = [](ByteView file) {
    const auto opened = bundle::open(file);
    return !opened && opened.error().code == ErrorCode::kBundleDamaged;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    CAPTURE(i);
    CHECK(refused(ByteView{good}.first(i)));
    Bytes changed = good;
    changed[i] ^= 0x10U;
    CHECK(refused(changed));
  }
  Bytes more = good;
  more.push_back(0);
  CHECK(refused(more));
}

TEST_CASE("a bundle with a right digest and wrong contents says what is wrong") {
  // "kiemphieu-bundle-1", length, "tram-1": the election stands at 25, first 57, last 65, records 73, parcels 77, first length 81.
  const auto with = [](std::size_t at, std::uint8_t value, std::vector<Bytes> records = chain(3)) {
    Bytes file = *bundle::encode(records);
    file[at] = value;
    return resealed(std::move(file));
  };
  Bytes behind = *bundle::encode(chain(3));
  behind.insert(behind.end() - 32, 0);
  Bytes head_alone = *bundle::encode(chain(3));
  head_alone.resize(60 + 32);
  const std::pair<const char*, Bytes> cases[] = {
      {"bundle_damaged: not a bundle of version 1", with(17, '2')},
      {"bundle_damaged: the head is of other records", with(19, 'T')},
      {"bundle_damaged: the head is of other records", with(25, 0x23)},
      {"bundle_damaged: the head counts 3 records", with(64, 0)},
      {"bundle_damaged: the head counts 3 records", with(72, 4)},
      {"bundle_damaged: the head counts 2 records", with(76, 2)},
      {"bundle_damaged: parcel 2 is cut short", with(80, 2)},
      {"bundle_damaged: something stands behind the parcels", with(80, 0)},
      {"bundle_damaged: parcel 1 is cut short", with(81, 0x7F)},
      {"bundle_damaged: parcel: not a parcel of version 1", with(85, 'X')},
      {"bundle_damaged: something stands behind the parcels", resealed(behind)},
      {"bundle_damaged: the head is cut short", resealed(head_alone)}};
  for (const auto& [what, file] : cases) {
    CAPTURE(what);
    const auto opened = bundle::open(file);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().log_line() == what);
  }
}

TEST_CASE("a bundle whose parcel holds a gap is refused, though its digest is right") {
  auto records = chain(3);
  Bytes file = *bundle::encode(records);
  records.erase(records.begin() + 1);
  const Bytes parcel = wire::encode_parcel(records);
  file.resize(81);
  for (int i = 3; i >= 0; --i) file.push_back(static_cast<std::uint8_t>(parcel.size() >> (8 * i)));
  file.insert(file.end(), parcel.begin(), parcel.end());
  file.resize(file.size() + 32);
  const auto opened = bundle::open(resealed(file));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().log_line() == "bundle_damaged: record 3 stands behind 1");
}

TEST_CASE("a file beyond the limit is not looked into") {
  const auto opened = bundle::open(Bytes(bundle::kMaxFileBytes + 1));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::kBundleTooLarge);
}

TEST_CASE("signatures: the station's key, a spare's from its take-over on, and nobody else's") {
  const crypto::SigningKey own = key(1), spare = key(2);
  bundle::Keys keys{{{"tram-1", own.public_key()}}, {spare.public_key()}};
  // Two of the first machine, a take-over and one record behind it.
  const auto taken_over = [&](std::uint8_t signer_behind) {
    auto records = chain(2);
    for (std::uint64_t i = 3; i <= 4; ++i) {
      Envelope envelope{.station = "tram-1", .election = {}, .sequence = i, .previous = wire::record_digest(records.back()),
                        .kind = "status", .body = R"({"batch":0,"contest":"","contests":[],"state":"idle"})", .signature = {}};
      envelope.election.bytes.fill(0x22);
      if (i == 3) envelope.kind = wire::TakeOver::kKind, envelope.body = wire::encode(wire::TakeOver{2, spare.public_key().hex()});
      records.push_back(wire::encode(*wire::sign(envelope, key(i == 3 ? 2 : signer_behind))));
    }
    return records;
  };
  const auto verdict = [&](const std::vector<Bytes>& records, const bundle::Keys& by) -> std::string {
    const Bytes file = *bundle::encode(records);
    const auto checked = bundle::check_signatures(*bundle::open(file), by);
    return checked ? "" : checked.error().log_line();
  };
  CHECK(verdict(chain(3), keys) == "");
  CHECK(verdict(chain(3, {}, 7), keys) == "");
  CHECK(verdict(chain(3, {}, 7, 2), keys) == "");  // began behind a take-over
  CHECK(verdict(chain(3, {}, 1, 2), keys) == "signature_invalid: record 1");
  CHECK(verdict(chain(3, {}, 1, 3), keys) == "signature_invalid: record 1");
  CHECK(verdict(chain(3), {}) == "station_not_authorised: tram-1");
  CHECK(verdict(taken_over(2), keys) == "");
  CHECK(verdict(taken_over(1), keys) == "signature_invalid: record 4");
  CHECK(verdict(taken_over(2), {keys.stations, {}}).starts_with("station_not_authorised: key "));
}

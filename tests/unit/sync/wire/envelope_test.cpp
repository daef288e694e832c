#include "sync/wire/envelope.h"

#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "config/base/hex.h"

using namespace kiemphieu;
using wire::ChainHead;
using wire::Envelope;

namespace {

crypto::SigningKey example_key() {
  std::array<std::uint8_t, 32> seed{};
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
  return crypto::SigningKey::from_seed(seed);
}

Envelope example() {
  Envelope envelope{.station = "dl-eakly-03",
                    .election = {},
                    .sequence = 1,
                    .previous = {},
                    .kind = "status",
                    .body = R"({"batch":0,"contest":"","contests":[],"state":"idle"})",
                    .signature = {}};
  envelope.election.bytes.fill(0xE1);
  return *wire::sign(envelope, example_key());
}

/// The hexadecimal digits of the first code block after `heading` in docs/formats/wire.md.
std::string documented_hex(const std::string& heading) {
  std::ifstream file{"docs/formats/wire.md"};
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::size_t start = all.find("```hex\n", all.find(heading));
  REQUIRE(start != std::string::npos);
  std::string digits, line;
  std::istringstream block{all.substr(start + 7, all.find("```", start + 7) - start - 7)};
  while (std::getline(block, line))
    for (const char c : line.substr(0, line.find('#')))
      if (c != ' ') digits.push_back(c);
  return digits;
}

}  // namespace

TEST_CASE("the documented example is what the code writes") {
  CHECK(example_key().public_key().hex() == documented_hex("### The station's key"));
  CHECK(to_hex(wire::encode(example())) == documented_hex("### The envelope"));
  CHECK(wire::record_digest(wire::encode(example())).hex() == documented_hex("### Its digest"));
}

TEST_CASE("an envelope comes back as it went") {
  const auto decoded = wire::decode(wire::encode(example()));
  REQUIRE(decoded.has_value());
  CHECK(*decoded == example());
}

TEST_CASE("an envelope cut anywhere, or with a byte more, is refused") {
  Bytes bytes = wire::encode(example());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK(!wire::decode(ByteView{bytes}.first(length)).has_value());
  }
  bytes.push_back(0);
  CHECK(!wire::decode(bytes).has_value());
}

TEST_CASE("no byte of an envelope can change unseen") {
  const Bytes good = wire::encode(example());
  const auto key = example_key();
  for (std::size_t i = 0; i < good.size(); ++i) {
    CAPTURE(i);
    Bytes bad = good;
    bad[i] ^= 1U;
    const auto decoded = wire::decode(bad);
    CHECK((!decoded || !wire::verify(*decoded, key.public_key(), {}).has_value()));
  }
}

TEST_CASE("fields out of range are refused") {
  // Written by hand, as encode() has no words for them.
  const auto with = [](std::size_t at, std::initializer_list<std::uint8_t> bytes) {
    Bytes changed = wire::encode(example());
    std::copy(bytes.begin(), bytes.end(), changed.begin() + static_cast<std::ptrdiff_t>(at));
    return changed;
  };
  constexpr std::size_t kStation = 16, kSequence = 16 + 1 + 11 + 32, kPrevious = kSequence + 8,
                        kKind = kPrevious + 32;
  struct Row {
    const char* name;
    Bytes bytes;
  };
  const Row rows[] = {
      {"version", with(15, {'2'})},
      {"empty station", with(kStation, {0})},
      {"station too long", with(kStation, {65})},
      {"station with a space", with(kStation + 1, {' '})},
      {"station with a slash", with(kStation + 1, {'/'})},
      {"sequence zero", with(kSequence + 7, {0})},
      {"sequence negative", with(kSequence, {0x80})},
      {"first with a predecessor", with(kPrevious, {1})},
      {"second without a predecessor", with(kSequence + 7, {2})},
      {"kind too long", with(kKind, {33})},
      {"body longer than the limit", with(kKind + 7, {0, 1, 0, 1})},
      {"body longer than the message", with(kKind + 7, {0, 0, 0xFF, 0xFF})},
      {"body with a control character", with(kKind + 11, {0x01})},
      {"body not UTF-8", with(kKind + 11, {0xFF})},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded = wire::decode(row.bytes);
    REQUIRE(!decoded.has_value());
    CHECK(decoded.error().code == ErrorCode::kWireInvalid);
  }
}

TEST_CASE("verify knows the key and the place in the chain") {
  const auto key = example_key();
  const Envelope first = example();
  const ChainHead after_first{.sequence = 1, .digest = wire::record_digest(wire::encode(first))};
  Envelope second = first;
  second.sequence = 2;
  second.previous = after_first.digest;
  second = *wire::sign(second, key);
  CHECK(wire::verify(first, key.public_key(), {}).has_value());
  CHECK(wire::verify(second, key.public_key(), after_first).has_value());

  const auto code = [&](const Envelope& envelope, const crypto::SigningKey& by, const ChainHead& head) {
    const auto result = wire::verify(envelope, by.public_key(), head);
    REQUIRE(!result.has_value());
    return result.error().code;
  };
  CHECK(code(first, crypto::SigningKey::generate(), {}) == ErrorCode::kSignatureInvalid);
  CHECK(code(second, key, {}) == ErrorCode::kWireGap);
  CHECK(code(first, key, after_first) == ErrorCode::kWireFork);
  CHECK(code(second, key, {.sequence = 1, .digest = first.election}) == ErrorCode::kWireFork);
  Envelope changed = second;
  changed.body = R"({"batch":1,"contest":"","contests":[],"state":"idle"})";
  CHECK(code(changed, key, after_first) == ErrorCode::kSignatureInvalid);
}

TEST_CASE("batches") {
  const Bytes one = wire::encode(example());
  const auto pair = wire::decode_batch(wire::encode_batch({one, one}));
  REQUIRE(pair.has_value());
  CHECK(pair->size() == 2);
  CHECK(std::ranges::equal((*pair)[1], one));
  const Bytes bytes = wire::encode_batch({one});
  CHECK(!wire::decode_batch({}).has_value());
  CHECK(!wire::decode_batch(ByteView{bytes}.first(bytes.size() - 1)).has_value());
  CHECK(!wire::decode_batch(ByteView{bytes}.first(3)).has_value());
  CHECK(wire::decode_batch(wire::encode_batch(std::vector<Bytes>(256, Bytes{1}))).has_value());
  CHECK(!wire::decode_batch(wire::encode_batch(std::vector<Bytes>(257, Bytes{1}))).has_value());
  CHECK(!wire::decode_batch(Bytes{0xFF, 0xFF, 0xFF, 0xFF}).has_value());
  CHECK(!wire::decode_batch(Bytes(wire::kMaxBatchBytes + 1)).has_value());
}

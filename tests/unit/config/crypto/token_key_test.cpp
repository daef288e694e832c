// The station's key in a real PKCS#11 token in software.

#include "config/crypto/token_key.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "config/base/hex.h"
#include "config/crypto/token_session.h"
#include "tests/unit/support/soft_token.h"

using namespace kiemphieu;
using namespace kiemphieu::crypto;

namespace {

const Bytes kMessage = {1, 2, 3};

bool has(const Error& error, std::string_view part) { return error.evidence.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a key is made in the token once, signs there, and cannot be taken out") {
  const test::SoftToken token;
  if (!token.made()) return;
  PublicKey made;
  {
    const auto key = make_token_key(token.place());
    REQUIRE_MESSAGE(key.has_value(), key.error().log_line());
    made = key->public_key();
    const auto signature = key->sign(kMessage);
    REQUIRE(signature.has_value());
    CHECK(verify(made, kMessage, *signature));
    CHECK(key->save(token.folder() / "copy").error().code == ErrorCode::kKeyUnusable);
    CHECK_FALSE(std::filesystem::exists(token.folder() / "copy"));
    CHECK(has(open_token_key(token.place()).error(), "uses the module already"));
  }
  CHECK(make_token_key(token.place())->public_key() == made);
  CHECK(open_token_key(token.place())->public_key() == made);
  auto session = TokenSession::open(token.place(), PinCare::kDaemon);
  REQUIRE(session.has_value());
  CHECK((*session)->find("another label").error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("several threads sign with one token key") {
  const test::SoftToken token;
  if (!token.made()) return;
  const auto key = make_token_key(token.place());
  REQUIRE(key.has_value());
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (std::uint8_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (std::uint8_t round = 0; round < 25; ++round) {
        const Bytes message = {i, round};
        const auto signature = key->sign(message);
        if (signature && verify(key->public_key(), message, *signature)) ++good;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 100);
}

TEST_CASE("what is wrong with a token is told apart") {
  const test::SoftToken token;
  if (!token.made()) return;
  struct Row {
    const char* name;
    TokenPlace place;
    ErrorCode code;
    const char* evidence;
  };
  const auto but = [&](auto change) {
    TokenPlace place = token.place();
    change(place);
    return place;
  };
  const Row rows[] = {
      {"no module", but([](TokenPlace& p) { p.module = "/nowhere/module.so"; }), ErrorCode::kKeyUnusable, "PKCS#11 module"},
      {"a library of another kind", but([](TokenPlace& p) { p.module = "libsodium.so.23"; }), ErrorCode::kKeyUnusable,
       "not a PKCS#11 module"},
      {"no such token", but([](TokenPlace& p) { p.token_label = "other"; }), ErrorCode::kKeyTokenGone,
       "no token is labelled other"},
      {"no PIN file", but([&](TokenPlace& p) { p.pin_file = token.folder() / "absent"; }), ErrorCode::kFileNotFound, "absent"},
      {"no key yet", token.place(), ErrorCode::kKeyUnusable, "make it with kiemphieu key"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto key = open_token_key(row.place);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == row.code);
    CHECK_MESSAGE(has(key.error(), row.evidence), key.error().log_line());
  }
  token.write_pin(test::SoftToken::kPin, 0640);
  CHECK(has(open_token_key(token.place()).error(), "others may read it"));
  token.write_pin("");
  CHECK(has(open_token_key(token.place()).error(), "no PIN in it"));
  token.write_pin(test::SoftToken::kPin);
  REQUIRE(token.add_token("station"));
  CHECK(has(open_token_key(token.place()).error(), "several tokens"));
}

TEST_CASE("a wrong PIN is tried once, and only a technician's command tries again") {
  const test::SoftToken token;
  if (!token.made()) return;
  REQUIRE(make_token_key(token.place()).has_value());
  token.write_pin("wrong-pin");
  const auto first = open_token_key(token.place());
  CHECK(first.error().code == ErrorCode::kKeyPinRefused);
  CHECK(has(first.error(), "CKR 0x0a0"));  // CKR_PIN_INCORRECT: the token was asked
  for (int restart = 0; restart < 3; ++restart) {
    const auto again = open_token_key(token.place());
    CHECK(again.error().code == ErrorCode::kKeyPinRefused);
    CHECK(has(again.error(), "not tried again"));
  }
  token.write_pin(test::SoftToken::kPin);
  CHECK(has(open_token_key(token.place()).error(), "not tried again"));
  CHECK(make_token_key(token.place()).has_value());
  CHECK(open_token_key(token.place()).has_value());
}

TEST_CASE("a token that is pulled out signs nothing, and signs again when it is back") {
  const test::SoftToken token;
  if (!token.made()) return;
  const auto key = make_token_key(token.place());
  REQUIRE(key.has_value());
  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    token.pull();
    for (int attempt = 0; attempt < 2; ++attempt) CHECK(key->sign(kMessage).error().code == ErrorCode::kKeyTokenGone);
    CHECK(open_token_key(token.place()).error().code == ErrorCode::kKeyTokenGone);  // the dead session was let go
    token.put_back();
    const auto signature = key->sign(kMessage);
    REQUIRE_MESSAGE(signature.has_value(), signature.error().log_line());
    CHECK(verify(key->public_key(), kMessage, *signature));
  }
}

TEST_CASE("another token under the same labels does not sign in its place") {
  const test::SoftToken token;
  if (!token.made()) return;
  const auto key = make_token_key(token.place());
  REQUIRE(key.has_value());
  token.pull();
  std::filesystem::create_directory(token.folder() / "tokens");
  CHECK(key->sign(kMessage).error().code == ErrorCode::kKeyTokenGone);
  REQUIRE(token.add_token("station"));
  CHECK(has(key->sign(kMessage).error(), "no Ed25519 key"));
  CHECK(make_token_key(token.place()).has_value());
  CHECK(has(key->sign(kMessage).error(), "another token"));
}

TEST_CASE("a public point is taken bare and behind its DER head") {
  Bytes bare(32);
  for (std::size_t i = 0; i < bare.size(); ++i) bare[i] = static_cast<std::uint8_t>(0x40 + i);
  Bytes headed = {0x04, 0x20};
  headed.insert(headed.end(), bare.begin(), bare.end());
  REQUIRE(public_key_from_point(bare).has_value());
  CHECK(public_key_from_point(bare)->hex() == to_hex(bare));
  CHECK(public_key_from_point(headed)->hex() == to_hex(bare));
  Bytes other_head = headed;
  other_head[0] = 0x03;
  for (const Bytes& wrong : {Bytes{}, Bytes(31), Bytes(33), Bytes(65), other_head})
    CHECK(public_key_from_point(wrong).error().code == ErrorCode::kKeyUnusable);
}

#include "config/crypto/signing.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "config/base/hex.h"
#include "config/storage/files.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::crypto;

namespace {

SigningKey key_of(const char* seed_hex) {
  std::array<std::uint8_t, 32> seed{};
  std::ranges::copy(*from_hex(seed_hex), seed.begin());
  return SigningKey::from_seed(seed);
}

constexpr const char* kSeed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("signatures are those of RFC 8032 section 7.1") {
  struct Row {
    const char* name;
    const char *seed, *public_key, *message, *signature;
  };
  const Row rows[] = {
      {"test 1, empty message", kSeed,
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"test 2, one byte", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
      {"test 3, two bytes", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
       "4a7c15e9716ed28dc027beceea1ec40a"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const SigningKey key = key_of(row.seed);
    const Bytes message = *from_hex(row.message);
    CHECK(key.public_key().hex() == row.public_key);
    const Signature signature = *key.sign(message);
    CHECK(to_hex(signature.bytes) == row.signature);
    CHECK(verify(*PublicKey::from_hex(row.public_key), message, signature));
  }
}

TEST_CASE("one changed bit anywhere makes a signature wrong") {
  const SigningKey key = key_of(kSeed);
  const Bytes message = {1, 2, 3, 4};
  const Signature good = *key.sign(message);
  REQUIRE(verify(key.public_key(), message, good));
  for (std::size_t i = 0; i < good.bytes.size(); ++i) {
    CAPTURE(i);
    Signature bad = good;
    bad.bytes[i] ^= 1U;
    CHECK_FALSE(verify(key.public_key(), message, bad));
  }
  CHECK_FALSE(verify(key.public_key(), Bytes{1, 2, 3, 5}, good));
  CHECK_FALSE(verify(SigningKey::generate().public_key(), message, good));
}

TEST_CASE("two generated keys differ, and random bytes are not constant") {
  CHECK(SigningKey::generate().public_key() != SigningKey::generate().public_key());
  CHECK(random_bytes(32) != random_bytes(32));
  CHECK(random_bytes(0).empty());
}

TEST_CASE("keys and signatures of a wrong length are refused") {
  CHECK(PublicKey::from_hex("00").error().code == ErrorCode::kKeyUnusable);
  CHECK(PublicKey::from_hex("zz").error().code == ErrorCode::kKeyUnusable);
  CHECK(Signature::from_bytes(Bytes(63)).error().code == ErrorCode::kSignatureInvalid);
  CHECK(Signature::from_bytes(Bytes(64)).has_value());
}

TEST_CASE("a saved key is the same key, and only its owner can read the file") {
  const test::TempFolder folder;
  const auto path = folder / "station.key";
  const SigningKey key = key_of(kSeed);
  REQUIRE(key.save(path).has_value());
  CHECK(mode_of(path) == 0600);
  const auto loaded = SigningKey::load(path);
  REQUIRE(loaded.has_value());
  CHECK(loaded->public_key() == key.public_key());
  CHECK(*loaded->sign(Bytes{7}) == *key.sign(Bytes{7}));
}

TEST_CASE("save never overwrites a key that is there") {
  const test::TempFolder folder;
  const auto path = folder / "station.key";
  REQUIRE(key_of(kSeed).save(path).has_value());
  const Bytes before = *storage::read_file(path, 1024);
  const auto again = SigningKey::generate().save(path);
  CHECK(again.error().code == ErrorCode::kKeyUnusable);
  CHECK(*storage::read_file(path, 1024) == before);
}

TEST_CASE("a key file that others may read is refused, with the remedy") {
  const test::TempFolder folder;
  const auto path = folder / "station.key";
  REQUIRE(key_of(kSeed).save(path).has_value());
  for (const unsigned mode : {0640U, 0604U, 0601U, 0620U}) {
    CAPTURE(mode);
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    const auto result = SigningKey::load(path);
    CHECK(result.error().code == ErrorCode::kKeyUnusable);
    CHECK(result.error().evidence == path.string() + ": others may read it; run chmod 600");
  }
}

TEST_CASE("a file that is no key, or a damaged one, is told apart") {
  const test::TempFolder folder;
  const std::string head = "kiemphieu-ed25519-seed-1\n";
  struct Row { const char* name; std::string content; const char* ending; };
  const Row rows[] = {
      {"empty", "", ": not a key file"},
      {"another file", "hello\n", ": not a key file"},
      {"no seed", head, ": damaged"},
      {"cut short", head + "9d61b1\n", ": damaged"},
      {"not hexadecimal", head + std::string(64, 'z') + "\n", ": damaged"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto path = folder / row.name;
    REQUIRE(storage::write_file_durably(path, as_bytes(row.content), 0600).has_value());
    const auto result = SigningKey::load(path);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::kKeyUnusable);
    CHECK(result.error().evidence == path.string() + row.ending);
  }
  CHECK(SigningKey::load(folder / "absent").error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("load_or_create makes a key once and then keeps it") {
  const test::TempFolder folder;
  const auto path = folder / "station.key";
  const auto first = SigningKey::load_or_create(path);
  REQUIRE(first.has_value());
  CHECK(mode_of(path) == 0600);
  CHECK(SigningKey::load_or_create(path)->public_key() == first->public_key());
}

#include "config/crypto/cipher.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>

#include "config/storage/files.h"
#include "tests/unit/support/temp_folder.h"

using namespace kiemphieu;
using namespace kiemphieu::crypto;

TEST_CASE("what was encrypted opens with the same key and the same name, and with nothing else") {
  const SecretKey key = SecretKey::generate();
  const std::string words = "a ballot's picture";
  const std::string name = "its digest";
  const Bytes sealed = encrypt(key, as_bytes(words), as_bytes(name));
  CHECK(as_text(sealed).find(words) == std::string_view::npos);
  CHECK(encrypt(key, as_bytes(words), as_bytes(name)) != sealed);  // two alike do not look alike
  const auto opened = decrypt(key, sealed, as_bytes(name));
  REQUIRE(opened);
  CHECK(as_text(*opened) == words);
  CHECK(decrypt(SecretKey::generate(), sealed, as_bytes(name)).error().code == ErrorCode::kStorageCorrupt);
  CHECK(decrypt(key, sealed, as_bytes("another's digest")).error().code == ErrorCode::kStorageCorrupt);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    CAPTURE(bit);
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    CHECK_FALSE(decrypt(key, changed, as_bytes(name)).has_value());
  }
  for (std::size_t length = 0; length < sealed.size(); ++length)
    CHECK_FALSE(decrypt(key, ByteView{sealed}.first(length), as_bytes(name)).has_value());
  const auto nothing = decrypt(key, encrypt(key, {}, {}), {});
  REQUIRE(nothing);
  CHECK(nothing->empty());
}

TEST_CASE("a key file comes back, is its owner's alone, and a flipped bit in it is found") {
  const test::TempFolder folder;
  const auto path = folder.path() / "images.key";
  const auto made = SecretKey::load_or_create(path);
  REQUIRE(made);
  const auto again = SecretKey::load_or_create(path);
  REQUIRE(again);
  CHECK(std::ranges::equal(made->view(), again->view()));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(made->save(path).error().code == ErrorCode::kKeyUnusable);

  auto bytes = storage::read_file(path, 1024);
  REQUIRE(bytes);
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    CAPTURE(i);
    Bytes changed = *bytes;
    changed[i] ^= 1U;
    REQUIRE(storage::write_file_durably(path, changed, 0600));
    CHECK_FALSE(SecretKey::load(path).has_value());
  }
  REQUIRE(storage::write_file_durably(path, *bytes, 0644));
  CHECK(SecretKey::load(path).error().code == ErrorCode::kKeyUnusable);
}

TEST_CASE("a destroyed key file is gone, and was overwritten before") {
  const test::TempFolder folder;
  const auto path = folder.path() / "images.key";
  REQUIRE(SecretKey::generate().save(path));
  std::filesystem::create_hard_link(path, folder.path() / "the same bytes");
  REQUIRE(destroy_key_file(path));
  CHECK_FALSE(std::filesystem::exists(path));
  const auto left = storage::read_file(folder.path() / "the same bytes", 1024);
  REQUIRE(left);
  for (const std::uint8_t byte : *left) CHECK(byte == '0');
  CHECK(destroy_key_file(path));
}

TEST_CASE("a code opens its box however it was copied from paper, and no other code does") {
  const std::string code = new_code();
  CHECK(code.size() == 24);
  CHECK(new_code() != code);
  const BoxLock lock = lock_of(code, {1, 2, 3});
  const Bytes box = put_in_box(lock, as_bytes("the key"));
  std::string spoken;
  for (const char c : code) {
    if (c == '-') spoken += "  ";
    else if (c == '0') spoken += 'o';
    else if (c == '1') spoken += 'l';
    else spoken += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  for (const std::string& typed : {code, spoken}) {
    CAPTURE(typed);
    const auto opened = open_box(lock, typed, box);
    REQUIRE(opened);
    CHECK(as_text(*opened) == "the key");
  }
  CHECK(open_box(lock, new_code(), box).error().code == ErrorCode::kCodeWrong);
  CHECK(open_box(lock, "", box).error().code == ErrorCode::kCodeWrong);
  Bytes changed = box;
  changed.back() ^= 1U;
  CHECK(open_box(lock, code, changed).error().code == ErrorCode::kStorageCorrupt);
}

#include "config/crypto/sha256.h"

#include <doctest/doctest.h>

#include <string>

using namespace kiemphieu;

TEST_CASE("sha256 gives the examples of FIPS 180") {
  struct Row { const char* name; std::string message; const char* digest; };
  const Row rows[] = {
      {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"one block", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"a million a", std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(crypto::sha256(as_bytes(row.message)).hex() == row.digest);
  }
}

TEST_CASE("hashing in pieces equals hashing at once, wherever it is cut") {
  const std::string message(200, 'k');
  const Digest whole = crypto::sha256(as_bytes(message));
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    CAPTURE(cut);
    crypto::Sha256 hash;
    hash.update(as_bytes(std::string_view{message}.substr(0, cut)));
    crypto::Sha256 moved = std::move(hash);
    moved.update(as_bytes(std::string_view{message}.substr(cut)));
    CHECK(moved.finish() == whole);
  }
}

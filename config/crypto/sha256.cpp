#include "config/crypto/sha256.h"

#include <openssl/evp.h>

#include "config/base/check.h"

namespace kiemphieu::crypto {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() { KP_CHECK(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(ByteView bytes) {
  KP_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  unsigned int length = 0;
  KP_CHECK(EVP_DigestFinal_ex(state_->context, digest.bytes.data(), &length) == 1);
  KP_CHECK(length == digest.bytes.size());
  return digest;
}

Digest sha256(ByteView bytes) { return Sha256{}.update(bytes).finish(); }

}  // namespace kiemphieu::crypto
